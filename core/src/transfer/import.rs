//! [`import`]: from a stream into a backend.

use alloc::vec::Vec;

use super::block::BlockReader;
use super::{Source, Summary, record};
use crate::backend::{KeyRange, Partition, StorageBackend, StorageBackendExt, Transaction, Write};
use crate::error::{ErrorKind, Place, Result};

/// The length of a batch after which it is written.
const BATCH_BYTES: usize = 256 << 10;

/// Fills an empty backend with the entries of a [stream](super), in one transaction.
///
/// `open` returns the stream from its beginning. It runs again each time that the engine repeats the transaction. If
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
/// [`ErrorKind::NotEmpty`] if the backend has an entry, [`ErrorKind::InvalidStream`] if the stream is damaged, or an error of
/// `open`, the source or the backend. After an error the backend is unchanged, unless it failed to
/// [commit](StorageBackend::transact).
pub fn import<S: Source>(
    backend: &(impl StorageBackend + ?Sized),
    mut open: impl FnMut() -> Result<S>,
) -> Result<Summary> {
    backend.transaction(|tx| fill(tx, false, &mut open))
}

/// Replaces all entries of the backend by those of a [stream](super), in one transaction.
///
/// It also empties partitions that the stream lacks, because the index of a replaced table could be among them.
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
/// The errors of [`import`], except [`ErrorKind::NotEmpty`].
pub fn import_replacing<S: Source>(
    backend: &(impl StorageBackend + ?Sized),
    mut open: impl FnMut() -> Result<S>,
) -> Result<Summary> {
    backend.transaction(|tx| fill(tx, true, &mut open))
}

/// Writes the entries of the stream into the transaction. Entries of the backend are deleted first, or refused.
fn fill<S: Source>(
    tx: &mut dyn Transaction,
    replaces: bool,
    open: &mut dyn FnMut() -> Result<S>,
) -> Result<Summary> {
    for partition in tx.partitions()? {
        if !replaces {
            return Err(ErrorKind::NotEmpty { place: Place::of(&partition) }.into());
        }
        tx.delete_range(&partition, KeyRange::ALL)?;
    }
    let mut batch = Batch::default();
    let summary = read(open()?, &mut |partition, key, value| {
        if batch.bytes.len() >= BATCH_BYTES || batch.partition.as_ref().is_some_and(|last| last != partition)
        {
            batch.write(tx)?;
        }
        batch.push(partition, key, value);
        Ok(())
    })?;
    batch.write(tx)?;
    Ok(summary)
}

/// Entries of a partition that are written together, because an engine stores keys in order faster so.
#[derive(Default)]
struct Batch {
    partition: Option<Partition>,
    /// The key and the value of each entry, one after the other.
    bytes: Vec<u8>,
    /// The lengths of each key and of its value.
    lengths: Vec<(usize, usize)>,
}

impl Batch {
    fn push(&mut self, partition: &Partition, key: &[u8], value: &[u8]) {
        if self.lengths.is_empty() {
            self.partition = Some(partition.clone());
        }
        self.bytes.extend_from_slice(key);
        self.bytes.extend_from_slice(value);
        self.lengths.push((key.len(), value.len()));
    }

    fn write(&mut self, tx: &mut dyn Transaction) -> Result<()> {
        let Some(partition) = &self.partition else { return Ok(()) };
        let mut writes = Vec::with_capacity(self.lengths.len());
        let mut rest = self.bytes.as_slice();
        for &(key_len, value_len) in &self.lengths {
            let (key, after) = rest.split_at_checked(key_len).unwrap_or_default();
            let (value, after) = after.split_at_checked(value_len).unwrap_or_default();
            rest = after;
            writes.push(Write::put(partition, key, value));
        }
        tx.write_batch(&writes)?;
        self.bytes.clear();
        self.lengths.clear();
        Ok(())
    }
}

/// Reads a [stream](super) to its end and checks it as an import does, without a backend.
///
/// It is for a backup that has just been written, whose bytes should be read back before they are needed.
///
/// ```
/// use keyloft::transfer;
/// use keyloft_memory::MemoryBackend;
///
/// let mut stream = Vec::new();
/// let exported = transfer::export(&MemoryBackend::new(), &mut stream)?;
/// assert_eq!(transfer::check(stream.as_slice())?, exported);
///
/// stream[9] ^= 1;
/// assert_eq!(transfer::check(stream.as_slice()).unwrap_err().code(), "InvalidStream");
/// # Ok::<(), keyloft::Error>(())
/// ```
///
/// # Errors
///
/// [`ErrorKind::InvalidStream`] if the stream is damaged, or an error of the source.
pub fn check(source: impl Source) -> Result<Summary> {
    read(source, &mut |_, _, _| Ok(()))
}

/// Passes every entry of the stream to `take`.
fn read(source: impl Source, take: &mut record::Take<'_>) -> Result<Summary> {
    let mut blocks = BlockReader::begin(source)?;
    let tally = record::read_all(&mut blocks, take)?;
    let (totals, digest) = blocks.end()?;
    if totals != tally.totals() {
        return Err(blocks.invalid("its totals do not match its entries"));
    }
    Ok(tally.summary(digest))
}
