//! [`AccessHandle`]: a file that is locked and open for synchronous access.
//!
//! redb needs a storage that is `Send + Sync`, but the browser's handles are bound to the thread that opened them. The
//! handles therefore stay in a table of that thread. An [`AccessHandle`] is an id in the table, which other threads can
//! own but not use.

use std::cell::RefCell;
use std::io;
use std::sync::atomic::{AtomicU64, Ordering};

use web_sys::{FileSystemReadWriteOptions, FileSystemSyncAccessHandle};

use super::exception::Exception;
use super::js_number::{from_js, is_no_space, to_js, transferred};

thread_local! {
    /// The open files of this thread, by id.
    static OPEN_FILES: RefCell<Vec<(u64, OpenFile)>> = const { RefCell::new(Vec::new()) };
}

struct OpenFile {
    handle: FileSystemSyncAccessHandle,
    /// The options of a read or a write, which contain the offset. The object is created once, and set for each call.
    at: FileSystemReadWriteOptions,
    /// Called when a sync has failed for the first time.
    lost_sync: Option<LostSync>,
    /// Unlocks the file after a failed sync.
    unlock: Option<Unlock>,
}

/// Is called when a sync has failed. It returns the function that unlocks the file later.
pub(crate) type LostSync = Box<dyn FnOnce() -> Unlock>;

pub(crate) type Unlock = Box<dyn FnOnce(FileSystemSyncAccessHandle)>;

/// Releases the locks of every file that this thread has open, without telling redb.
///
/// Call it after a crash of the module, which must not be used again. Every commit is in the files, and the next opening
/// recovers them.
pub fn abandon() {
    // A crash within a call leaves the table borrowed. The browser then releases the locks when the worker ends.
    OPEN_FILES.with(|files| {
        if let Ok(mut files) = files.try_borrow_mut() {
            for (_, file) in files.drain(..) {
                file.handle.close();
            }
        }
    });
}

/// The id of an open file in the table of its thread.
#[derive(Debug)]
pub(crate) struct AccessHandle {
    id: u64,
}

impl AccessHandle {
    pub(crate) fn new(handle: FileSystemSyncAccessHandle, lost_sync: Option<LostSync>) -> Self {
        static NEXT_ID: AtomicU64 = AtomicU64::new(0);
        let id = NEXT_ID.fetch_add(1, Ordering::Relaxed);
        let at = FileSystemReadWriteOptions::new();
        let file = OpenFile { handle, at, lost_sync, unlock: None };
        OPEN_FILES.with_borrow_mut(|files| files.push((id, file)));
        Self { id }
    }

    pub(crate) fn len(&self) -> io::Result<u64> {
        self.with(|file| from_js(file.handle.get_size().map_err(thrown)?))
    }

    pub(crate) fn set_len(&self, len: u64) -> io::Result<()> {
        self.with(|file| {
            file.handle.truncate_with_f64(to_js(len)?).map_err(thrown)?;
            // In a private window, where files are in memory, Chromium reports no error if there is no space.
            if from_js(file.handle.get_size().map_err(thrown)?)? == len { Ok(()) } else { Err(full()) }
        })
    }

    /// Reads as many bytes as the browser returns at once. Returns 0 at the end of the file.
    pub(crate) fn read_some(&self, offset: u64, out: &mut [u8]) -> io::Result<usize> {
        self.with(|file| {
            file.at.set_at(to_js(offset)?);
            let read = file.handle.read_with_u8_array_and_options(out, &file.at).map_err(thrown)?;
            transferred(out.len(), read)
        })
    }

    /// Writes as many bytes as the browser takes at once.
    pub(crate) fn write_some(&self, offset: u64, data: &[u8]) -> io::Result<usize> {
        self.with(|file| {
            file.at.set_at(to_js(offset)?);
            let written = file.handle.write_with_u8_array_and_options(data, &file.at).map_err(thrown)?;
            if is_no_space(written) { Err(full()) } else { transferred(data.len(), written) }
        })
    }

    pub(crate) fn flush(&self) -> io::Result<()> {
        OPEN_FILES.with_borrow_mut(|files| {
            let file = files.iter_mut().find(|(id, _)| *id == self.id).ok_or_else(closed)?;
            let flushed = file.1.handle.flush().map_err(thrown);
            if flushed.is_err()
                && let Some(lost_sync) = file.1.lost_sync.take()
            {
                file.1.unlock = Some(lost_sync());
            }
            flushed
        })
    }

    /// Closes the file and releases its lock. A second call, or one on another thread, does nothing.
    pub(crate) fn close(&self) {
        // A thread that is ending may have lost its table. The browser releases its locks.
        let file = OPEN_FILES.try_with(|files| {
            let mut files = files.borrow_mut();
            let index = files.iter().position(|(id, _)| *id == self.id)?;
            Some(files.swap_remove(index))
        });
        if let Ok(Some((_, OpenFile { handle, unlock, .. }))) = file {
            match unlock {
                Some(unlock) => unlock(handle),
                None => handle.close(),
            }
        }
    }

    fn with<T>(&self, work: impl FnOnce(&OpenFile) -> io::Result<T>) -> io::Result<T> {
        OPEN_FILES.with_borrow(|files| match files.iter().find(|(id, _)| *id == self.id) {
            Some((_, file)) => work(file),
            None => Err(closed()),
        })
    }
}

impl Drop for AccessHandle {
    fn drop(&mut self) {
        self.close();
    }
}

fn closed() -> io::Error {
    io::Error::new(
        io::ErrorKind::NotConnected,
        "the file is closed, or belongs to another thread: use it on the thread that opened it",
    )
}

fn full() -> io::Error {
    io::Error::new(io::ErrorKind::StorageFull, "the browser has no space for the file")
}

fn thrown(value: wasm_bindgen::JsValue) -> io::Error {
    Exception::from(value).into()
}
