//! The cases that write, in one list.

/// Passes an argument and the list of the cases to a macro. Each group names its parent module, its own module, and the
/// functions in it that are cases.
#[doc(hidden)]
#[macro_export]
macro_rules! __write_cases {
    ([$($then:tt)+] $argument:meta) => {
        $($then)+! { $argument;
            backend transactions {
                read_their_own_puts
                read_their_own_deletes
                scan_their_own_writes
                scan_between_every_pair_of_bounds
                count_their_own_writes
                list_their_own_partitions
                delete_ranges_of_their_own_writes
                see_what_was_committed
                keep_the_last_write
                span_partitions
                may_be_large
                may_do_nothing
                may_only_read
                return_the_value_of_the_body
            }
            backend batches {
                write_to_several_partitions
                agree_with_a_map
                keep_the_last_write_of_a_key
                of_nothing_write_nothing
                are_read_by_their_transaction
                are_undone_with_their_transaction
                are_refused_as_a_put_is
                of_keys_return_the_number_that_existed
            }
            backend deletes {
                return_whether_the_key_existed
                of_absent_keys_create_nothing
                a_key_too_long_to_store_does_not_exist
                a_deleted_key_may_come_back
                of_every_range_return_the_number_of_keys
                of_a_reversed_range_delete_nothing
                of_a_range_stay_in_its_partition
                of_everything_drop_the_partition
                of_a_large_range
            }
            backend limits {
                a_key_above_2_kib_is_refused
                an_index_key_above_4_kib_is_refused
                a_value_above_256_mib_is_refused
                a_partition_without_a_name_is_refused
                a_partition_name_above_1_kib_is_refused
                a_refusal_may_be_caught
            }
            backend atomicity {
                an_error_leaves_nothing
                an_error_after_many_writes_leaves_nothing
                an_error_keeps_earlier_commits
                a_panic_leaves_nothing
                an_error_of_the_body_is_returned
                an_error_of_the_callers_own_is_returned
                a_value_is_returned_beside_errors_of_the_callers_own
                a_refused_write_ends_the_transaction_if_returned
            }
            backend isolation {
                uncommitted_writes_are_not_seen_outside
                a_commit_is_seen_at_once
                a_snapshot_taken_inside_is_of_the_last_commit
                a_writer_commits_while_a_scan_is_open
                a_writer_commits_while_a_value_is_lent
                a_writer_commits_again_and_again_while_a_long_scan_is_open
                a_nested_transaction_is_refused
                a_refused_nested_transaction_leaves_the_outer_one_intact
                writers_on_threads_lose_nothing
                readers_on_threads_see_whole_commits
            }
            backend serial_order {
                has_no_write_skew
                has_no_phantoms_in_empty_ranges
                has_no_anomaly_of_a_transaction_that_only_reads
                has_whole_blind_writes
                has_no_lost_updates_of_what_was_scanned
            }
            backend faults {
                of_a_scan_reach_the_caller
                of_a_commit_leave_nothing
                in_the_middle_of_a_scan_reach_the_caller
                in_the_middle_of_a_transaction_leave_nothing
            }
            backend persistence {
                commits_survive_a_reopening
                failed_transactions_leave_nothing_after_a_reopening
                deletions_survive_a_reopening
                a_place_may_be_reopened_many_times
            }
            store changes {
                a_put_replaces
                an_entity_is_stored_in_its_envelope
                an_insert_refuses_an_existing_key
                an_update_reads_and_writes
                an_update_needs_an_entity
                an_update_that_fails_changes_nothing
                an_update_may_fail_with_an_error_of_the_callers_own
                an_update_rewrites_an_older_version
                updates_on_threads_lose_nothing
                inserts_on_threads_have_one_winner
                a_delete_returns_whether_the_entity_existed
                a_delete_of_a_prefix_is_exact
                a_delete_of_a_range_ends_at_its_limit
                many_puts_are_all_or_none
            }
            store bulk {
                a_repeated_key_keeps_the_last_entity
                a_value_that_was_given_up_may_be_taken
                the_first_entity_that_is_refused_is_named
                lists_of_any_length_are_stored_whole
                deletions_count_each_entity_once
                lists_agree_with_single_writes
                a_load_tells_how_far_it_came
            }
            store optimistic {
                find_what_has_changed_since_it_was_read
                find_what_has_come_into_a_range
                are_retried_until_they_commit
                share_a_transaction_with_a_scope
                iterate_over_bytes_that_outlive_the_backend_s_borrow
            }
            store rules {
                a_guard_keeps_what_it_captures
                a_guard_may_write_other_tables
                completed_fields_are_stored_and_indexed
                an_invisible_entity_is_absent_and_keeps_its_value
            }
            store codecs {
                decide_the_bytes_in_the_envelope
                refuse_an_entity_with_their_reason
                refuse_stored_bytes_with_their_reason
                upgrade_older_versions
            }
            store several_stores {
                change_together
                change_together_or_not_at_all
                refuse_a_transaction_of_another_backend
                refuse_a_snapshot_of_another_backend
                have_every_call_inside_a_transaction
                are_written_beside_a_walk
                a_walk_sees_the_writes_ahead_of_it
                a_walk_by_an_index_follows_the_index
                are_read_at_one_snapshot
                indexes_are_read_at_the_same_snapshot
            }
            store unique {
                a_taken_value_is_refused_by_every_write
                an_entity_may_keep_its_value
                a_freed_value_may_be_taken
                an_absent_value_is_never_taken
                values_of_one_transaction_count
                a_caught_violation_leaves_nothing_half_written
                of_racing_writers_one_wins
            }
            store index_upkeep {
                of_every_change
                of_a_deleted_prefix
                of_a_transaction_that_fails
                of_a_refused_key
                of_an_unchanged_entity_writes_nothing_new
            }
            store repair {
                discard_removes_what_cannot_be_decoded
                discard_removes_bytes_that_are_no_key
                a_deletion_by_an_index_goes_by_the_entities
                a_scope_keeps_its_indexes_for_itself
                an_entry_of_another_holder_stays
                index_names_and_partitions_are_not_concatenated
                counts_are_of_the_query
                a_cancelled_reindex_changes_nothing
            }
            store verify {
                finds_nothing_after_random_operations
                finds_an_entry_that_is_missing
                finds_an_entry_of_no_entity
                finds_an_entry_of_another_value
                finds_an_entry_that_names_another_entity
                finds_an_entry_that_cannot_be_parsed
                is_the_remedy_of_reads_that_meet_a_malformed_entry
                finds_an_entity_that_cannot_be_decoded
                finds_a_unique_value_of_two_entities
                finds_each_of_many
                stops_when_the_report_fails
                reads_one_state
                ends_at_an_added_index_until_a_migration
                finds_nothing_of_a_dropped_index
            }
            model operations {
                agree_with_a_map
            }
            model indexes {
                agree_with_a_map
            }
            feed change_feed {
                reports_a_commit_and_not_before
                does_not_report_a_failed_transaction
                reports_the_net_change_of_a_key
                reports_each_key_of_a_deleted_range
                reports_the_changes_that_a_filter_selects
                counts_the_changes_that_found_no_room
                numbers_the_commits_in_their_order
                calls_back_after_the_commit
                of_a_scope_has_local_names
                refuses_subscribers_inside_a_transaction
                ends_with_the_backend
            }
            feed watching {
                gives_the_result_and_then_its_changes
                is_up_to_date_after_a_resync
                has_neither_a_gap_nor_an_overlap
            }
            feed list_model {
                agrees_with_scans_after_random_transactions
            }
            feed lists {
                of_the_latest_follow_every_change
                by_key_follow_every_change
                by_several_values_follow_each_of_them
                show_each_commit_to_a_follower_that_is_behind
                cost_what_changes
                step_over_what_cannot_be_decoded
                continue_after_a_resync
                have_neither_a_gap_nor_an_overlap
            }
            transfer exports {
                of_nothing_are_a_header_and_an_end
                are_these_bytes
                have_the_documented_format
                are_the_same_however_it_came_about
                differ_where_the_content_does
                are_of_one_snapshot
                end_with_a_flush
                end_when_the_sink_fails
                of_a_scope_hold_what_is_in_it
            }
            transfer imports {
                of_nothing_write_nothing
                restore_the_exported_data
                are_refused_by_a_backend_with_data
                that_replace_remove_earlier_data
                of_some_tables_join_others
                that_replace_some_tables_leave_nothing_of_them
                that_are_cancelled_change_nothing
                read_a_stream_in_pieces_of_any_size
                leave_nothing_when_the_source_fails
                restart_the_stream_with_the_transaction
                of_a_stream_that_comes_once_are_all_or_nothing
            }
            transfer damaged_streams {
                every_cut_is_refused
                every_flipped_bit_is_refused
                every_removed_or_doubled_byte_is_refused
                anything_after_the_end_is_refused
                blocks_of_another_stream_are_refused
            }
            transfer hostile_streams {
                lengths_above_the_limits_are_refused
                lengths_without_their_bytes_are_refused
                records_out_of_place_are_refused
                totals_of_other_entries_are_refused
                other_formats_are_refused
                random_bytes_are_refused
            }
            tables row_tables {
                a_soft_deleted_row_is_hidden_everywhere
                an_insert_replaces_a_tombstone
                a_page_that_ends_in_hidden_rows_is_the_last
                a_deletion_removes_rows_and_tombstones
                a_purge_takes_the_longest_deleted_first
                expired_rows_are_invisible_at_once
                a_snapshot_and_a_transaction_have_one_time
                a_clock_that_is_set_back_brings_no_evicted_row_back
                eviction_removes_what_expired_and_its_index_entries
                a_longer_life_saves_a_row_from_eviction
                a_watch_counts_expired_rows_until_they_are_evicted
                purges_and_evictions_skip_false_index_entries
                table_ids_that_look_alike_share_nothing
                dropping_a_table_leaves_nothing_of_it
                a_drop_that_fails_removes_nothing
            }
            tables access {
                the_matrix_of_roles_and_tables
                the_owner_may_whatever_the_role
                metadata_decides_who_may_use_a_table
                users_see_their_own_rows_and_no_others
                no_cursor_leads_to_another_users_rows
                a_write_view_writes_its_users_rows_only
                a_watch_sees_the_rows_of_its_user_only
            }
            tables views {
                of_different_stores_are_of_one_type
                a_users_deletions_by_an_index_leave_other_users_rows
                a_users_reads_by_an_index_see_their_own_rows
                a_users_deletions_leave_other_users_index_entries
                a_users_check_sees_their_own_entries
                a_users_reindex_leaves_other_users_entries
                a_users_discard_leaves_other_users_rows
            }
            tables reserved {
                take_no_write_of_a_plain_table
                take_no_entity_of_another_system_table
                are_read_by_a_plain_table
                are_these_names_and_no_others
            }
            tables costs {
                an_eviction_costs_what_it_evicts
                a_purge_costs_what_it_removes
                retention_of_jobs_costs_what_it_removes
                a_lost_connection_costs_its_queries
                a_count_costs_its_limit
                an_update_costs_the_entries_that_change
            }
            tables system_users {
                names_are_found_whole_and_in_any_case
                a_name_is_taken_in_every_case
                of_racing_inserts_one_wins
                a_rename_moves_the_name
                a_soft_deleted_user_frees_the_name
                are_found_by_role
                have_their_id_as_key
                have_a_visible_name
                names_are_not_normalized
                a_refused_change_leaves_nothing_in_its_transaction
                every_store_of_them_keeps_their_indexes
            }
            tables system_tables {
                have_their_id_as_key
                only_shared_ones_have_an_access_level
                a_private_one_has_an_owner
                are_scanned_by_namespace
                are_found_by_storage
                stay_of_their_type
            }
            tables system_jobs {
                end_in_each_of_three_ways
                end_once
                no_write_leaves_a_final_state
                have_the_time_of_their_end
                of_racing_ends_one_wins
                are_found_by_status
                the_latest_come_first
                retention_deletes_what_ended_before
                retention_deletes_many
            }
            tables system_namespaces {
                names_are_checked
                have_their_name_as_key
                one_with_tables_is_not_deleted
                count_their_tables
                keep_their_count_whatever_is_stored
                a_new_one_counts_the_tables_that_are_there
                counts_are_of_the_same_transaction
                counts_are_right_after_a_race
                tables_of_another_partition_do_not_count
            }
            tables system_storages {
                one_that_a_table_names_is_not_deleted
                one_that_a_user_names_is_not_deleted
                a_refused_deletion_of_many_does_nothing
                may_be_changed_while_in_use
                those_of_another_partition_stand_alone
            }
            tables system_live_queries {
                are_found_by_user_connection_and_table
                a_lost_connection_removes_all_its_queries
                a_lost_connection_is_one_transaction
                one_that_moves_leaves_its_old_connection
            }
            tables system_entities {
                are_stored_in_these_bytes
                unknown_values_are_refused
                secrets_are_not_shown
            }
        }
    };
}
