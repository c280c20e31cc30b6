//! [`import`]: a stream into a backend.

use super::block::BlockReader;
use super::{Source, Summary, record};
use crate::backend::{KeyRange, StorageBackend, StorageBackendExt, Transaction};
use crate::error::{Error, Place, Result};

/// Fills an empty backend with the entries of a [stream](super), in one transaction.
///
/// `open` returns the stream from its beginning. It runs once, and again each time the engine repeats the transaction. If
/// the stream can't be read twice, as with a pipe, return an error from the second call.
///
/// ```
/// use keyloft::transfer;
/// use keyloft_memory::MemoryBackend;
///
/// let mut stream = Vec::new();
/// transfer::export(&MemoryBackend::new(), &mut stream)?;
/// stream.pop();
///
/// let cut_off = transfer::import(&MemoryBackend::new(), || Ok(stream.as_slice()));
/// assert_eq!(cut_off.unwrap_err().code(), "InvalidStream");
/// # Ok::<(), keyloft::Error>(())
/// ```
///
/// # Errors
///
/// [`Error::NotEmpty`] if the backend holds an entry, [`Error::InvalidStream`] if the stream is damaged, and every error of
/// `open`, the source and the backend. After an error the backend is as it was.
pub fn import<S: Source>(
    backend: &(impl StorageBackend + ?Sized),
    mut open: impl FnMut() -> Result<S>,
) -> Result<Summary> {
    backend.transaction(|tx| match tx.partitions()?.first() {
        Some(partition) => Err(Error::NotEmpty { place: Place::of(partition) }),
        None => read(tx, open()?),
    })
}

/// Replaces everything that the backend holds by the entries of a [stream](super), in one transaction.
///
/// Partitions that the stream does not have are emptied too: one of them could be an index of entities that are gone.
///
/// ```
/// use std::sync::Arc;
/// use keyloft::prelude::*;
/// use keyloft::transfer;
/// use keyloft_memory::MemoryBackend;
///
/// let backend = MemoryBackend::new();
/// let jobs = Table::<JobId, u32>::new(Arc::new(backend.clone()), "jobs");
/// jobs.put(&"1".into(), &1)?;
/// let mut saved = Vec::new();
/// transfer::export(&backend, &mut saved)?;
///
/// jobs.put(&"2".into(), &2)?;
/// transfer::import_replacing(&backend, || Ok(saved.as_slice()))?;
/// assert_eq!(jobs.scan_all()?, [("1".into(), 1)]);
/// # Ok::<(), keyloft::Error>(())
/// ```
///
/// # Errors
///
/// Those of [`import`] without [`Error::NotEmpty`].
pub fn import_replacing<S: Source>(
    backend: &(impl StorageBackend + ?Sized),
    mut open: impl FnMut() -> Result<S>,
) -> Result<Summary> {
    backend.transaction(|tx| {
        for partition in tx.partitions()? {
            tx.delete_range(&partition, KeyRange::ALL)?;
        }
        read(tx, open()?)
    })
}

fn read(tx: &mut dyn Transaction, source: impl Source) -> Result<Summary> {
    let mut blocks = BlockReader::begin(source)?;
    let tally = record::read_all(&mut blocks, tx)?;
    let (totals, digest) = blocks.end()?;
    if totals != tally.totals() {
        return Err(blocks.invalid("its totals do not match its entries"));
    }
    Ok(tally.summary(digest))
}
