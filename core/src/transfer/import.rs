//! [`import`] and [`Import`]: from a stream into a backend.

use alloc::vec::Vec;
use core::mem;
use core::ops::ControlFlow;

use super::batch::Batch;
use super::block::BlockReader;
use super::progress::{Progress, Reporter};
use super::{Source, Summary, record};
use crate::backend::{KeyRange, Partition, StorageBackend, StorageBackendExt, Transaction};
use crate::error::{ErrorKind, Place, Result};

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
    backend.transaction(|tx| fill(tx, false, &mut Reporter::default(), &mut open))
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
    backend.transaction(|tx| fill(tx, true, &mut Reporter::default(), &mut open))
}

/// Writes the entries of the stream into the transaction. Entries of the backend are deleted first, or refused.
fn fill<S: Source>(
    tx: &mut dyn Transaction,
    replaces: bool,
    reporter: &mut Reporter<'_>,
    open: &mut dyn FnMut() -> Result<S>,
) -> Result<Summary> {
    for partition in tx.partitions()? {
        if !replaces {
            return Err(ErrorKind::NotEmpty { place: Place::of(&partition) }.into());
        }
        tx.delete_range(&partition, KeyRange::ALL)?;
    }
    reporter.restart();
    let mut batch = Batch::default();
    let summary = read(open()?, &mut |partition, key, value| {
        reporter.count(partition, key, value)?;
        batch.take(tx, partition, key, value)
    })?;
    batch.write(tx)?;
    Ok(summary)
}

/// An import with a choice: with progress, in place of what is there, or of some tables into an open transaction.
///
/// ```
/// use std::ops::ControlFlow;
/// # use std::sync::Arc;
/// use keyloft::prelude::*;
/// use keyloft::transfer::{Export, Import};
///
/// # let old: Arc<dyn StorageBackend> = Arc::new(keyloft_memory::MemoryBackend::new());
/// # let new: Arc<dyn StorageBackend> = Arc::new(keyloft_memory::MemoryBackend::new());
/// Table::<u32, String>::new(old.clone(), "notes").put(&1, &"milk".into())?;
/// let mut stream = Vec::new();
/// Export::of(&*old.snapshot()?).tables(["notes"]).write(&mut stream)?;
///
/// // `new` has other tables already. The notes come in the same transaction as what the program writes itself.
/// let moves = Table::<String, u64>::new(new.clone(), "moves");
/// new.transaction(|tx| {
///     let moved = Import::new().within(tx, stream.as_slice())?;
///     moves.within(tx).put(&"notes".into(), &moved.entries)
/// })?;
/// assert_eq!(Table::<u32, String>::new(new.clone(), "notes").get(&1)?, Some("milk".into()));
///
/// let again = new.transaction(|tx| Import::new().within(tx, stream.as_slice()));
/// assert_eq!(again.unwrap_err().code(), "NotEmpty");
/// # Ok::<(), keyloft::Error>(())
/// ```
#[derive(Default)]
pub struct Import<'a> {
    replaces: bool,
    reporter: Reporter<'a>,
}

impl<'a> Import<'a> {
    /// Creates an import into an empty backend, without progress.
    pub fn new() -> Self {
        Self::default()
    }

    /// Replaces what the backend holds, as [`import_replacing`] does.
    #[must_use]
    pub fn replacing(mut self) -> Self {
        self.replaces = true;
        self
    }

    /// Calls `report` after each thousand entries. If it breaks, the import ends with [`ErrorKind::Cancelled`], and nothing has
    /// changed. The numbers begin again if the engine repeats the transaction.
    #[must_use]
    pub fn report(mut self, report: impl FnMut(&Progress) -> ControlFlow<()> + 'a) -> Self {
        self.reporter = Reporter::new(report);
        self
    }

    /// Imports the stream in one transaction. `open` returns it from its beginning, as for [`import`].
    ///
    /// # Errors
    ///
    /// The errors of [`import`], and [`ErrorKind::Cancelled`].
    pub fn run<S: Source>(
        self,
        backend: &(impl StorageBackend + ?Sized),
        mut open: impl FnMut() -> Result<S>,
    ) -> Result<Summary> {
        let Self { replaces, mut reporter } = self;
        backend.transaction(|tx| fill(tx, replaces, &mut reporter, &mut open))
    }

    /// Imports the stream into an open transaction, beside the tables that the backend has.
    ///
    /// The tables of the stream must be empty, with their indexes, and absent from the catalog. With
    /// [`replacing`](Self::replacing), they are emptied first, and other tables stay.
    ///
    /// # Errors
    ///
    /// The errors of [`import`], and [`ErrorKind::Cancelled`]. Return them from the body of the transaction: a part of the
    /// stream may be written in it.
    pub fn within(self, tx: &mut dyn Transaction, source: impl Source) -> Result<Summary> {
        let Self { replaces, mut reporter } = self;
        let mut earlier = Earlier { partitions: tx.partitions()?, replaces };
        let mut entered: Option<Partition> = None;
        let mut batch = Batch::default();
        let summary = read(source, &mut |partition, key, value| {
            reporter.count(partition, key, value)?;
            if partition.is_catalog() {
                if !replaces && tx.contains(partition, key)? {
                    return Err(ErrorKind::NotEmpty { place: Place::entry(partition, key) }.into());
                }
                // The stream may lack rows of the table.
                if let Some(table) = partition.of_defined_table(key) {
                    earlier.empty(tx, &table)?;
                }
            } else if entered.as_ref() != Some(partition) {
                earlier.empty(tx, partition)?;
                entered = Some(partition.clone());
            }
            batch.take(tx, partition, key, value)
        })?;
        batch.write(tx)?;
        Ok(summary)
    }
}

/// The partitions with data from before the import.
struct Earlier {
    partitions: Vec<Partition>,
    replaces: bool,
}

impl Earlier {
    /// Empties the partition and those of its indexes, or refuses if one of them has earlier data.
    fn empty(&mut self, tx: &mut dyn Transaction, table: &Partition) -> Result<()> {
        let (own, others) = mem::take(&mut self.partitions)
            .into_iter()
            .partition(|one| one == table || one.is_full_index_of(table));
        self.partitions = others;
        let own: Vec<Partition> = own;
        for partition in own {
            if !self.replaces {
                return Err(ErrorKind::NotEmpty { place: Place::of(&partition) }.into());
            }
            tx.delete_range(&partition, KeyRange::ALL)?;
        }
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
