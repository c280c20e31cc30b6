//! What is left of a creation that was cut off. redb gives the storage its first length, writes the header without the
//! mark that makes it a database, syncs it, and writes the mark last.

use std::io;
use std::sync::Arc;

use redb::backends::InMemoryBackend;
use redb::{Builder, StorageBackend};

/// Whether a storage of this length holds no database yet: nothing at all, or what is left of a creation.
///
/// That is exact, for nobody's data may be taken for it: the storage has the length that redb gives a new one, and
/// every byte is the one that redb writes there or, if it came not so far, zero.
pub(crate) fn is_unborn(storage: &impl StorageBackend, len: u64) -> io::Result<bool> {
    if len == 0 {
        return Ok(true);
    }
    // Databases begin with the mark, so that for them no more is read.
    let mut first = [0];
    storage.read(0, &mut first)?;
    if first != [0] {
        return Ok(false);
    }
    let longest = longest()?;
    if u64::try_from(longest.len()) != Ok(len) {
        return Ok(false);
    }
    let mut bytes = vec![0; longest.len()];
    storage.read(0, &mut bytes)?;
    Ok(bytes.iter().zip(&longest).all(|(byte, written)| *byte == 0 || byte == written))
}

/// What is left of the creation that came furthest: this redb's, stopped before it writes the mark.
fn longest() -> io::Result<Vec<u8>> {
    let memory = Stopped { bytes: Arc::default() };
    match Builder::new().create_with_backend(memory.clone()) {
        Ok(_) => return Err(io::Error::other("redb writes no mark")),
        Err(_stopped) => {}
    }
    let len = usize::try_from(memory.len()?).map_err(io::Error::other)?;
    let mut bytes = vec![0; len];
    memory.read(0, &mut bytes)?;
    Ok(bytes)
}

/// Memory that takes everything but the mark.
#[derive(Clone, Debug)]
struct Stopped {
    bytes: Arc<InMemoryBackend>,
}

impl StorageBackend for Stopped {
    fn len(&self) -> io::Result<u64> {
        self.bytes.len()
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        self.bytes.read(offset, out)
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        self.bytes.set_len(len)
    }

    fn sync_data(&self) -> io::Result<()> {
        Ok(())
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        if offset == 0 && data.first().is_some_and(|byte| *byte != 0) {
            return Err(io::Error::other("stopped before the mark"));
        }
        self.bytes.write(offset, data)
    }
}
