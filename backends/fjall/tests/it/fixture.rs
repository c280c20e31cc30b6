//! The fixture of the suite: databases in folders that are removed at its end.

use std::cell::Cell;
use std::path::PathBuf;
use std::sync::Arc;

use keyloft::StorageBackend;
use keyloft_conformance::{Fixture, Place};
use keyloft_fjall::{Durability, FjallBackend};
use tempfile::TempDir;

/// Databases in one folder for each test.
pub(crate) struct Folders {
    durability: Durability,
    folder: TempDir,
    created: Cell<u32>,
}

impl Folders {
    pub(crate) fn of(durability: Durability) -> Self {
        Self { durability, folder: tempfile::tempdir().unwrap(), created: Cell::new(0) }
    }

    /// Returns a path at which nothing exists.
    fn path(&self) -> PathBuf {
        self.created.set(self.created.get() + 1);
        self.folder.path().join(format!("{}.fjall", self.created.get()))
    }

    pub(crate) fn backend(&self) -> FjallBackend {
        FjallBackend::options().durability(self.durability).create_new(self.path()).unwrap()
    }
}

impl Fixture for Folders {
    fn open(&self) -> Arc<dyn StorageBackend> {
        Arc::new(self.backend())
    }

    fn place(&self) -> Option<Place> {
        let (path, options) = (self.path(), FjallBackend::options().durability(self.durability));
        Some(Box::new(move || Arc::new(options.create(&path).unwrap())))
    }
}
