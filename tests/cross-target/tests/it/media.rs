//! [`Medium`]: what redb keeps its pages on, held by the test: it outlives the database, and fails when told to.

use std::io::{Error, Result};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use redb::StorageBackend;
use redb::backends::InMemoryBackend;

/// Clones are the same medium.
#[derive(Clone, Debug, Default)]
pub(crate) struct Medium {
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    bytes: InMemoryBackend,
    fails: AtomicBool,
}

impl Medium {
    /// From now on every access fails, or none does.
    pub(crate) fn fail(&self, fails: bool) {
        self.shared.fails.store(fails, Ordering::SeqCst);
    }

    fn bytes(&self) -> Result<&InMemoryBackend> {
        if self.shared.fails.load(Ordering::SeqCst) {
            Err(Error::other("the medium fails because the test says so"))
        } else {
            Ok(&self.shared.bytes)
        }
    }
}

impl StorageBackend for Medium {
    fn len(&self) -> Result<u64> {
        self.bytes()?.len()
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> Result<()> {
        self.bytes()?.read(offset, out)
    }

    fn set_len(&self, len: u64) -> Result<()> {
        self.bytes()?.set_len(len)
    }

    fn sync_data(&self) -> Result<()> {
        self.bytes()?.sync_data()
    }

    fn write(&self, offset: u64, data: &[u8]) -> Result<()> {
        self.bytes()?.write(offset, data)
    }
}
