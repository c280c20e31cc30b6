//! [`Filter`]: which changes a subscriber is told of.

use crate::backend::{KeyRange, KeySpan, Partition};

/// Which changes a subscriber is told of, and how many may wait for it.
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
    /// `None` is every partition that is not an index's.
    pub(super) partition: Option<Partition>,
    pub(super) span: KeySpan,
    pub(super) capacity: usize,
}

impl Filter {
    /// How many changes wait for a subscriber at most, unless it says otherwise.
    pub const DEFAULT_CAPACITY: usize = 1024;

    /// The changes of the whole backend, but for the entries of indexes.
    pub fn all() -> Self {
        Self { partition: None, span: KeySpan::ALL, capacity: Self::DEFAULT_CAPACITY }
    }

    /// The changes in this partition.
    pub fn partition(partition: impl Into<Partition>) -> Self {
        Self { partition: Some(partition.into()), ..Self::all() }
    }

    /// The changes in this partition to keys that begin so.
    pub fn prefix(partition: impl Into<Partition>, prefix: &[u8]) -> Self {
        Self { span: KeySpan::of_prefix(prefix), ..Self::partition(partition) }
    }

    /// The changes in this partition to keys of this range.
    pub fn range(partition: impl Into<Partition>, range: KeyRange<'_>) -> Self {
        let span = KeySpan { lower: range.lower.map(<[u8]>::to_vec), upper: range.upper.map(<[u8]>::to_vec) };
        Self { span, ..Self::partition(partition) }
    }

    /// Lets this many changes wait. A commit of more changes than there is room for is told as
    /// [`RawEvent::Lagged`](super::RawEvent::Lagged), all of it.
    #[must_use]
    pub fn capacity(mut self, changes: usize) -> Self {
        self.capacity = changes;
        self
    }
}
