//! [`RawEvent`] and [`RawChange`]: what a subscriber is told, in bytes.

use alloc::sync::Arc;

use crate::backend::Partition;

/// What a [`Subscription`](super::Subscription) gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RawEvent {
    /// A key has another value than before.
    Change(RawChange),
    /// Changes were lost here, because the subscriber did not take those before them in time: what it knows is out of
    /// date until it [reads anew](super::Subscription::resync).
    Lagged {
        /// How many they were.
        missed: u64,
    },
}

/// What a committed transaction made of one key: inserted it, if there is no old value; deleted it, if there is no
/// new one; or updated it.
///
/// It is the net change: however often the transaction wrote the key, it is told once, and not at all if the value is
/// what it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RawChange {
    /// Which commit it was part of. The numbers rise with every commit that a subscriber is told of.
    pub commit: u64,
    /// The partition.
    pub partition: Partition,
    /// The key.
    pub key: Arc<[u8]>,
    /// The value before.
    pub old: Option<Arc<[u8]>>,
    /// The value after.
    pub new: Option<Arc<[u8]>>,
}
