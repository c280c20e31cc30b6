//! Detection of a creation that a crash interrupted.
//!
//! redb creates a database in four steps: it sets the first length, writes the header without its magic number, syncs,
//! and writes the magic number last. A crash before the last step leaves a file that redb refuses for ever, because it
//! is neither empty nor a database. Such a file has no data, so an opening treats it as empty.

use std::io;
use std::sync::Arc;

use redb::backends::InMemoryBackend;
use redb::{Builder, StorageBackend};

/// The length of redb's header.
pub(crate) const HEADER_LEN: u64 = 320;

/// Returns `true` if a storage of length `len` is empty or holds an interrupted creation.
///
/// The test is exact, because a file that passes it is overwritten. Every byte must be zero or the byte that redb writes
/// there, and the length must be that of a new database. A loss of power can keep the header and lose the length that
/// was set before. So a shorter file passes too, if it has a header that is not all zero.
pub(crate) fn holds_no_database(storage: &dyn StorageBackend, len: u64) -> io::Result<bool> {
    if len == 0 {
        return Ok(true);
    }
    // A database begins with the magic number, so an ordinary opening reads one byte here and stops.
    let mut first = [0];
    storage.read(0, &mut first)?;
    if first != [0] {
        return Ok(false);
    }
    let complete = unmarked_database()?;
    let (Ok(len), header_len) = (usize::try_from(len), usize::try_from(HEADER_LEN).unwrap_or(usize::MAX))
    else {
        return Ok(false);
    };
    if len < header_len || len > complete.len() {
        return Ok(false);
    }
    let mut bytes = vec![0; len];
    storage.read(0, &mut bytes)?;
    let has_header = bytes.iter().take(header_len).any(|byte| *byte != 0);
    let is_as_written = bytes.iter().zip(&complete).all(|(byte, written)| *byte == 0 || byte == written);
    Ok(is_as_written && (has_header || len == complete.len()))
}

/// Returns the bytes of a creation that stopped just before the magic number, as this version of redb writes them.
fn unmarked_database() -> io::Result<Vec<u8>> {
    let storage = StorageWithoutMagic { bytes: Arc::default() };
    match Builder::new().create_with_backend(storage.clone()) {
        Ok(_) => return Err(io::Error::other("redb writes no magic number")),
        Err(_refused) => {}
    }
    let len = usize::try_from(storage.len()?).map_err(io::Error::other)?;
    let mut bytes = vec![0; len];
    storage.read(0, &mut bytes)?;
    Ok(bytes)
}

/// A storage in memory that refuses the write of the magic number.
#[derive(Clone, Debug)]
struct StorageWithoutMagic {
    bytes: Arc<InMemoryBackend>,
}

impl StorageBackend for StorageWithoutMagic {
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
            return Err(io::Error::other("stopped before the magic number"));
        }
        self.bytes.write(offset, data)
    }
}
