//! [`Handle`]: a file that this thread has locked.

use std::cell::RefCell;
use std::io::{self, ErrorKind};
use std::sync::atomic::{AtomicU64, Ordering};

use web_sys::{FileSystemReadWriteOptions, FileSystemSyncAccessHandle};

use crate::exception::Exception;
use crate::number::{from_js, is_no_room, part_of, to_js};

thread_local! {
    /// The browser's handles under their numbers, each of which only the thread that got it can use.
    static LOCKED: RefCell<Vec<(u64, Locked)>> = const { RefCell::new(Vec::new()) };
}

struct Locked {
    file: FileSystemSyncAccessHandle,
    /// Where the next call reads or writes.
    at: FileSystemReadWriteOptions,
}

/// Gives back the locks of every file that this thread has open, with no word to redb: for a module that has crashed and
/// does nothing more. What was committed is in the files, and whoever opens them next recovers them.
pub fn abandon() {
    // A crash in the middle of a call has left the table borrowed; then the locks go with the worker.
    LOCKED.with(|locked| {
        if let Ok(mut locked) = locked.try_borrow_mut() {
            for locked in locked.drain(..).map(|(_, locked)| locked) {
                locked.file.close();
            }
        }
    });
}

/// The number of a locked file in the table of its thread: it may go to other threads, where it is of no use.
#[derive(Debug)]
pub(crate) struct Handle {
    number: u64,
}

impl Handle {
    pub(crate) fn new(file: FileSystemSyncAccessHandle) -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let at = FileSystemReadWriteOptions::new();
        LOCKED.with_borrow_mut(|locked| locked.push((number, Locked { file, at })));
        Self { number }
    }

    pub(crate) fn len(&self) -> io::Result<u64> {
        self.with(|locked| from_js(locked.file.get_size().map_err(thrown)?))
    }

    pub(crate) fn set_len(&self, len: u64) -> io::Result<()> {
        self.with(|locked| {
            locked.file.truncate_with_f64(to_js(len)?).map_err(thrown)?;
            // Where files are in memory, as in a private window, Chromium says nothing if there is no room for more.
            if from_js(locked.file.get_size().map_err(thrown)?)? == len { Ok(()) } else { Err(full()) }
        })
    }

    /// Reads as much as the browser gives at once, which is nothing at the end of the file only.
    pub(crate) fn read_some(&self, offset: u64, out: &mut [u8]) -> io::Result<usize> {
        self.with(|locked| {
            locked.at.set_at(to_js(offset)?);
            let read = locked.file.read_with_u8_array_and_options(out, &locked.at).map_err(thrown)?;
            part_of(out.len(), read)
        })
    }

    /// Writes as much as the browser takes at once.
    pub(crate) fn write_some(&self, offset: u64, data: &[u8]) -> io::Result<usize> {
        self.with(|locked| {
            locked.at.set_at(to_js(offset)?);
            let written = locked.file.write_with_u8_array_and_options(data, &locked.at).map_err(thrown)?;
            if is_no_room(written) { Err(full()) } else { part_of(data.len(), written) }
        })
    }

    pub(crate) fn flush(&self) -> io::Result<()> {
        self.with(|locked| locked.file.flush().map_err(thrown))
    }

    /// Gives the lock back. There is nothing to do the second time, nor on another thread than the handle's.
    pub(crate) fn close(&self) {
        // A thread that is ending takes its locks with it.
        let locked = LOCKED.try_with(|locked| {
            let mut locked = locked.borrow_mut();
            let place = locked.iter().position(|(number, _)| *number == self.number)?;
            Some(locked.swap_remove(place))
        });
        if let Ok(Some((_, locked))) = locked {
            locked.file.close();
        }
    }

    fn with<T>(&self, work: impl FnOnce(&Locked) -> io::Result<T>) -> io::Result<T> {
        LOCKED.with_borrow(|locked| match locked.iter().find(|(number, _)| *number == self.number) {
            Some((_, locked)) => work(locked),
            None => {
                Err(io::Error::new(ErrorKind::NotConnected, "it is closed, or belongs to another thread"))
            }
        })
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        self.close();
    }
}

fn full() -> io::Error {
    io::Error::new(ErrorKind::StorageFull, "the browser has no room for it")
}

fn thrown(value: wasm_bindgen::JsValue) -> io::Error {
    Exception::from(value).into()
}
