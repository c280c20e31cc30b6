//! [`export`]: from a backend into a stream.

use super::block::BlockWriter;
use super::{Sink, Summary, record};
use crate::backend::StorageBackend;
use crate::error::Result;

/// Writes all that the backend holds at this moment into the sink, as one [stream](super).
///
/// What is committed meanwhile is not in it. An export of a file is complete when the file is synced, too.
///
/// ```
/// use std::io::{BufReader, BufWriter};
/// use std::fs::File;
/// use keyloft::transfer;
/// use keyloft_memory::MemoryBackend;
///
/// # let path = std::env::temp_dir().join(format!("keyloft-export-{}", std::process::id()));
/// let mut file = BufWriter::new(File::create(&path)?);
/// transfer::export(&MemoryBackend::new(), &mut file)?;
/// file.get_ref().sync_all()?;
///
/// transfer::import(&MemoryBackend::new(), || Ok(BufReader::new(File::open(&path)?)))?;
/// # std::fs::remove_file(&path)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// What the sink or the backend reports, and then what the sink was given is of no use;
/// [`Error::Corrupted`](crate::Error::Corrupted) if the backend gives its entries out of order.
pub fn export(backend: &(impl StorageBackend + ?Sized), sink: &mut (impl Sink + ?Sized)) -> Result<Summary> {
    let snapshot = backend.snapshot()?;
    let mut blocks = BlockWriter::begin(sink)?;
    let tally = record::write_all(&*snapshot, &mut |bytes| blocks.write(bytes))?;
    let digest = blocks.end(tally.totals())?;
    Ok(tally.summary(digest))
}
