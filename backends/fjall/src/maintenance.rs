//! Maintenance of an open database: sizes, flush, reopening and close.

use keyloft::Result;

use crate::FjallBackend;

impl FjallBackend {
    /// Returns the bytes of the database's files: the journals, and the sorted files that have not been replaced.
    ///
    /// A new database has a journal of 64 MiB, most of which takes no space on the disk.
    ///
    /// # Errors
    ///
    /// [`Closed`](keyloft::ErrorKind::Closed), and errors of fjall.
    pub fn disk_bytes(&self) -> Result<u64> {
        let newest = self.engine().newest_here()?;
        newest.opened.disk_bytes().map_err(|fault| newest.opened.failed("measure", &fault))
    }

    /// Writes the entries that are only in the journal and in memory to sorted files, and merges all of these into one level.
    /// It returns when that is done. Reads and transactions go on.
    ///
    /// fjall merges files by itself as they come. This is for a database that was filled and will be read, and after many
    /// deletions.
    ///
    /// ```
    /// use keyloft_fjall::FjallBackend;
    ///
    /// # let folder = tempfile::tempdir().unwrap();
    /// # let path = folder.path().join("a.fjall");
    /// let backend = FjallBackend::create(&path)?;
    /// backend.compact()?;
    /// # Ok::<(), keyloft::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Closed`](keyloft::ErrorKind::Closed), and errors of fjall.
    pub fn compact(&self) -> Result<()> {
        let newest = self.engine().newest_here()?;
        newest.opened.compact().map_err(|fault| newest.opened.failed("compact", &fault))
    }

    /// Syncs all commits of [`Durability::OnFlush`](crate::Durability::OnFlush) to the disk.
    ///
    /// # Errors
    ///
    /// [`NestedTransaction`](keyloft::ErrorKind::NestedTransaction) inside a transaction, and errors of fjall.
    pub fn flush(&self) -> Result<()> {
        let _slot = self.enter_idle()?;
        self.engine().flush("flush")
    }

    /// Opens the database again after a failure that has made it unusable, for all handles. Returns `false` if it is usable.
    ///
    /// After a failed write or sync, or a failure of a thread of fjall, a database refuses writes with
    /// [`StorageFailed`](keyloft::ErrorKind::StorageFailed) or [`StorageFull`](keyloft::ErrorKind::StorageFull). When the cause is
    /// gone, this reads the folder anew and recovers it, as the opening after a crash does. Snapshots of before are closed.
    /// Commits of [`Durability::OnFlush`](crate::Durability::OnFlush) since the last flush may be lost, as they may by a crash.
    /// The receivers of a [`Feed`](keyloft::layers::Feed) over the database get a gap, after which they read again.
    ///
    /// ```
    /// use keyloft_fjall::FjallBackend;
    ///
    /// # let folder = tempfile::tempdir().unwrap();
    /// # let path = folder.path().join("a.fjall");
    /// let backend = FjallBackend::create(&path)?;
    /// assert!(!backend.reopen()?, "nothing has failed");
    /// # Ok::<(), keyloft::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// The errors of [`open`](Self::open), after which it can be called again.
    /// [`DatabaseLocked`](keyloft::ErrorKind::DatabaseLocked) while a read of before is running.
    /// [`NestedTransaction`](keyloft::ErrorKind::NestedTransaction) inside a transaction.
    pub fn reopen(&self) -> Result<bool> {
        let slot = self.enter_idle()?;
        let is_reopened = self.engine().reopen()?;
        // The listeners run code of the application, which may use the database.
        drop(slot);
        if is_reopened {
            self.reopen_listeners().call();
        }
        Ok(is_reopened)
    }

    /// Closes the database for all handles and snapshots. Their later calls return [`Closed`](keyloft::ErrorKind::Closed).
    /// It waits for an open transaction to end. The folder can then be opened again, unless a read is still running. The
    /// receivers of a [`Feed`](keyloft::layers::Feed) over the database end.
    ///
    /// Dropping the last handle closes the database too, but can't report an error.
    ///
    /// # Errors
    ///
    /// [`NestedTransaction`](keyloft::ErrorKind::NestedTransaction) inside a transaction, and errors of fjall.
    pub fn close(&self) -> Result<()> {
        let slot = self.enter_idle()?;
        let closed = self.engine().close();
        // The listeners run code of the application, which may use the database.
        drop(slot);
        self.close_listeners().call();
        closed
    }
}
