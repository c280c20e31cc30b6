//! [`export`] and [`Export`]: from a backend into a stream.

use alloc::vec::Vec;
use core::ops::ControlFlow;

use super::block::BlockWriter;
use super::progress::{Progress, Reporter};
use super::{Sink, Summary, record};
use crate::backend::{Partition, Read, StorageBackend};
#[cfg(doc)]
use crate::error::ErrorKind;
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
    write(&*backend.snapshot()?, &mut |_, _, _| Ok(true), sink)
}

/// An export with a choice: of a snapshot that is held already, of some tables, with progress.
///
/// ```
/// use std::ops::ControlFlow;
/// # use std::sync::Arc;
/// use keyloft::prelude::*;
/// use keyloft::transfer::{self, Export};
///
/// # let backend: Arc<dyn StorageBackend> = Arc::new(keyloft_memory::MemoryBackend::new());
/// # let target: Arc<dyn StorageBackend> = Arc::new(keyloft_memory::MemoryBackend::new());
/// let notes = Table::<u32, String>::new(backend.clone(), "notes");
/// let jobs = Table::<JobId, u32>::new(backend.clone(), "jobs");
/// notes.load((0..5_000).map(|id| (id, "milk".into())))?;
/// jobs.put(&"1".into(), &7)?;
///
/// let snapshot = backend.snapshot()?;
/// let mut stream = Vec::new();
/// let report = |progress: &transfer::Progress| {
///     eprintln!("{} entries", progress.entries);
///     ControlFlow::Continue(())
/// };
/// Export::of(&*snapshot).tables(["notes"]).report(report).write(&mut stream)?;
///
/// transfer::import(&target, || Ok(stream.as_slice()))?;
/// assert_eq!(Table::<u32, String>::new(target.clone(), "notes").count()?, 5_000);
/// assert_eq!(Table::<JobId, u32>::new(target, "jobs").count()?, 0);
/// # Ok::<(), keyloft::Error>(())
/// ```
pub struct Export<'a> {
    reader: &'a dyn Read,
    tables: Option<Vec<Partition>>,
    reporter: Reporter<'a>,
}

impl<'a> Export<'a> {
    /// Creates an export of everything in a snapshot.
    pub fn of(reader: &'a dyn Read) -> Self {
        Self { reader, tables: None, reporter: Reporter::default() }
    }

    /// Exports these tables alone, each with its indexes and its definition in the catalog.
    #[must_use]
    pub fn tables<T: Into<Partition>>(mut self, tables: impl IntoIterator<Item = T>) -> Self {
        self.tables = Some(tables.into_iter().map(Into::into).collect());
        self
    }

    /// Calls `report` after each thousand entries. If it breaks, the export ends with [`ErrorKind::Cancelled`].
    #[must_use]
    pub fn report(mut self, report: impl FnMut(&Progress) -> ControlFlow<()> + 'a) -> Self {
        self.reporter = Reporter::new(report);
        self
    }

    /// Writes the stream into the sink.
    ///
    /// # Errors
    ///
    /// The errors of [`export`], and [`ErrorKind::Cancelled`].
    pub fn write(self, sink: &mut (impl Sink + ?Sized)) -> Result<Summary> {
        let Self { reader, tables, mut reporter } = self;
        let mut keep = |partition: &Partition, key: &[u8], value: &[u8]| {
            let is_chosen = tables.as_ref().is_none_or(|tables| {
                tables.iter().any(|table| {
                    let is_own = partition == table || partition.is_full_index_of(table);
                    is_own
                        || partition.is_catalog() && partition.of_defined_table(key).as_ref() == Some(table)
                })
            });
            if is_chosen {
                reporter.count(partition, key, value)?;
            }
            Ok(is_chosen)
        };
        write(reader, &mut keep, sink)
    }
}

/// Writes the entries that `keep` accepts.
fn write(reader: &dyn Read, keep: &mut record::Keep<'_>, sink: &mut (impl Sink + ?Sized)) -> Result<Summary> {
    let mut blocks = BlockWriter::begin(sink)?;
    let tally = record::write_all(reader, keep, &mut |bytes| blocks.write(bytes))?;
    let digest = blocks.end(tally.totals())?;
    Ok(tally.summary(digest))
}
