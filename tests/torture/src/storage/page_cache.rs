//! [`PageCache`]: a storage with the page cache of Linux, which keeps a page that it could not write as clean.

use std::collections::BTreeSet;
use std::fmt;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use keyloft_redb::Storage;

use crate::random::Random;

const PAGE: usize = 4096;

/// A file behind a page cache. A sync writes the dirty pages. If it fails, some of them are lost on the disk, while the
/// cache shows them still, and calls them clean. Clones are the same file.
#[derive(Clone)]
pub(crate) struct PageCache(Arc<Mutex<State>>);

struct State {
    cache: Vec<u8>,
    disk: Vec<u8>,
    dirty: BTreeSet<usize>,
    syncs: u64,
    /// The number of syncs that succeed before one fails.
    fails_after: Option<u64>,
    random: Random,
}

impl PageCache {
    /// Returns an empty file.
    pub(crate) fn new(random: Random) -> Self {
        let (cache, disk, dirty) = Default::default();
        Self(Arc::new(Mutex::new(State { cache, disk, dirty, syncs: 0, fails_after: None, random })))
    }

    /// Lets one sync fail after so many more.
    pub(crate) fn fail_after(&self, syncs: u64) {
        let mut state = self.lock();
        (state.syncs, state.fails_after) = (0, Some(syncs));
    }

    /// Returns `true` once the sync has failed.
    pub(crate) fn has_failed(&self) -> bool {
        self.lock().fails_after.is_none()
    }

    /// Returns the bytes that are there after the cache is dropped, as by a loss of power or by a new mount.
    pub(crate) fn disk(&self) -> Vec<u8> {
        self.lock().disk.clone()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn range(&self, offset: u64, len: usize) -> io::Result<std::ops::Range<usize>> {
        let end = || io::Error::from(io::ErrorKind::UnexpectedEof);
        let start = usize::try_from(offset).map_err(|_| end())?;
        let range = start..start.checked_add(len).ok_or_else(end)?;
        if range.end > self.cache.len() { Err(end()) } else { Ok(range) }
    }

    fn write_back(&mut self, page: usize) {
        let range = page * PAGE..self.cache.len().min((page + 1) * PAGE);
        if let (Some(from), Some(to)) = (self.cache.get(range.clone()), self.disk.get_mut(range)) {
            to.copy_from_slice(from);
        }
    }
}

impl Storage for PageCache {
    fn len(&self) -> io::Result<u64> {
        Ok(u64::try_from(self.lock().cache.len()).unwrap_or(u64::MAX))
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        let state = self.lock();
        let range = state.range(offset, out.len())?;
        out.copy_from_slice(state.cache.get(range).unwrap_or_default());
        Ok(())
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        let mut state = self.lock();
        let len = usize::try_from(len).map_err(|_| io::Error::from(io::ErrorKind::OutOfMemory))?;
        state.cache.resize(len, 0);
        // The journal of the file system keeps lengths.
        state.disk.resize(len, 0);
        state.dirty.retain(|page| page * PAGE < len);
        Ok(())
    }

    fn sync_data(&self) -> io::Result<()> {
        let mut state = self.lock();
        let dirty = std::mem::take(&mut state.dirty);
        if state.fails_after == Some(state.syncs) {
            state.fails_after = None;
            for page in dirty {
                if state.random.one_in(2) {
                    state.write_back(page);
                }
            }
            return Err(io::Error::other("the device is full"));
        }
        state.syncs += 1;
        for page in dirty {
            state.write_back(page);
        }
        Ok(())
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        let mut state = self.lock();
        let range = state.range(offset, data.len())?;
        state.dirty.extend(range.start / PAGE..range.end.div_ceil(PAGE));
        if let Some(place) = state.cache.get_mut(range) {
            place.copy_from_slice(data);
        }
        Ok(())
    }
}

impl fmt::Debug for PageCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PageCache").finish_non_exhaustive()
    }
}
