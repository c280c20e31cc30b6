//! [`Mutation`]: the faults of the mutants.

macro_rules! mutations {
    ($($(#[$doc:meta])* $name:ident => $case:literal)+) => {
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Mutation {
            $($(#[$doc])* $name,)+
        }

        impl Mutation {
            /// Each mutation, with the case that finds it.
            pub(crate) const ALL: &[(Self, &str)] = &[$((Self::$name, $case),)+];
        }
    };
}

mutations! {
    /// The writes of a body are committed although it returned an error.
    CommitsOnError => "atomicity::an_error_leaves_nothing"
    /// The writes of a body are committed although it panicked.
    CommitsOnPanic => "atomicity::a_panic_leaves_nothing"
    /// A transaction returns `Ok` although its body failed.
    SwallowsTheBodysError => "atomicity::an_error_of_the_body_is_returned"
    /// A put of a key that is too long does nothing.
    IgnoresLongKeys => "limits::a_key_above_2_kib_is_refused"
    /// Keys are cut to their first bytes.
    CutsKeys => "bytes::long_keys_that_differ_at_the_end"
    /// An included upper bound excludes its key.
    UpperIncludedAsExcluded => "scan::every_pair_of_bounds_forward"
    /// An excluded upper bound includes its key.
    UpperExcludedAsIncluded => "scan::every_pair_of_bounds_backward"
    /// An included lower bound excludes its key.
    LowerIncludedAsExcluded => "scan::every_pair_of_bounds_forward"
    /// An excluded lower bound includes its key.
    LowerExcludedAsIncluded => "deletes::of_every_range_return_the_number_of_keys"
    /// A backward scan continues below its lower bound.
    BackwardIgnoresLower => "scan::every_pair_of_bounds_backward"
    /// A backward scan goes forward.
    BackwardGoesForward => "scan::backward_is_the_reverse"
    /// A scan ends after 10,000 entries.
    StopsAfterTenThousand => "scan::visits_every_one_of_many"
    /// A scan continues although its visitor broke.
    IgnoresBreaks => "scan::stops_when_the_visitor_breaks"
    /// A scan of many entries visits one of them twice.
    VisitsOneTwice => "scan::visits_every_one_of_many"
    /// A snapshot is the backend itself.
    SnapshotsAreLive => "snapshots::return_the_same_every_time"
    /// Reads of the backend are one commit behind.
    ReadsAreBehind => "isolation::a_commit_is_seen_at_once"
    /// A transaction reads the state before it.
    TransactionsReadTheCommitted => "transactions::read_their_own_puts"
    /// A scan in a transaction reads the state before it, and other reads see the writes.
    ScansMissOwnWrites => "transactions::scan_their_own_writes"
    /// Other readers see writes before they are committed.
    LeaksUncommitted => "isolation::uncommitted_writes_are_not_seen_outside"
    /// A read creates its partition.
    ReadingCreatesPartitions => "partitions::reading_creates_none"
    /// Partitions are listed in reverse order.
    ListsPartitionsBackward => "partitions::are_listed_in_order"
    /// The names of partitions are in lower case.
    FoldsPartitions => "partitions::names_differ_by_case"
    /// The names of partitions and the keys are concatenated.
    GluesPartitionAndKey => "point::a_partition_and_a_key_are_not_concatenated"
    /// `get_many` numbers only the keys that exist.
    MisplacesManyGets => "point::get_many_gives_each_its_place"
    /// A batch numbers the keys of each partition from 0.
    NumbersBatchesByPartition => "point::a_batch_gives_each_its_place"
    /// A batch reads all its keys in the partition of the first.
    ReadsBatchesInOnePartition => "point::a_batch_gives_each_its_place"
    /// A batch answers a repeated key once.
    AnswersRepeatedKeysOnce => "point::a_batch_takes_repeated_keys"
    /// A batch of writes keeps the first write of a key.
    KeepsTheFirstWrite => "batches::keep_the_last_write_of_a_key"
    /// A batch of writes deletes nothing.
    BatchesDeleteNothing => "batches::write_to_several_partitions"
    /// A batch of writes leaves out the last one.
    LosesTheLastWrite => "batches::keep_the_last_write_of_a_key"
    /// A batch of deletions counts keys that did not exist.
    CountsAbsentDeletions => "batches::of_keys_return_the_number_that_existed"
    /// A count omits the last entry of a range with an upper bound.
    CountsOneLess => "counting::is_what_a_scan_visits"
    /// A key with an empty value does not exist.
    EmptyValuesAreAbsent => "bytes::an_empty_value_is_a_value"
    /// A deletion returns that the key existed.
    DeletesAlwaysFind => "deletes::return_whether_the_key_existed"
    /// A deletion of a range leaves its last entry.
    DeletingLeavesTheLast => "operations::agree_with_a_map"
    /// A nested transaction runs as a separate transaction.
    AllowsNesting => "isolation::a_nested_transaction_is_refused"
    /// Two concurrent transactions read the same earlier state.
    LosesUpdates => "isolation::writers_on_threads_lose_nothing"
    /// A transaction reads the state of its beginning, and is repeated only if the keys that it wrote have changed since.
    SkewsWrites => "serial_order::has_no_write_skew"
    /// Like `SkewsWrites`: a range that was read empty may have a key at the commit.
    AllowsPhantoms => "serial_order::has_no_phantoms_in_empty_ranges"
    /// Like `SkewsWrites`: a transaction that only reads sees a state that no serial order has.
    AllowsReadOnlyAnomalies => "serial_order::has_no_anomaly_of_a_transaction_that_only_reads"
    /// Like `SkewsWrites`: entries that were scanned may have changed at the commit.
    LosesScannedUpdates => "serial_order::has_no_lost_updates_of_what_was_scanned"
    /// Each write of a transaction is committed by itself.
    CommitsPieceByPiece => "serial_order::has_whole_blind_writes"
    /// The error of an engine in the middle of a scan is lost.
    SwallowsScanErrors => "faults::of_a_scan_reach_the_caller"
    /// The error of an engine at a commit is lost.
    SwallowsCommitErrors => "faults::of_a_commit_leave_nothing"
    /// The error of an engine that begins to fail in the middle of a scan is lost.
    SwallowsLaterScanErrors => "faults::in_the_middle_of_a_scan_reach_the_caller"
    /// The writes before a failure in a transaction are committed.
    KeepsWritesBeforeAFailure => "faults::in_the_middle_of_a_transaction_leave_nothing"
    /// A large value leaves the last pieces of a larger one that it replaces.
    KeepsOldPieces => "point::a_large_value_replaces_another_whole"
    /// A scan reads each page of entries from the newest state.
    ScansPagesOfTheNewest => "isolation::a_writer_commits_again_and_again_while_a_long_scan_is_open"
    /// Readers see a commit that failed.
    AppliesFailedCommits => "faults::of_a_commit_leave_nothing"
    /// The stamp of the catalogs is the same after a commit that changes one.
    StampsStay => "definitions::that_move_are_noticed_by_the_next_call"
    /// A snapshot has the stamp of the newest commit.
    SnapshotsHaveTheNewestStamp => "definitions::of_a_snapshot_stay_its_own"
    /// A transaction that has written to a catalog has the stamp of the state before it.
    TransactionsKeepTheirStamp => "registration::is_undone_with_its_transaction"
    /// A transaction and a snapshot don't tell their backend.
    HasNoIdentity => "several_stores::refuse_a_transaction_of_another_backend"
    /// The last commit is lost when the place is reopened.
    ForgetsTheLastCommit => "persistence::commits_survive_a_reopening"
}
