//! redb on files, on targets that have files.

use std::cell::Cell;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use keyloft::StorageBackend;
use keyloft_conformance::{Fixture, Place};
use keyloft_redb::RedbBackend;

/// A fixture with one folder for each test.
#[derive(Default)]
pub(crate) struct RedbOnFiles {
    folder: Folder,
    files: Cell<u32>,
}

impl RedbOnFiles {
    /// Returns the path of a file that does not exist.
    pub(crate) fn file(&self) -> PathBuf {
        self.files.set(self.files.get() + 1);
        self.folder.0.join(format!("{}.redb", self.files.get()))
    }
}

impl Fixture for RedbOnFiles {
    fn open(&self) -> Arc<dyn StorageBackend> {
        Arc::new(RedbBackend::create_new(self.file()).unwrap())
    }

    fn place(&self) -> Option<Place> {
        let path = self.file();
        Some(Box::new(move || Arc::new(RedbBackend::create(&path).unwrap())))
    }
}

/// A folder that is removed when it is dropped.
struct Folder(PathBuf);

static FOLDERS: AtomicU32 = AtomicU32::new(0);

impl Default for Folder {
    fn default() -> Self {
        let number = FOLDERS.fetch_add(1, Ordering::Relaxed);
        let path = if cfg!(target_family = "wasm") {
            // WASI has no temporary folder, and its runner gives each process a separate folder.
            PathBuf::from(format!("test-{number}"))
        } else {
            Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("test-{}-{number}", std::process::id()))
        };
        fs::create_dir(&path).unwrap();
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // A folder that can't be removed does not make the test fail.
        let _ = fs::remove_dir_all(&self.0);
    }
}
