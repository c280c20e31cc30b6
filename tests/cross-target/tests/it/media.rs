//! [`Medium`]: storage for redb's pages that outlives the database and fails on demand.

use std::io::{Error, Result};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use redb::StorageBackend;
use redb::backends::InMemoryBackend;

/// Storage in memory. Clones share it.
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
    /// Makes every later access fail, or none.
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
