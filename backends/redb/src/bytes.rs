//! [`Bytes`]: a database's file in memory.

use std::fmt;
use std::io::{self, ErrorKind};
use std::mem;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::Storage;

/// A database's file in memory, which may come from a file and become one. Clones are the same one.
///
/// ```
/// use keyloft_redb::{Bytes, RedbBackend};
///
/// let file = Bytes::from(Vec::new());
/// RedbBackend::with_storage(file.clone())?.close()?;
/// let copy = Bytes::from(file.take());
/// RedbBackend::options().check_on_open(true).with_storage(copy)?;
/// # Ok::<(), keyloft::Error>(())
/// ```
#[derive(Clone)]
pub struct Bytes {
    shared: Arc<Mutex<Vec<u8>>>,
}

impl From<Vec<u8>> for Bytes {
    fn from(bytes: Vec<u8>) -> Self {
        Self { shared: Arc::new(Mutex::new(bytes)) }
    }
}

impl Bytes {
    /// What is in it now, taken out of it: the database has to be closed.
    pub fn take(&self) -> Vec<u8> {
        mem::take(&mut *self.lock())
    }

    fn lock(&self) -> MutexGuard<'_, Vec<u8>> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn part<T>(&self, offset: u64, len: usize, work: impl FnOnce(&mut [u8]) -> T) -> io::Result<T> {
        let past_end = || io::Error::new(ErrorKind::UnexpectedEof, "the file ends too early");
        let start = usize::try_from(offset).map_err(|_| past_end())?;
        let end = start.checked_add(len).ok_or_else(past_end)?;
        self.lock().get_mut(start..end).map(work).ok_or_else(past_end)
    }
}

impl Storage for Bytes {
    fn len(&self) -> io::Result<u64> {
        Ok(u64::try_from(self.lock().len()).unwrap_or(u64::MAX))
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        self.part(offset, out.len(), |part| out.copy_from_slice(part))
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        let too_large = || io::Error::new(ErrorKind::OutOfMemory, "the file is larger than the memory");
        let len = usize::try_from(len).map_err(|_| too_large())?;
        let mut bytes = self.lock();
        let more = len.saturating_sub(bytes.len());
        bytes.try_reserve_exact(more)?;
        bytes.resize(len, 0);
        Ok(())
    }

    fn sync_data(&self) -> io::Result<()> {
        Ok(())
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        self.part(offset, data.len(), |part| part.copy_from_slice(data))
    }
}

impl fmt::Debug for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bytes").field("len", &self.lock().len()).finish_non_exhaustive()
    }
}
