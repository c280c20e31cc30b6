//! [`Expiring`] and [`ExpiringWriter`]: entities that expire, and their eviction.

use crate::error::Result;
use crate::key::StorageKey;
use crate::store::{EntityWriter, Index, Query};

/// An entity that can expire. Its table has the index [`EXPIRES`](Expiring::EXPIRES).
pub trait Expiring: Sized + 'static {
    /// The index `expires` of the entities by the time of their expiry. An eviction scans it.
    const EXPIRES: Index<Self, i64> = Index::new("expires", Self::expires_at);

    /// Returns the time of expiry, in milliseconds since the Unix epoch, or `None` if the entity does not expire.
    fn expires_at(&self) -> Option<i64>;
}

/// The additional writes of a table whose entities expire.
pub trait ExpiringWriter<K: StorageKey, V: Expiring>: EntityWriter<K, V> {
    /// Deletes at most `max` entities that have expired at `now`, in the order of their expiry. Returns their number.
    ///
    /// Its cost depends on the number of deleted entities, not on the size of the table.
    ///
    /// # Errors
    ///
    /// The errors of [`delete`](EntityWriter::delete).
    fn evict_expired(self, now: i64, max: usize) -> Result<u64> {
        self.delete_by(&V::EXPIRES, Query::range(..=now).limit(max))
    }
}

impl<K: StorageKey, V: Expiring, W: EntityWriter<K, V>> ExpiringWriter<K, V> for W {}
