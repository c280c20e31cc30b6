//! [`OpfsStorage`]: a locked file, as redb sees it.

use std::io::{self, ErrorKind};
use std::sync::Arc;

use keyloft_redb::Storage;
use web_sys::FileSystemSyncAccessHandle;

use crate::handle::Handle;

/// How many bytes redb writes last when it creates a database, at the beginning of the file.
pub(crate) const MARK_LEN: usize = 9;

/// A file that is locked for one database. Clones are the same one; the lock goes when it is closed, or the last of them
/// dropped.
///
/// [`open`](crate::open) and its like make one by themselves. Make one to choose the options of the database, or to
/// keep it in a file of your own:
///
/// ```no_run
/// # async fn f(handle: web_sys::FileSystemSyncAccessHandle) -> keyloft::Result<()> {
/// use keyloft_opfs::OpfsStorage;
/// use keyloft_redb::Durability;
///
/// let import = keyloft_opfs::options().durability(Durability::OnFlush);
/// let ours = import.with_storage_named("app", OpfsStorage::create("app").await?)?;
/// let elsewhere = import.with_storage(OpfsStorage::from(handle))?;
/// # Ok(())
/// # }
/// ```
///
/// Its file is open on one thread, that of the handle; on others every call is an error.
#[derive(Clone, Debug)]
pub struct OpfsStorage {
    handle: Arc<Handle>,
}

impl From<FileSystemSyncAccessHandle> for OpfsStorage {
    fn from(handle: FileSystemSyncAccessHandle) -> Self {
        Self { handle: Arc::new(Handle::new(handle)) }
    }
}

impl OpfsStorage {
    /// Whether it holds anything but what is left of a creation that was cut off.
    pub(crate) fn is_born(&self) -> io::Result<bool> {
        let mut head = [0; MARK_LEN];
        let read = self.handle.read_some(0, &mut head)?;
        Ok(is_born(head.get(..read).unwrap_or_default()))
    }
}

/// Whether a file that begins with these bytes holds anything but what is left of a creation that was cut off: nothing
/// at all, or no mark yet.
pub(crate) fn is_born(head: &[u8]) -> bool {
    head.iter().take(MARK_LEN).any(|byte| *byte != 0)
}

impl Storage for OpfsStorage {
    fn len(&self) -> io::Result<u64> {
        self.handle.len()
    }

    fn read(&self, mut offset: u64, mut out: &mut [u8]) -> io::Result<()> {
        while !out.is_empty() {
            let read = self.handle.read_some(offset, out)?;
            if read == 0 {
                return Err(io::Error::new(ErrorKind::UnexpectedEof, "the file ends too early"));
            }
            out = out.get_mut(read..).unwrap_or_default();
            offset = after(offset, read)?;
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
                return Err(io::Error::new(ErrorKind::WriteZero, "the browser writes nothing more"));
            }
            data = data.get(written..).unwrap_or_default();
            offset = after(offset, written)?;
        }
        Ok(())
    }

    fn close(&self) -> io::Result<()> {
        let flushed = self.handle.flush();
        self.handle.close();
        flushed
    }
}

fn after(offset: u64, len: usize) -> io::Result<u64> {
    u64::try_from(len)
        .ok()
        .and_then(|len| offset.checked_add(len))
        .ok_or_else(|| io::Error::new(ErrorKind::FileTooLarge, "the offset is past 2^64"))
}
