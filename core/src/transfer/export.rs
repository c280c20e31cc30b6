//! [`export`]: from a backend into a stream.

use super::block::BlockWriter;
use super::{Sink, Summary, record};
use crate::backend::StorageBackend;
use crate::error::Result;

/// Writes all entries of the backend into the sink, as one [stream](super).
///
/// The stream contains one snapshot, without later commits. If the sink is a file, sync it before you rely on the
/// export.
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
/// Every error of the sink and the backend, and [`ErrorKind::Corrupted`](crate::ErrorKind::Corrupted) if the backend's entries are
/// out of order. The sink then holds a stream that can't be imported.
pub fn export(backend: &(impl StorageBackend + ?Sized), sink: &mut (impl Sink + ?Sized)) -> Result<Summary> {
    let snapshot = backend.snapshot()?;
    let mut blocks = BlockWriter::begin(sink)?;
    let tally = record::write_all(&*snapshot, &mut |bytes| blocks.write(bytes))?;
    let digest = blocks.end(tally.totals())?;
    Ok(tally.summary(digest))
}
