//! [`Filter`]: the selection of changes for a subscriber.

use crate::backend::{KeyRange, KeySpan, Partition};

/// The changes that a subscriber receives, and the size of its queue.
///
/// ```
/// use keyloft::layers::Filter;
///
/// let everything = Filter::all();
/// let notes = Filter::partition("notes");
/// let notes_of_bob = Filter::prefix("notes", b"bob:").capacity(64);
/// # let _ = (everything, notes, notes_of_bob);
/// ```
#[derive(Clone, Debug)]
pub struct Filter {
    /// `None` selects every partition except those of indexes.
    pub(super) partition: Option<Partition>,
    pub(super) span: KeySpan,
    pub(super) limits: Limits,
}

/// The limits of a queue.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    /// The number of changes that can wait.
    pub(super) changes: usize,
    /// The number of bytes of their keys and values.
    pub(super) bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { changes: Filter::DEFAULT_CAPACITY, bytes: Filter::DEFAULT_CAPACITY_BYTES }
    }
}

impl Filter {
    /// The default [capacity](Self::capacity).
    pub const DEFAULT_CAPACITY: usize = 1024;

    /// The default [capacity in bytes](Self::capacity_bytes): 16 MiB.
    pub const DEFAULT_CAPACITY_BYTES: usize = 16 << 20;

    /// Selects the changes in all partitions except those of indexes.
    pub fn all() -> Self {
        Self { partition: None, span: KeySpan::ALL, limits: Limits::default() }
    }

    /// Selects the changes in one partition.
    pub fn partition(partition: impl Into<Partition>) -> Self {
        Self { partition: Some(partition.into()), ..Self::all() }
    }

    /// Selects the changes in one partition to keys that begin with `prefix`.
    pub fn prefix(partition: impl Into<Partition>, prefix: &[u8]) -> Self {
        Self { span: KeySpan::of_prefix(prefix), ..Self::partition(partition) }
    }

    /// Selects the changes in one partition to keys in `range`.
    pub fn range(partition: impl Into<Partition>, range: KeyRange<'_>) -> Self {
        Self { span: range.into(), ..Self::partition(partition) }
    }

    /// Sets the number of changes that can wait.
    ///
    /// If a commit has more changes than the queue has room for, all its changes are dropped, and a
    /// [`RawEvent::Lagged`](super::RawEvent::Lagged) reports their number.
    #[must_use]
    pub fn capacity(mut self, changes: usize) -> Self {
        self.limits.changes = changes;
        self
    }

    /// Sets the number of bytes of the changes that can wait: of their keys and of their old and new values.
    ///
    /// It limits the memory of a subscriber that falls behind, as [`capacity`](Self::capacity) does. A change that is larger
    /// by itself is always reported as [`RawEvent::Lagged`](super::RawEvent::Lagged).
    #[must_use]
    pub fn capacity_bytes(mut self, bytes: usize) -> Self {
        self.limits.bytes = bytes;
        self
    }
}
