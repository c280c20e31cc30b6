//! [`Break`]: the faults that are made on purpose, to see that a harness notices them.

/// A fault that is made on purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Break {
    /// Syncs do nothing.
    LostSync,
    /// The header reaches the disk before the pages that it points to: they are written after the sync.
    LatePages,
    /// A body that fails is committed: its undo is skipped.
    SkippedUndo,
    /// A transaction is committed in two parts.
    SplitTransaction,
    /// The entries of indexes are not deleted.
    StaleIndex,
    /// A transaction is acknowledged before it is committed.
    EarlyAcknowledgement,
    /// The digests of a stream fit its damage.
    ForgedDigest,
    /// Damaged entries are not repaired.
    SkippedRepair,
    /// A key is decoded from bytes that are not its own.
    LooseKeys,
    /// Snapshots are never dropped.
    HeldSnapshots,
    /// A file is opened without the check of its checksums.
    LostCheck,
    /// Some writes bypass the change log.
    UnloggedWrite,
    /// A consumer stores its position before its work.
    SplitPosition,
    /// A reader of another process sees the state from its opening.
    StaleReads,
    /// Values are decoded without the check of their checksums.
    UncheckedValues,
}

impl Break {
    /// The breaks and their names on the command line.
    pub(crate) const ALL: [(&'static str, Self); 15] = [
        ("lost-sync", Self::LostSync),
        ("late-pages", Self::LatePages),
        ("skipped-undo", Self::SkippedUndo),
        ("split-transaction", Self::SplitTransaction),
        ("stale-index", Self::StaleIndex),
        ("early-acknowledgement", Self::EarlyAcknowledgement),
        ("forged-digest", Self::ForgedDigest),
        ("skipped-repair", Self::SkippedRepair),
        ("loose-keys", Self::LooseKeys),
        ("held-snapshots", Self::HeldSnapshots),
        ("lost-check", Self::LostCheck),
        ("unchecked-values", Self::UncheckedValues),
        ("unlogged-write", Self::UnloggedWrite),
        ("split-position", Self::SplitPosition),
        ("stale-reads", Self::StaleReads),
    ];

    /// Returns the break with this name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(of, _)| *of == name).map(|(_, how)| *how)
    }

    /// Returns the name.
    pub(crate) fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, how)| *how == self).map_or("", |(name, _)| name)
    }
}
