//! The cases that only read after a fixture has written, in one list.

/// Passes an argument and the list of the cases to a macro. Each group names its parent module, its own module, and the
/// functions in it that are cases.
#[doc(hidden)]
#[macro_export]
macro_rules! __read_cases {
    ([$($then:tt)+] $argument:meta) => {
        $($then)+! { $argument;
            backend point {
                a_key_never_written_is_absent
                a_value_reads_back
                the_last_value_wins
                a_large_value_replaces_another_whole
                contains_agrees_with_get
                get_many_gives_each_its_place
                get_many_takes_repeated_keys
                get_many_of_nothing_visits_nothing
                a_batch_gives_each_its_place
                a_batch_takes_repeated_keys
                a_batch_of_nothing_visits_nothing
                the_same_key_in_two_partitions_is_two
                a_partition_and_a_key_are_not_concatenated
                a_key_too_long_to_store_is_absent
            }
            backend scan {
                forward_is_key_order
                backward_is_the_reverse
                every_pair_of_bounds_forward
                every_pair_of_bounds_backward
                reversed_bounds_have_no_entries
                a_range_of_one_key
                bounds_need_not_be_keys
                a_bound_may_be_longer_than_a_key
                prefix_like_neighbours_are_kept_apart
                values_come_with_their_keys
                stops_when_the_visitor_breaks
                visits_every_one_of_many
                stays_in_its_partition
                the_visitor_may_read
            }
            backend counting {
                is_what_a_scan_visits
                is_zero_without_entries
                of_many
            }
            backend bytes {
                the_empty_key_is_a_key
                an_empty_value_is_a_value
                every_byte_is_a_key
                zeroes_and_ones_sort_by_length
                a_key_of_2_kib
                long_keys_that_differ_at_the_end
                an_index_key_of_4_kib
                values_of_any_bytes_and_length
                a_value_of_16_mib
            }
            backend partitions {
                a_new_backend_has_none
                one_never_written_reads_as_empty
                reading_creates_none
                are_listed_in_order
                names_are_any_text
                a_name_of_512_bytes
                names_differ_by_case
                there_may_be_many
                are_gone_with_their_last_key
            }
            backend snapshots {
                do_not_see_later_puts
                do_not_see_later_deletes
                do_not_see_a_dropped_partition
                do_not_list_later_partitions
                return_the_same_every_time
                many_are_held_at_once
                are_of_the_newest_commit
                a_scan_of_one_goes_on_while_another_commits
                of_an_empty_backend_stay_empty
            }
            store lookups {
                of_an_empty_store_find_nothing
                give_the_entity_of_the_key
                of_many_give_each_its_place
                the_first_and_the_last
                two_stores_do_not_meet
                keys_of_every_type_come_back_in_order
            }
            store queries {
                a_prefix_ends_where_its_part_ends
                a_text_prefix_may_end_anywhere
                a_prefix_of_0xff_bytes
                a_tuple_prefix_is_of_whole_parts
                ranges_of_typed_keys
                a_reversed_range_is_empty
                a_range_within_a_prefix
                a_range_of_prefixes
                a_limit_counts_from_the_start_of_the_query
                a_visit_ends_when_the_visitor_breaks
            }
            store iteration {
                returns_every_entity_of_tables_of_any_size
                does_not_see_later_writes
                may_end_early
                stays_at_its_end
                outlives_its_store
                returns_entities_of_any_length_and_goes_on_after_damaged_ones
                goes_on_in_a_transaction_that_writes
            }
            store pages {
                add_up_to_the_whole
                say_whether_more_follows
                cursors_travel_as_text
                a_cursor_of_another_query_is_refused
                invalid_text_is_no_cursor
                continue_after_a_deleted_key
                of_size_0_do_not_advance
            }
            store versions {
                an_older_one_is_upgraded_by_every_read
                an_older_one_without_an_upgrade_is_an_error
                a_newer_one_is_refused_by_name
                an_upgrade_of_an_indexed_value_needs_a_migration
            }
            store damage {
                is_an_error_that_names_the_key
                of_one_entity_does_not_hide_the_others
                that_could_be_decoded_is_noticed
                of_a_key_is_an_error_in_its_place
                of_an_index_is_an_error
                an_index_entry_with_another_value_is_an_error
                is_stepped_over_by_a_page_that_says_so
                of_an_index_is_stepped_over_by_a_page_that_says_so
            }
            store failures {
                of_a_scan_end_an_iteration
                of_any_read_reach_the_caller
            }
            store index_queries {
                one_value_finds_its_entities
                an_index_of_another_kind_is_unknown
                a_unique_value_finds_one
                ranges_of_values
                prefixes_of_values
                values_of_any_bytes_keep_their_order
                the_latest_of_a_composite_come_first
                the_first_and_the_last_of_a_selection
                entities_without_a_value
                pages_go_both_ways
                cursors_are_of_one_index
                counts_are_of_values
                an_unknown_index_is_an_error
            }
            store selects {
                check_every_condition
                have_an_order_and_a_limit
                read_one_state
                of_damaged_or_unknown_parts_are_errors
            }
        }
    };
}
