//! [`EntityRepair`]: the repair of a table.

use alloc::vec::Vec;
use core::ops::ControlFlow;

use super::EntityWriter;
use crate::error::Result;
use crate::key::StorageKey;
use crate::store::{EntityStore, Skipped};

/// The repair of a table and its indexes, by a store or inside a transaction.
///
/// A principal's view has no repair, but the view inside a transaction has. It repairs the rows that the view reaches.
pub trait EntityRepair<K: StorageKey, V: 'static>: EntityWriter<K, V> {
    /// Rebuilds the indexes from the entities, in one transaction. Returns the number of index entries.
    ///
    /// It repairs the mismatches that [`verify`](crate::EntityReader::verify) finds. For a changed definition, call
    /// [`migrate`](crate::EntityStore::migrate) instead. Inside a transaction, return its error from the body: after an error
    /// the indexes are incomplete.
    ///
    /// ```
    /// # use std::sync::Arc;
    /// use keyloft::backend::KeyRange;
    /// use keyloft::prelude::*;
    ///
    /// const NUMBER: UniqueIndex<u32, u32> = UniqueIndex::new("number", |number| Some(*number));
    ///
    /// # let backend: Arc<dyn StorageBackend> = Arc::new(keyloft_memory::MemoryBackend::new());
    /// let jobs = Table::<JobId, u32>::with_schema(backend.clone(), Schema::new("jobs").index(NUMBER));
    /// jobs.put(&"a".into(), &7)?;
    ///
    /// // Something other than the table deletes its index.
    /// let entries = keyloft::Partition::from_stored("#number:jobs");
    /// backend.transaction(|tx| tx.delete_range(&entries, KeyRange::ALL))?;
    /// assert_eq!(jobs.verify()?.len(), 1);
    ///
    /// assert_eq!(jobs.reindex()?, 1);
    /// assert!(jobs.verify()?.is_empty());
    /// assert_eq!(jobs.find(&NUMBER, &7)?, Some(("a".into(), 7)));
    /// # Ok::<(), keyloft::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::UniqueViolation`](crate::ErrorKind::UniqueViolation) if two entities have the same value in a unique index;
    /// [`ErrorKind::InvalidKey`](crate::ErrorKind::InvalidKey), [`ErrorKind::Decode`](crate::ErrorKind::Decode) or
    /// [`ErrorKind::NewerVersion`](crate::ErrorKind::NewerVersion) if an entity can't be decoded;
    /// [`ErrorKind::IndexedValueTooLong`](crate::ErrorKind::IndexedValueTooLong); or an error of the backend. Entities that can't be
    /// decoded don't stop [`reindex_readable`](EntityRepair::reindex_readable).
    fn reindex(self) -> Result<u64> {
        self.write(|writer| writer.reindex(None, &mut |_| ControlFlow::Continue(())))
    }

    /// Rebuilds the indexes as [`reindex`](EntityRepair::reindex) does, with progress and cancellation.
    ///
    /// `report` gets the number of entities that have been read, which begins again if the engine repeats the transaction. If it
    /// breaks, nothing has changed.
    ///
    /// ```
    /// # use std::sync::Arc;
    /// use std::ops::ControlFlow;
    /// use keyloft::prelude::*;
    ///
    /// const NUMBER: Index<u32, u32> = Index::new("number", |number| Some(*number));
    ///
    /// # let backend: Arc<dyn StorageBackend> = Arc::new(keyloft_memory::MemoryBackend::new());
    /// let jobs = Table::<JobId, u32>::with_schema(backend, Schema::new("jobs").index(NUMBER));
    /// jobs.put_many(&[("a".into(), 1), ("b".into(), 2)])?;
    /// let mut read = 0;
    /// jobs.reindex_with(|rows| {
    ///     read = rows;
    ///     ControlFlow::Continue(())
    /// })?;
    /// assert_eq!(read, 2);
    /// assert_eq!(jobs.reindex_with(|_| ControlFlow::Break(())).unwrap_err().code(), "Cancelled");
    /// # Ok::<(), keyloft::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// The errors of [`reindex`](EntityRepair::reindex), and [`ErrorKind::Cancelled`](crate::ErrorKind::Cancelled).
    fn reindex_with(self, mut report: impl FnMut(u64) -> ControlFlow<()>) -> Result<u64> {
        self.write(|writer| writer.reindex(None, &mut report))
    }

    /// Rebuilds the indexes from the entities that can be decoded, in one transaction. Returns those that it stepped over.
    ///
    /// They are in no index. [`discard`](EntityRepair::discard) them, or [`reindex`](EntityRepair::reindex) the table when
    /// they can be decoded again.
    ///
    /// ```
    /// # use std::sync::Arc;
    /// use keyloft::prelude::*;
    ///
    /// const NUMBER: Index<u32, u32> = Index::new("number", |number| Some(*number));
    ///
    /// # let backend: Arc<dyn StorageBackend> = Arc::new(keyloft_memory::MemoryBackend::new());
    /// let jobs = Table::<JobId, u32>::with_schema(backend.clone(), Schema::new("jobs").index(NUMBER));
    /// jobs.put_many(&[("a".into(), 1), ("b".into(), 2)])?;
    /// backend.transaction(|tx| tx.put(&"jobs".into(), b"b", b"damaged"))?;
    /// assert_eq!(jobs.reindex().unwrap_err().code(), "Decode");
    ///
    /// let skipped = jobs.reindex_readable()?;
    /// assert_eq!(skipped[0].key, b"b");
    /// assert_eq!(jobs.scan_by(&NUMBER, ..)?, [("a".into(), 1)]);
    /// # Ok::<(), keyloft::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NewerVersion`](crate::ErrorKind::NewerVersion) if an entity is of a newer program, whose index entries this one
    /// can't rebuild, or the errors of [`reindex`](EntityRepair::reindex) but those of entities that can't be decoded.
    fn reindex_readable(self) -> Result<Vec<Skipped>> {
        self.write(|writer| {
            let mut skipped = Vec::new();
            writer.reindex(Some(&mut skipped), &mut |_| ControlFlow::Continue(()))?;
            Ok(skipped)
        })
    }

    /// Deletes the entry under this encoded key, and every index entry that names the key, without decoding the entity.
    /// Returns `true` if the key existed.
    ///
    /// It is for an [unreadable](crate::store::Mismatch::Unreadable) entity, with the key that
    /// [`verify`](crate::EntityReader::verify) reports. It scans whole indexes and does not call the
    /// [guard](crate::Schema::guard). A writer of one user's rows ignores the keys of other users.
    ///
    /// # Errors
    ///
    /// The errors of the backend.
    fn discard(self, key: &[u8]) -> Result<bool> {
        self.write(|writer| writer.discard(key))
    }
}

impl<K: StorageKey, V: 'static, S: EntityStore<K, V> + ?Sized> EntityRepair<K, V> for &S {}
