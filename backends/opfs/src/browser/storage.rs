//! [`OpfsStorage`]: a locked file as a storage of redb.

use std::io;
use std::sync::Arc;

use keyloft_redb::Storage;
use web_sys::FileSystemSyncAccessHandle;

use super::access_handle::AccessHandle;
use super::database_name::DatabaseName;
use super::interrupted_creation::{self, MAGIC_LEN};
use super::unsynced::lost_sync;

/// A file that is locked for one database.
///
/// Clones share the file. The lock ends when the file is closed or the last clone is dropped.
///
/// [`open`](crate::open), [`create`](crate::create) and [`create_new`](crate::create_new) create one. Create it
/// yourself to choose the options of the database, or to use another file:
///
/// ```no_run
/// # async fn f(handle: web_sys::FileSystemSyncAccessHandle) -> keyloft::Result<()> {
/// use keyloft_opfs::OpfsStorage;
/// use keyloft_redb::Durability;
///
/// let import = keyloft_opfs::options().durability(Durability::OnFlush);
/// let app = import.with_storage_named("app", OpfsStorage::create("app").await?)?;
/// let other = import.with_storage(OpfsStorage::from(handle))?;
/// # Ok(())
/// # }
/// ```
///
/// After a failed sync of a file that `create`, `create_new` or `open` has locked, no opening gets the file again, as the crate's
/// documentation says. A file that you lock yourself has no name, so nobody else hears of its failed syncs.
///
/// Only the thread that opened the file can use it. On other threads every call is an error.
#[derive(Clone, Debug)]
pub struct OpfsStorage {
    handle: Arc<AccessHandle>,
}

impl From<FileSystemSyncAccessHandle> for OpfsStorage {
    fn from(handle: FileSystemSyncAccessHandle) -> Self {
        Self { handle: Arc::new(AccessHandle::new(handle, None)) }
    }
}

impl OpfsStorage {
    /// Returns the locked file of a database, which is refused after a failed sync.
    pub(crate) fn named(handle: FileSystemSyncAccessHandle, name: DatabaseName<'_>) -> Self {
        Self { handle: Arc::new(AccessHandle::new(handle, Some(lost_sync(name)))) }
    }

    /// Returns `true` if the file is empty or holds an interrupted creation.
    pub(crate) fn holds_no_database(&self) -> io::Result<bool> {
        let mut head = [0; MAGIC_LEN];
        let read = self.handle.read_some(0, &mut head)?;
        Ok(interrupted_creation::holds_no_database(head.get(..read).unwrap_or_default()))
    }
}

impl Storage for OpfsStorage {
    fn len(&self) -> io::Result<u64> {
        self.handle.len()
    }

    fn read(&self, mut offset: u64, mut out: &mut [u8]) -> io::Result<()> {
        while !out.is_empty() {
            let read = self.handle.read_some(offset, out)?;
            if read == 0 {
                return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the file ends too early"));
            }
            out = out.get_mut(read..).unwrap_or_default();
            offset = advance(offset, read)?;
        }
        Ok(())
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        self.handle.set_len(len)
    }

    fn sync_data(&self) -> io::Result<()> {
        self.handle.flush()
    }

    fn write(&self, mut offset: u64, mut data: &[u8]) -> io::Result<()> {
        while !data.is_empty() {
            let written = self.handle.write_some(offset, data)?;
            if written == 0 {
                return Err(io::Error::new(io::ErrorKind::WriteZero, "the browser writes no more bytes"));
            }
            data = data.get(written..).unwrap_or_default();
            offset = advance(offset, written)?;
        }
        Ok(())
    }

    fn close(&self) -> io::Result<()> {
        let flushed = self.handle.flush();
        self.handle.close();
        flushed
    }
}

fn advance(offset: u64, len: usize) -> io::Result<u64> {
    u64::try_from(len)
        .ok()
        .and_then(|len| offset.checked_add(len))
        .ok_or_else(|| io::Error::new(io::ErrorKind::FileTooLarge, "the offset is past 2^64"))
}
