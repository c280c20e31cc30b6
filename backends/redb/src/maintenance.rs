//! Maintenance of an open database: sizes, compaction, integrity check, flush, checkpoint and close.

use keyloft::Result;

use crate::RedbBackend;

/// The sizes of a database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stats {
    /// The length of the file, or `None` if the database is not in a file.
    pub file_bytes: Option<u64>,
    /// The bytes of keys and values.
    pub stored_bytes: u64,
    /// The bytes that redb needs to find them: the branches of its trees, and its own records.
    pub metadata_bytes: u64,
    /// The unused bytes: free pages, and free space in others.
    pub fragmented_bytes: u64,
}

impl RedbBackend {
    /// Measures the database. It reads all of it, and waits until no transaction is open.
    ///
    /// # Errors
    ///
    /// [`NestedTransaction`](keyloft::Error::NestedTransaction) inside a transaction, and errors of redb.
    pub fn stats(&self) -> Result<Stats> {
        let _slot = self.enter_idle()?;
        let write = self.engine().begin_write()?;
        let stats = write.stats().map_err(|source| self.engine().failed("measure the database", source));
        write.abort().map_err(|source| self.engine().failed("abort a transaction of", source))?;
        let stats = stats?;
        Ok(Stats {
            file_bytes: self.engine().file_len()?,
            stored_bytes: stats.stored_bytes(),
            metadata_bytes: stats.metadata_bytes(),
            fragmented_bytes: stats.fragmented_bytes(),
        })
    }

    /// Moves all pages to the front of the file and truncates it. Returns `true` if that moved a page. Reads and
    /// transactions wait for it.
    ///
    /// ```
    /// use keyloft_redb::RedbBackend;
    ///
    /// let backend = RedbBackend::in_memory()?;
    /// let snapshot = keyloft::StorageBackend::snapshot(&backend)?;
    /// assert_eq!(backend.compact().unwrap_err().code(), "SnapshotOpen");
    /// drop(snapshot);
    /// backend.compact()?;
    /// # Ok::<(), keyloft::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`SnapshotOpen`](keyloft::Error::SnapshotOpen) while a snapshot is held or a read is running,
    /// [`NestedTransaction`](keyloft::Error::NestedTransaction) inside a transaction, and errors of redb.
    pub fn compact(&self) -> Result<bool> {
        let _slot = self.enter_idle()?;
        self.without_snapshot(|| {
            self.engine().exclusively("compact the database", |database| Ok(database.compact()?))
        })
    }

    /// Reads the whole database and verifies every checksum. Returns `true` if it is sound, and `false` if it was
    /// damaged and is repaired now. Reads and transactions wait for it.
    ///
    /// It is not needed after a crash: opening the database recovers from that.
    ///
    /// # Errors
    ///
    /// [`Corrupted`](keyloft::Error::Corrupted) if it can't be repaired,
    /// [`SnapshotOpen`](keyloft::Error::SnapshotOpen) while a snapshot is held or a read is running,
    /// [`NestedTransaction`](keyloft::Error::NestedTransaction) inside a transaction, and errors of redb.
    pub fn check_integrity(&self) -> Result<bool> {
        let _slot = self.enter_idle()?;
        self.without_snapshot(|| {
            self.engine().exclusively("check the database", |database| Ok(database.check_integrity()?))
        })
    }

    /// Syncs all commits of [`Durability::OnFlush`](crate::Durability::OnFlush) to the disk.
    ///
    /// # Errors
    ///
    /// [`NestedTransaction`](keyloft::Error::NestedTransaction) inside a transaction, and errors of redb.
    pub fn flush(&self) -> Result<()> {
        let _slot = self.enter_idle()?;
        self.engine().sync().map_err(|source| self.engine().failed("flush", source))
    }

    /// Prepares the storage for a copy. A copy that is taken before the next commit opens without a recovery.
    ///
    /// If a byte of such a copy is damaged, redb reports an error, and does not open an older commit instead.
    ///
    /// ```
    /// use keyloft_redb::{MemoryFile, RedbBackend, Storage};
    ///
    /// let storage = MemoryFile::from(Vec::new());
    /// let backend = RedbBackend::with_storage(storage.clone())?;
    /// backend.checkpoint()?;
    ///
    /// let mut image = vec![0; usize::try_from(storage.len()?)?];
    /// storage.read(0, &mut image)?;
    /// let copy = RedbBackend::with_storage(MemoryFile::from(image))?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`NestedTransaction`](keyloft::Error::NestedTransaction) inside a transaction, and errors of redb.
    pub fn checkpoint(&self) -> Result<()> {
        let _slot = self.enter_idle()?;
        self.engine().checkpoint().map_err(|source| self.engine().failed("checkpoint", source))
    }

    /// Closes the database for all handles and snapshots. Their later calls return [`Closed`](keyloft::Error::Closed).
    /// It waits for an open transaction to end. The file can then be opened again. The receivers of a
    /// [`Feed`](keyloft::layers::Feed) over the database end.
    ///
    /// Dropping the last handle closes the database too, but can't report an error.
    ///
    /// # Errors
    ///
    /// [`NestedTransaction`](keyloft::Error::NestedTransaction) inside a transaction, and errors of redb.
    pub fn close(&self) -> Result<()> {
        let slot = self.enter_idle()?;
        let closed = self.without_snapshot(|| self.engine().close());
        // The listeners run code of the application, which may use the database.
        drop(slot);
        self.close_listeners().call();
        closed
    }
}
