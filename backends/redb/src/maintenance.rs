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
    /// [`NestedTransaction`](keyloft::ErrorKind::NestedTransaction) inside a transaction, and errors of redb.
    pub fn stats(&self) -> Result<Stats> {
        let slot = self.enter_idle()?;
        let (write, health) = slot.begin()?;
        let stats = health.guard(|_| write.stats());
        let stats = stats.and_then(|stats| health.abort(write).map(|()| stats));
        let stats = stats.map_err(|source| self.engine().failed("measure the database", source))?;
        Ok(Stats {
            file_bytes: self.engine().file_len()?,
            stored_bytes: stats.stored_bytes(),
            metadata_bytes: stats.metadata_bytes(),
            fragmented_bytes: stats.fragmented_bytes(),
        })
    }

    /// Moves all pages to the front of the file and truncates it. Returns `true` if that moved a page or made the file
    /// shorter. Reads and transactions wait for it.
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
    /// [`SnapshotOpen`](keyloft::ErrorKind::SnapshotOpen) while a snapshot is held or a read is running, also in another process that
    /// [shares](crate::Sharing) the file, [`NestedTransaction`](keyloft::ErrorKind::NestedTransaction) inside a transaction, and
    /// errors of redb.
    pub fn compact(&self) -> Result<bool> {
        let _slot = self.enter_idle()?;
        self.without_snapshot(|| {
            let before = self.engine().storage_len()?;
            let moved =
                self.engine().exclusively("compact the database", |database| Ok(database.compact()?))?;
            // redb truncates the file before it looks for pages to move, and does not count that.
            Ok(moved || self.engine().storage_len()? < before)
        })
    }

    /// Reads the whole database and verifies every checksum. Returns `true` if it is sound, and `false` if it was
    /// damaged and is repaired now. Reads and transactions wait for it.
    ///
    /// It is not needed after a crash: opening the database recovers from that.
    ///
    /// # Errors
    ///
    /// [`Corrupted`](keyloft::ErrorKind::Corrupted) if it can't be repaired,
    /// [`SnapshotOpen`](keyloft::ErrorKind::SnapshotOpen) while a snapshot is held or a read is running,
    /// [`NestedTransaction`](keyloft::ErrorKind::NestedTransaction) inside a transaction, and errors of redb.
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
    /// [`NestedTransaction`](keyloft::ErrorKind::NestedTransaction) inside a transaction, and errors of redb.
    pub fn flush(&self) -> Result<()> {
        let _slot = self.enter_idle()?;
        self.engine().sync("flush")
    }

    /// Prepares the storage for a copy. A copy that is taken before the next commit opens without a recovery, and never
    /// with an older commit.
    ///
    /// Without a recovery redb verifies nothing. Damage that the copy suffers later is found by an opening with
    /// [`check_on_open`](crate::Options::check_on_open) or by [`check_integrity`](Self::check_integrity), and not by an
    /// ordinary opening. Check copies that are kept.
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
    /// [`NestedTransaction`](keyloft::ErrorKind::NestedTransaction) inside a transaction, and errors of redb.
    pub fn checkpoint(&self) -> Result<()> {
        let _slot = self.enter_idle()?;
        self.engine().checkpoint()
    }

    /// Opens the database again after a failure that has made it unusable, for all handles. Returns `false` if it is usable.
    ///
    /// After a failed read or write of its storage, a database refuses writes, and reads that its memory can't answer, with
    /// [`StorageFailed`](keyloft::ErrorKind::StorageFailed) or [`StorageFull`](keyloft::ErrorKind::StorageFull), because the
    /// engine's memory may differ from the storage. When the cause is gone, this reads the storage anew and recovers it,
    /// as the opening after a crash does. Snapshots of before keep the error. Commits of
    /// [`Durability::OnFlush`](crate::Durability::OnFlush) since the last flush are lost, as they are by a crash. The
    /// receivers of a [`Feed`](keyloft::layers::Feed) over the database get a gap, after which they read again.
    ///
    /// ```
    /// use keyloft_redb::RedbBackend;
    ///
    /// let backend = RedbBackend::in_memory()?;
    /// assert!(!backend.reopen()?, "nothing has failed");
    /// # Ok::<(), keyloft::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// The errors of [`open`](Self::open), after which it can be called again.
    /// [`SyncFailed`](keyloft::ErrorKind::SyncFailed) if a sync has failed and the storage may show what it has not stored: in
    /// a storage of the caller, and in files on other systems than Linux.
    /// [`NestedTransaction`](keyloft::ErrorKind::NestedTransaction) inside a transaction.
    pub fn reopen(&self) -> Result<bool> {
        let slot = self.enter_alone()?;
        let is_reopened = self.without_snapshot(|| self.engine().reopen())?;
        // The listeners run code of the application, which may use the database.
        drop(slot);
        if is_reopened {
            self.reopen_listeners().call();
        }
        Ok(is_reopened)
    }

    /// Returns the number of commits since the oldest snapshot that is still held, or 0.
    ///
    /// It counts the commits and snapshots of this process, and not those of others that [share](crate::Sharing) the file.
    ///
    /// While a snapshot is held, the pages that commits replace can't be used again, so each commit makes the file larger: by
    /// about 7 KB for a small durable write. A program that can forget a snapshot should log this number now and then,
    /// and drop its snapshots when it grows. The file keeps its length until [`compact`](Self::compact).
    ///
    /// ```
    /// use keyloft::{Partition, StorageBackend};
    /// use keyloft_redb::RedbBackend;
    ///
    /// let backend = RedbBackend::in_memory()?;
    /// let snapshot = backend.snapshot()?;
    /// for number in 0..3_u8 {
    ///     backend.transact(&mut |tx| tx.put(&Partition::from("notes"), &[number], b"milk"))?;
    /// }
    /// assert_eq!(backend.commits_since_oldest_snapshot(), 3);
    /// drop(snapshot);
    /// assert_eq!(backend.commits_since_oldest_snapshot(), 0);
    /// # Ok::<(), keyloft::Error>(())
    /// ```
    pub fn commits_since_oldest_snapshot(&self) -> u64 {
        self.engine().held_snapshots.oldest_age()
    }

    /// Closes the database for all handles and snapshots. Their later calls return [`Closed`](keyloft::ErrorKind::Closed).
    /// It waits for an open transaction to end. The file can then be opened again. The receivers of a
    /// [`Feed`](keyloft::layers::Feed) over the database end.
    ///
    /// Dropping the last handle closes the database too, but can't report an error.
    ///
    /// # Errors
    ///
    /// [`NestedTransaction`](keyloft::ErrorKind::NestedTransaction) inside a transaction, and errors of redb.
    pub fn close(&self) -> Result<()> {
        let slot = self.enter_alone()?;
        let closed = self.without_snapshot(|| self.engine().close());
        // The listeners run code of the application, which may use the database.
        drop(slot);
        self.close_listeners().call();
        closed
    }
}
