//! [`TestDisk`]: the storage of the tests, in memory. The unit tests and those in `tests/it` share it.

use std::fmt;
use std::io;
use std::sync::Arc;

use redb::StorageBackend;
use redb::backends::InMemoryBackend;

/// A storage in memory. A function of the test runs around each operation, and can refuse, delay, count or change it.
///
/// Clones share the bytes, which outlive the database.
#[derive(Clone)]
pub(crate) struct TestDisk {
    bytes: Arc<InMemoryBackend>,
    around: Arc<Around>,
}

/// An operation of the storage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operation<'a> {
    Read,
    SetLen(u64),
    Sync,
    Write(u64, &'a [u8]),
    Close,
}

/// Gets the bytes, the operation, and a function that carries it out.
type Around = dyn Fn(&InMemoryBackend, Operation<'_>, &mut dyn FnMut() -> io::Result<()>) -> io::Result<()>
    + Send
    + Sync;

impl TestDisk {
    /// Creates an empty storage.
    pub(crate) fn new(
        around: impl Fn(&InMemoryBackend, Operation<'_>, &mut dyn FnMut() -> io::Result<()>) -> io::Result<()>
        + Send
        + Sync
        + 'static,
    ) -> Self {
        Self { bytes: Arc::default(), around: Arc::new(around) }
    }
}

impl fmt::Debug for TestDisk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TestDisk").finish_non_exhaustive()
    }
}

impl StorageBackend for TestDisk {
    fn len(&self) -> io::Result<u64> {
        self.bytes.len()
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        (self.around)(&self.bytes, Operation::Read, &mut || self.bytes.read(offset, out))
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        (self.around)(&self.bytes, Operation::SetLen(len), &mut || self.bytes.set_len(len))
    }

    fn sync_data(&self) -> io::Result<()> {
        (self.around)(&self.bytes, Operation::Sync, &mut || Ok(()))
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        (self.around)(&self.bytes, Operation::Write(offset, data), &mut || self.bytes.write(offset, data))
    }

    fn close(&self) -> io::Result<()> {
        (self.around)(&self.bytes, Operation::Close, &mut || Ok(()))
    }
}
