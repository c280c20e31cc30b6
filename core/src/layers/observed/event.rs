//! [`RawEvent`] and [`RawChange`]: the events of a subscriber, in bytes.

use alloc::sync::Arc;

use crate::backend::Partition;

/// An event of a [`Subscription`](super::Subscription).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RawEvent {
    /// The value of a key changed.
    Change(RawChange),
    /// Changes are missing at this point, because the queue was full, or because the engine was opened again after a
    /// failure. The subscriber's state is out of date until a [`resync`](super::Subscription::resync).
    Lagged {
        /// The number of dropped changes, or 0 if it is not known.
        missed: u64,
    },
}

/// The net change of one key by one committed transaction: an insert if there is no old value, a delete if there is no
/// new value, and an update otherwise.
///
/// A key that the transaction wrote several times is reported once. A key that has its old value again is not reported.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RawChange {
    /// The number of the commit. It rises with every commit that is reported to any subscriber.
    pub commit: u64,
    /// The partition.
    pub partition: Partition,
    /// The key.
    pub key: Arc<[u8]>,
    /// The value before the transaction.
    pub old: Option<Arc<[u8]>>,
    /// The value after the transaction.
    pub new: Option<Arc<[u8]>>,
}

impl RawChange {
    /// Returns the number of bytes of the key and the values.
    pub(super) fn len(&self) -> usize {
        let value = |value: &Option<Arc<[u8]>>| value.as_ref().map_or(0, |value| value.len());
        self.key.len() + value(&self.old) + value(&self.new)
    }
}

impl RawEvent {
    /// Returns `true` if both are changes of one commit.
    pub(super) fn is_of_commit_of(&self, other: &Self) -> bool {
        matches!((self, other), (Self::Change(one), Self::Change(other)) if one.commit == other.commit)
    }
}
