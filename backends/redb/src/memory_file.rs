//! [`MemoryFile`]: the file of a database, in memory.

use std::fmt;
use std::io;
use std::mem;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::Storage;

/// The file of a database, in memory. Its bytes can come from a real file and be written to one.
///
/// Clones share the same bytes.
///
/// ```
/// use keyloft_redb::{MemoryFile, RedbBackend};
///
/// let file = MemoryFile::from(Vec::new());
/// RedbBackend::with_storage(file.clone())?.close()?;
/// let copy = MemoryFile::from(file.take());
/// RedbBackend::options().check_on_open(true).with_storage(copy)?;
/// # Ok::<(), keyloft::Error>(())
/// ```
#[derive(Clone)]
pub struct MemoryFile {
    bytes: Arc<Mutex<Vec<u8>>>,
}

impl From<Vec<u8>> for MemoryFile {
    fn from(bytes: Vec<u8>) -> Self {
        Self { bytes: Arc::new(Mutex::new(bytes)) }
    }
}

impl MemoryFile {
    /// Takes the bytes out and leaves the file empty. Close the database first.
    pub fn take(&self) -> Vec<u8> {
        mem::take(&mut *self.lock())
    }

    fn lock(&self) -> MutexGuard<'_, Vec<u8>> {
        self.bytes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Calls `work` with the `len` bytes at `offset`.
    fn slice<T>(&self, offset: u64, len: usize, work: impl FnOnce(&mut [u8]) -> T) -> io::Result<T> {
        let past_end = || io::Error::new(io::ErrorKind::UnexpectedEof, "the file ends too early");
        let start = usize::try_from(offset).map_err(|_| past_end())?;
        let end = start.checked_add(len).ok_or_else(past_end)?;
        self.lock().get_mut(start..end).map(work).ok_or_else(past_end)
    }
}

impl Storage for MemoryFile {
    fn len(&self) -> io::Result<u64> {
        Ok(u64::try_from(self.lock().len()).unwrap_or(u64::MAX))
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        self.slice(offset, out.len(), |bytes| out.copy_from_slice(bytes))
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        let too_large = || io::Error::new(io::ErrorKind::OutOfMemory, "the file is larger than the memory");
        let len = usize::try_from(len).map_err(|_| too_large())?;
        let mut bytes = self.lock();
        let additional = len.saturating_sub(bytes.len());
        bytes.try_reserve_exact(additional)?;
        bytes.resize(len, 0);
        Ok(())
    }

    fn sync_data(&self) -> io::Result<()> {
        Ok(())
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        self.slice(offset, data.len(), |bytes| bytes.copy_from_slice(data))
    }
}

impl fmt::Debug for MemoryFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryFile").field("len", &self.lock().len()).finish_non_exhaustive()
    }
}
