//! [`Disk`]: a storage that keeps the bytes of its last sync.

use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};

use keyloft_redb::{MemoryFile, RedbBackend, Storage};

use crate::breaks::Break;

/// A storage that keeps the bytes of its last sync. Clones share it.
#[derive(Clone)]
pub(crate) struct Disk(Arc<Shared>);

struct Shared {
    bytes: Mutex<Vec<u8>>,
    synced: Mutex<Arc<Vec<u8>>>,
    /// The number of syncs that succeed.
    good_syncs: AtomicUsize,
    how: Option<Break>,
}

/// The file of an empty database.
static EMPTY: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let file = MemoryFile::from(Vec::new());
    RedbBackend::with_storage(file.clone()).and_then(|backend| backend.close()).unwrap();
    file.take()
});

impl Disk {
    /// Returns a disk with an empty database.
    pub(crate) fn new(how: Option<Break>) -> Self {
        let (bytes, synced) = (Mutex::new(EMPTY.clone()), Mutex::new(Arc::new(EMPTY.clone())));
        Self(Arc::new(Shared { bytes, synced, good_syncs: AtomicUsize::new(usize::MAX), how }))
    }

    /// Lets every sync fail after this number of them.
    pub(crate) fn fail_after(&self, syncs: usize) {
        self.0.good_syncs.store(syncs, Ordering::Relaxed);
    }

    /// Returns the bytes that a loss of power leaves.
    pub(crate) fn synced(&self) -> Arc<Vec<u8>> {
        Arc::clone(&lock(&self.0.synced))
    }

    fn slice<T>(&self, offset: u64, len: usize, work: impl FnOnce(&mut [u8]) -> T) -> io::Result<T> {
        let start = usize::try_from(offset).unwrap();
        let mut bytes = lock(&self.0.bytes);
        bytes.get_mut(start..start + len).map(work).ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
    }
}

impl std::fmt::Debug for Disk {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Disk")
    }
}

impl Storage for Disk {
    fn len(&self) -> io::Result<u64> {
        Ok(lock(&self.0.bytes).len() as u64)
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        self.slice(offset, out.len(), |bytes| out.copy_from_slice(bytes))
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        lock(&self.0.bytes).resize(usize::try_from(len).unwrap(), 0);
        Ok(())
    }

    fn sync_data(&self) -> io::Result<()> {
        let left = self.0.good_syncs.load(Ordering::Relaxed);
        let Some(left) = left.checked_sub(1) else { return Err(io::Error::other("the cable is out")) };
        self.0.good_syncs.store(left, Ordering::Relaxed);
        // Nobody reads before the next sync what a late one leaves out.
        if self.0.how != Some(Break::LateSync) || left % 3 == 0 {
            *lock(&self.0.synced) = Arc::new(lock(&self.0.bytes).clone());
        }
        Ok(())
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        self.slice(offset, data.len(), |bytes| bytes.copy_from_slice(data))
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
