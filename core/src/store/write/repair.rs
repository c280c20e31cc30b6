//! [`EntityRepair`]: the repair of a table.

use super::EntityWriter;
use crate::error::Result;
use crate::key::StorageKey;
use crate::store::EntityStore;

/// The repair of a table and its indexes: of a store, or inside a transaction. A principal's view does not have it.
pub trait EntityRepair<K: StorageKey, V: 'static>: EntityWriter<K, V> {
    /// Builds the indexes anew from the entities, in one transaction. Returns the number of their entries.
    ///
    /// This adds an index to a table that has entities already, and leaves nothing of an index that the schema does not
    /// have any more. Inside a transaction, return its error from the body: the indexes are half built then.
    ///
    /// ```
    /// # use std::sync::Arc;
    /// use keyloft::prelude::*;
    ///
    /// const NUMBER: UniqueIndex<u32, u32> = UniqueIndex::new("number", |number| Some(*number));
    ///
    /// # let backend = Arc::new(keyloft_memory::MemoryBackend::new());
    /// Table::<JobId, u32>::new(backend.clone(), "jobs").put(&"a".into(), &7)?;
    ///
    /// let jobs = Table::<JobId, u32>::with_schema(backend, Schema::new("jobs").index(NUMBER));
    /// assert_eq!(jobs.verify()?.len(), 1);
    /// assert_eq!(jobs.reindex()?, 1);
    /// assert!(jobs.verify()?.is_empty());
    /// assert_eq!(jobs.find(&NUMBER, &7)?, Some(("a".into(), 7)));
    /// # Ok::<(), keyloft::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::UniqueViolation`](crate::Error::UniqueViolation) if two entities have one value in a unique index,
    /// [`Error::InvalidKey`](crate::Error::InvalidKey), [`Error::Decode`](crate::Error::Decode) or
    /// [`Error::NewerVersion`](crate::Error::NewerVersion) if one can't be decoded,
    /// [`Error::IndexedValueTooLong`](crate::Error::IndexedValueTooLong), or what the backend reports.
    fn reindex(mut self) -> Result<u64> {
        #[allow(clippy::redundant_closure_for_method_calls)]
        // the method by its path has one lifetime, not any
        self.write_access().run(|writer| writer.reindex())
    }

    /// Deletes what is stored under these bytes of a key, whether it can be decoded or not, and every index entry that
    /// names it. Returns whether anything was stored.
    ///
    /// This is for an entity that [`verify`](crate::EntityReader::verify) finds
    /// [unreadable](crate::store::Mismatch::Unreadable), under the key that it reports. It scans whole indexes, and asks
    /// no guard. A writer of one user's rows discards nothing of other users.
    ///
    /// # Errors
    ///
    /// What the backend reports.
    fn discard(mut self, key: &[u8]) -> Result<bool> {
        self.write_access().run(|writer| writer.discard(key))
    }
}

impl<K: StorageKey, V: 'static, S: EntityStore<K, V> + ?Sized> EntityRepair<K, V> for &S {}
