//! [`Case`]: the list of the suite's cases, from which the tests of a suite and the tables are made.

use crate::Fixture;

/// A behaviour that every backend has.
#[derive(Clone, Copy)]
pub struct Case {
    /// Its group and what it says, as in the names of the tests.
    pub name: &'static str,
    run: fn(&dyn Fixture),
}

impl Case {
    /// Tries it on a backend of the fixture.
    ///
    /// # Panics
    ///
    /// If the backend behaves otherwise.
    pub fn run(&self, fixture: &dyn Fixture) {
        (self.run)(fixture);
    }
}

/// Every case there is.
pub fn cases() -> impl Iterator<Item = &'static Case> {
    READS.iter().chain(WRITES)
}

/// Tries the case of this name: what each test of a suite does.
///
/// # Panics
///
/// If the backend behaves otherwise, or there is no such case.
pub fn run(name: &str, fixture: &dyn Fixture) {
    match cases().find(|case| case.name == name) {
        Some(case) => case.run(fixture),
        None => panic!("there is no case `{name}`"),
    }
}

/// Hands the list of one kind to a macro. A group is a module of this crate: where it is, then
/// its name, then the functions in it that are cases.
#[doc(hidden)]
#[macro_export]
macro_rules! __cases {
    (reads $($then:tt)+) => {
        $($then)+! {
            backend point {
                a_key_never_written_is_absent
                a_value_reads_back
                the_last_value_wins
                contains_agrees_with_get
                get_many_gives_each_its_place
                get_many_takes_repeated_keys
                get_many_of_nothing_visits_nothing
                the_same_key_in_two_partitions_is_two
                a_partition_and_a_key_are_not_glued
                a_key_too_long_to_store_is_absent
            }
            backend scan {
                forward_is_key_order
                backward_is_the_reverse
                every_pair_of_bounds_forward
                every_pair_of_bounds_backward
                bounds_the_wrong_way_round_have_no_entries
                a_range_of_one_key
                bounds_need_not_be_keys
                a_bound_may_be_longer_than_a_key
                prefix_like_neighbours_are_kept_apart
                values_come_with_their_keys
                stops_when_told
                visits_every_one_of_many
                stays_in_its_partition
                the_visitor_may_read
            }
            backend counting {
                is_what_a_scan_visits
                is_zero_where_nothing_is
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
                repeat_what_they_say
                many_are_held_at_once
                are_of_the_newest_commit
                a_scan_of_one_goes_on_while_another_commits
                of_an_empty_backend_stay_empty
            }
        }
    };
    (writes $($then:tt)+) => {
        $($then)+! {
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
                give_back_what_the_body_returned
            }
            backend deletes {
                tell_whether_the_key_was_there
                of_absent_keys_create_nothing
                a_key_too_long_to_store_is_not_there
                a_deleted_key_may_come_back
                of_every_range_count_what_was_there
                of_a_range_the_wrong_way_round_are_none
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
                an_error_keeps_what_was_committed
                a_panic_leaves_nothing
                an_error_of_the_body_is_returned
                an_error_of_the_callers_own_is_returned
                a_refused_write_ends_the_transaction_if_returned
            }
            backend isolation {
                uncommitted_writes_are_not_seen_outside
                a_commit_is_seen_at_once
                a_snapshot_taken_inside_is_of_the_last_commit
                a_writer_commits_while_a_scan_is_open
                a_writer_commits_while_a_value_is_lent
                a_transaction_in_another_is_refused
                a_refused_transaction_leaves_the_outer_one_whole
                writers_on_threads_lose_nothing
                readers_on_threads_see_whole_commits
            }
            backend faults {
                of_a_scan_reach_the_caller
                of_a_commit_leave_nothing
            }
            backend persistence {
                what_was_committed_is_there_again
                what_failed_is_not
                deletes_are_kept_too
                a_place_may_be_opened_often
            }
        }
    };
}

macro_rules! table {
    ($($place:ident $group:ident { $($case:ident)+ })+) => {
        &[$($(Case {
            name: concat!(stringify!($group), "::", stringify!($case)),
            run: crate::$place::$group::$case,
        },)+)+]
    };
}

const READS: &[Case] = __cases!(reads table);
const WRITES: &[Case] = __cases!(writes table);
