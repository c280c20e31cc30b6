//! [`Mutation`]: the ways in which a backend is broken.

macro_rules! mutations {
    ($($(#[$doc:meta])* $name:ident => $case:literal)+) => {
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Mutation {
            $($(#[$doc])* $name,)+
        }

        impl Mutation {
            /// Each, with the case that is there for it.
            pub(crate) const ALL: &[(Self, &str)] = &[$((Self::$name, $case),)+];
        }
    };
}

mutations! {
    /// What a body wrote is committed though it returned an error.
    CommitsOnError => "atomicity::an_error_leaves_nothing"
    /// What a body wrote is committed though it panicked.
    CommitsOnPanic => "atomicity::a_panic_leaves_nothing"
    /// A transaction returns `Ok` though its body failed.
    SwallowsTheBodysError => "atomicity::an_error_of_the_body_is_returned"
    /// A put of a key that is too long does nothing.
    IgnoresLongKeys => "limits::a_key_above_2_kib_is_refused"
    /// Only the beginning of a key counts.
    CutsKeys => "bytes::long_keys_that_differ_at_the_end"
    /// An included upper bound leaves its key out.
    UpperIncludedAsExcluded => "scan::every_pair_of_bounds_forward"
    /// An excluded upper bound takes its key in.
    UpperExcludedAsIncluded => "scan::every_pair_of_bounds_backward"
    /// An included lower bound leaves its key out.
    LowerIncludedAsExcluded => "scan::every_pair_of_bounds_forward"
    /// An excluded lower bound takes its key in.
    LowerExcludedAsIncluded => "deletes::of_every_range_count_what_was_there"
    /// A backward scan goes on below its lower bound.
    BackwardIgnoresLower => "scan::every_pair_of_bounds_backward"
    /// A backward scan goes forward.
    BackwardGoesForward => "scan::backward_is_the_reverse"
    /// A scan ends after 10,000 entries.
    StopsAfterTenThousand => "scan::visits_every_one_of_many"
    /// A scan goes on though its visitor broke.
    IgnoresBreaks => "scan::stops_when_told"
    /// A scan of many visits one of them twice.
    VisitsOneTwice => "scan::visits_every_one_of_many"
    /// A snapshot is the backend itself.
    SnapshotsAreLive => "snapshots::repeat_what_they_say"
    /// Reads of the backend are one commit behind.
    ReadsAreBehind => "isolation::a_commit_is_seen_at_once"
    /// A transaction reads what was committed before it.
    TransactionsReadTheCommitted => "transactions::read_their_own_puts"
    /// A scan in a transaction sees what was committed before it, other reads see the writes.
    ScansMissOwnWrites => "transactions::scan_their_own_writes"
    /// Writes are seen by others before they are committed.
    LeaksUncommitted => "isolation::uncommitted_writes_are_not_seen_outside"
    /// Reading a partition makes it.
    ReadingCreatesPartitions => "partitions::reading_creates_none"
    /// Partitions are listed the other way round.
    ListsPartitionsBackward => "partitions::are_listed_in_order"
    /// The names of partitions are folded.
    FoldsPartitions => "partitions::names_differ_by_case"
    /// Partition and key are written one after the other.
    GluesPartitionAndKey => "point::a_partition_and_a_key_are_not_glued"
    /// `get_many` counts only those that are there.
    MisplacesManyGets => "point::get_many_gives_each_its_place"
    /// A count leaves out the last entry of a range with an upper bound.
    CountsOneLess => "counting::is_what_a_scan_visits"
    /// An empty value is no value.
    EmptyValuesAreAbsent => "bytes::an_empty_value_is_a_value"
    /// A delete says that the key was there.
    DeletesAlwaysFind => "deletes::tell_whether_the_key_was_there"
    /// A deletion of a range leaves its last entry.
    DeletingLeavesTheLast => "operations::agree_with_a_map"
    /// A transaction in another one runs, on its own.
    AllowsNesting => "isolation::a_transaction_in_another_is_refused"
    /// Two transactions at once both read what was there before.
    LosesUpdates => "isolation::writers_on_threads_lose_nothing"
    /// The error of an engine that fails in the middle of a scan is not passed on.
    SwallowsScanErrors => "faults::of_a_scan_reach_the_caller"
    /// The error of an engine that fails to commit is not passed on.
    SwallowsCommitErrors => "faults::of_a_commit_leave_nothing"
    /// What an engine failed to commit is seen all the same.
    AppliesFailedCommits => "faults::of_a_commit_leave_nothing"
    /// What was committed last is not there when the place is opened again.
    ForgetsTheLastCommit => "persistence::what_was_committed_is_there_again"
}
