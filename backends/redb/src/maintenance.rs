//! Care for a database: its sizes, compaction, the check of its integrity, flushing and closing.

use keyloft::Result;

use crate::RedbBackend;

/// How large a database is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stats {
    /// The length of its file; `None` if it isn't in one.
    pub file_bytes: Option<u64>,
    /// The keys and values.
    pub stored_bytes: u64,
    /// What finds them: branches of the trees, and what redb notes for itself.
    pub metadata_bytes: u64,
    /// What is not used: free pages, and the space left in others.
    pub fragmented_bytes: u64,
}

impl RedbBackend {
    /// How large the database is. It reads all of it, and waits until no transaction is open.
    ///
    /// # Errors
    ///
    /// [`NestedTransaction`](keyloft::Error::NestedTransaction) inside a transaction, and what redb reports.
    pub fn stats(&self) -> Result<Stats> {
        let _turn = self.take_turn()?;
        let write = self.engine().begin_write()?;
        let stats = write.stats().map_err(|source| self.engine().failed("measure the database", source));
        write.abort().map_err(|source| self.engine().failed("abort", source))?;
        let stats = stats?;
        Ok(Stats {
            file_bytes: self.engine().file_len()?,
            stored_bytes: stats.stored_bytes(),
            metadata_bytes: stats.metadata_bytes(),
            fragmented_bytes: stats.fragmented_bytes(),
        })
    }

    /// Moves everything to the front of the file and cuts the rest off; whether that changed anything. Reads and
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
    /// [`SnapshotOpen`](keyloft::Error::SnapshotOpen) while a snapshot is held or a read goes on,
    /// [`NestedTransaction`](keyloft::Error::NestedTransaction) inside a transaction, and what redb reports.
    pub fn compact(&self) -> Result<bool> {
        let _turn = self.take_turn()?;
        self.without_view(|| self.engine().alone("compact the database", |database| Ok(database.compact()?)))
    }

    /// Reads the whole database and verifies every checksum: `true` if all is well, `false` if something wasn't and
    /// has been repaired. Reads and transactions wait for it.
    ///
    /// There is no need for it after a crash, which opening the database recovers from.
    ///
    /// # Errors
    ///
    /// [`Corrupted`](keyloft::Error::Corrupted) if it can't be repaired,
    /// [`SnapshotOpen`](keyloft::Error::SnapshotOpen) while a snapshot is held or a read goes on,
    /// [`NestedTransaction`](keyloft::Error::NestedTransaction) inside a transaction, and what redb reports.
    pub fn check_integrity(&self) -> Result<bool> {
        let _turn = self.take_turn()?;
        self.without_view(|| {
            self.engine().alone("check the database", |database| Ok(database.check_integrity()?))
        })
    }

    /// Syncs what was committed with [`Durability::OnFlush`](crate::Durability::OnFlush) to the disk.
    ///
    /// # Errors
    ///
    /// [`NestedTransaction`](keyloft::Error::NestedTransaction) inside a transaction, and what redb reports.
    pub fn flush(&self) -> Result<()> {
        let _turn = self.take_turn()?;
        self.engine().sync().map_err(|source| self.engine().failed("flush", source))
    }

    /// Commits such that a copy of the storage, taken now, opens as it is: with no recovery, and with nothing for a damaged
    /// byte to fall back to but an error. Until the next commit, that is.
    ///
    /// ```
    /// use keyloft_redb::{Bytes, RedbBackend, Storage};
    ///
    /// let storage = Bytes::from(Vec::new());
    /// let backend = RedbBackend::with_storage(storage.clone())?;
    /// backend.checkpoint()?;
    ///
    /// let mut image = vec![0; usize::try_from(storage.len()?)?];
    /// storage.read(0, &mut image)?;
    /// let copy = RedbBackend::with_storage(Bytes::from(image))?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`NestedTransaction`](keyloft::Error::NestedTransaction) inside a transaction, and what redb reports.
    pub fn checkpoint(&self) -> Result<()> {
        let _turn = self.take_turn()?;
        self.engine().checkpoint().map_err(|source| self.engine().failed("checkpoint", source))
    }

    /// Closes the database, for all handles and snapshots: what they do after that is an error. It waits for a
    /// transaction to end. Afterwards the file may be opened again.
    ///
    /// Dropping the last handle closes it too, but has nobody to report an error to.
    ///
    /// # Errors
    ///
    /// [`NestedTransaction`](keyloft::Error::NestedTransaction) inside a transaction, and what redb reports.
    pub fn close(&self) -> Result<()> {
        let _turn = self.take_turn()?;
        self.without_view(|| self.engine().close())
    }
}
