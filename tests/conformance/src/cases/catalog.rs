//! The cases of the catalog, in one list.

/// Passes an argument and the list of the cases to a macro. Each group names its parent module, its own module, and the
/// functions in it that are cases.
#[doc(hidden)]
#[macro_export]
macro_rules! __catalog_cases {
    ([$($then:tt)+] $argument:meta) => {
        $($then)+! { $argument;
            catalog seen {
                an_index_added_to_rows_is_refused_until_it_is_built
                a_program_without_the_index_can_not_write_in_between
                an_upgrade_that_changes_what_is_indexed_is_refused_until_it_is_built
                keys_of_another_type_are_refused
                swapped_fields_are_refused
                a_new_variant_in_the_middle_is_refused
                an_older_program_can_not_write_a_newer_table
                the_partition_of_a_table_is_not_taken_for_another_form
            }
            catalog registration {
                is_with_the_first_stored_entity
                is_undone_with_its_transaction
                is_not_by_a_refused_write
                is_of_each_table_of_a_transaction
                is_ended_by_a_clearing
                of_rows_without_a_table_needs_their_indexes
                that_is_damaged_is_an_error_of_the_catalog
                has_at_most_64_indexes
                is_written_by_no_table
                in_a_staged_transaction_is_forgotten_with_it
                in_a_staged_transaction_is_applied_with_it
            }
            catalog definitions {
                of_two_handles_must_be_the_same
                may_be_written_in_another_order
                that_move_are_noticed_by_the_next_call
                that_move_end_a_watch_with_an_error
                that_are_imported_are_noticed_by_the_next_call
                of_a_snapshot_stay_its_own
                of_a_schema_that_changes_after_its_use
                of_scopes_are_separate
                through_layers_are_the_same
            }
            catalog older_programs {
                are_refused_after_a_raised_version
                are_refused_after_an_index_was_added
                are_refused_after_an_index_was_dropped
                are_refused_in_the_middle_of_a_migration
                are_refused_in_the_tables_of_rows
                are_refused_as_a_principal
                are_refused_in_tables_of_keyed_and_expiring_entities
            }
            catalog migrations {
                build_what_a_program_with_the_definition_would_have_written
                are_planned_without_a_change
                of_an_unknown_table_add_it
                of_several_tables_move_each
                drop_only_the_indexes_that_are_named
                rebuild_an_index_of_another_revision
                store_values_in_the_present_version_if_they_are_told_to
                that_rewrite_begin_anew_for_a_raised_version
                end_with_the_error_of_a_row_and_go_on_when_it_is_mended
                may_be_ended_by_a_reindex
                keep_other_tables_of_like_names
            }
            catalog migrations_in_steps {
                go_on_where_they_ended
                keep_no_index_whose_old_entries_are_there
                may_be_followed_by_another_one
                may_be_shared_by_two_programs
            }
            catalog key_changes {
                may_overlap_with_the_old_keys
                that_collide_give_the_old_table_back
                go_on_where_they_ended
                continue_by_their_number
                during_a_read_are_noticed
                that_are_given_up_give_the_old_table_back
                may_raise_the_version_too
            }
            catalog definition_changes {
                are_right_or_refused
                of_three_programs_are_right_or_refused
            }
            catalog migrations_beside_others {
                answer_right_or_not_at_all_while_indexes_are_built
                answer_right_or_not_at_all_while_the_version_is_raised
                answer_right_or_not_at_all_while_the_keys_change
            }
        }
    };
}
