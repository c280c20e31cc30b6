//! Reading everything, to find damage before the data is needed: see [`Scrub`].

mod check;
mod progress;
mod report;
mod typed;

use alloc::boxed::Box;
use alloc::sync::Arc;
use alloc::vec::{self, Vec};
use core::ops::ControlFlow;

use typed::ScrubbedTable;

pub use self::progress::{Position, Progress};
pub use self::report::{Damage, Report};
use crate::backend::{Direction, EACH_KEY, KeySpan, Partition, Read, StorageBackend, scan_in_order};
use crate::error::{Error, ErrorKind, Result};
use crate::store::Schema;

/// The most bytes and entries that one step reads, besides the entry that reaches them.
const MAX_BYTES: usize = 256 << 10;
const MAX_ENTRIES: usize = 4096;
/// The number of damaged entries that a report lists.
const LISTED: usize = 100;

/// A scrub: it reads every entry of every partition, and reports those that are damaged.
///
/// A file can be damaged where no program reads it for months. A scrub finds that while there is still a backup without the
/// damage.
///
/// It works in steps. Each reads at most 256 KiB (or one larger entry) from a snapshot of its own, so writers go on, and no snapshot is
/// held for long. An entry that is written behind the scrub's position is not read, and needs not be.
///
/// | entry | check |
/// | --- | --- |
/// | all | the engine reads it, its key is behind the one before it and within the limits, and lookups find it |
/// | of the catalog | it can be decoded |
/// | of a table in the catalog | the key is one of the table's, the value has the checksum of its key, and the value has the table's shape |
/// | of a table that is [passed](Self::table) | it can be decoded by the program's types, is stored as they are written, and agrees with the indexes, as in [`verify`](crate::EntityReader::verify) |
///
/// ```
/// # use std::sync::Arc;
/// use keyloft::prelude::*;
/// use keyloft::scrub::Scrub;
///
/// # let backend: Arc<dyn StorageBackend> = Arc::new(keyloft_memory::MemoryBackend::new());
/// let jobs = Table::<JobId, u32>::new(backend.clone(), "jobs");
/// jobs.put_many(&[("a".into(), 1), ("b".into(), 2)])?;
/// backend.transaction(|tx| tx.put(&"jobs".into(), b"b", b"damaged"))?;
///
/// let mut scrub = Scrub::new(backend).table(jobs.schema());
/// while let Some(progress) = scrub.step()? {
///     println!("{} bytes so far", progress.bytes);
/// }
/// let report = scrub.report();
/// assert_eq!(report.damaged, 1);
/// for damage in &report.listed {
///     eprintln!("{damage}");
///     assert_eq!((damage.partition.as_str(), &*damage.key), ("jobs", &b"b"[..]));
/// }
/// # Ok::<(), keyloft::Error>(())
/// ```
///
/// # Speed
///
/// Core has neither threads nor a clock. [`run_with`](Self::run_with) calls a closure after each step, which may wait: for the time of
/// [`Progress::delay`], to stay below a number of bytes per second. It may also end the scrub. A later one
/// [goes on](Self::resume) from its [position](Progress::position), even after a restart.
///
/// # The engine's own checks
///
/// A scrub reads what the engine reads. It doesn't see pages that hold no entry. redb can compare the checksums of all its pages,
/// but needs the file for itself: see `check_integrity` in `keyloft-redb`.
pub struct Scrub {
    backend: Arc<dyn StorageBackend>,
    tables: Vec<Box<dyn ScrubbedTable>>,
    /// The partitions to read, the current one first, once the first step has listed them.
    partitions: Option<vec::IntoIter<Partition>>,
    /// The next entry to read is the first one after it.
    position: Option<Position>,
    report: Report,
}

/// The entries of a step.
struct Portion {
    entries: Vec<(Vec<u8>, Vec<u8>)>,
    /// `true` if the partition may have more.
    more: bool,
    /// The damage because of which the rest of the partition can't be read.
    damage: Option<Error>,
}

impl Scrub {
    /// Creates a scrub of all partitions of the backend.
    pub fn new(backend: Arc<dyn StorageBackend>) -> Self {
        Self { backend, tables: Vec::new(), partitions: None, position: None, report: Report::default() }
    }

    /// Checks the entries of this table and of its indexes by the program's types.
    #[must_use]
    pub fn table<K, V: 'static>(mut self, schema: &Schema<K, V>) -> Self {
        self.tables.push(Box::new(Arc::clone(schema.layout())));
        self
    }

    /// Goes on behind this position.
    ///
    /// ```
    /// # use std::sync::Arc;
    /// use std::ops::ControlFlow;
    /// use keyloft::prelude::*;
    /// use keyloft::scrub::Scrub;
    ///
    /// # let backend: Arc<dyn StorageBackend> = Arc::new(keyloft_memory::MemoryBackend::new());
    /// let notes = Table::<u32, String>::new(backend.clone(), "notes");
    /// notes.load((0..10_000).map(|id| (id, "milk".into())))?;
    ///
    /// let mut scrub = Scrub::new(backend.clone());
    /// // The program must end: the progress says where a later one goes on.
    /// let mut position = None;
    /// scrub.run_with(|progress| {
    ///     position = progress.position.clone();
    ///     ControlFlow::Break(())
    /// })?;
    /// let first = scrub.report().entries;
    ///
    /// let mut rest = Scrub::new(backend).resume(position.expect("there is more"));
    /// rest.run()?;
    /// // The catalog has one entry.
    /// assert_eq!(first + rest.report().entries, 10_001);
    /// # Ok::<(), keyloft::Error>(())
    /// ```
    #[must_use]
    pub fn resume(mut self, position: Position) -> Self {
        self.position = Some(position);
        self
    }

    /// Returns the damage that the steps so far have found.
    pub fn report(&self) -> &Report {
        &self.report
    }

    /// Reads the next entries. Returns the progress, or `None` at the end.
    ///
    /// # Errors
    ///
    /// An error of the backend that is not damage. The next step tries to read the same entries again.
    pub fn step(&mut self) -> Result<Option<Progress>> {
        let snapshot = self.backend.snapshot()?;
        if self.partitions.is_none() {
            self.partitions = Some(self.list(&*snapshot)?);
        }
        let Some(partition) = self.partitions.as_ref().and_then(|rest| rest.as_slice().first()).cloned()
        else {
            return Ok(None);
        };
        let after = self.position.as_ref().filter(|position| position.partition == partition);
        let after = after.and_then(|position| position.after.clone());
        let Portion { entries, more, damage } = read(&*snapshot, &partition, after.as_deref())?;
        let mut last = after;
        for (key, value) in &entries {
            self.report.read(key, value);
            last = Some(key.clone());
        }
        let report = &mut self.report;
        let found = &mut |key: &[u8], reason| report.add(&partition, key, reason);
        check::check(&self.tables, &*snapshot, &partition, &entries, found)?;
        if let Some(error) = &damage {
            report.add_rest(&partition, last.as_deref().unwrap_or_default(), error);
        }
        if more {
            self.position = Some(Position { partition: partition.clone(), after: last });
        } else {
            let rest = self.partitions.get_or_insert_default();
            rest.next();
            let next = rest.as_slice().first();
            self.position = next.map(|next| Position { partition: next.clone(), after: None });
        }
        let Report { entries, bytes, damaged, .. } = self.report;
        let position = self.position.clone();
        Ok(Some(Progress { partition, entries, bytes, damaged, position }))
    }

    /// Reads everything.
    ///
    /// # Errors
    ///
    /// The errors of [`step`](Self::step). The damage is in the [report](Self::report).
    pub fn run(&mut self) -> Result<()> {
        self.run_with(|_| ControlFlow::Continue(()))
    }

    /// Takes steps to the end, and reports the progress after each. If the report breaks, the next call goes on.
    ///
    /// # Errors
    ///
    /// The errors of [`step`](Self::step).
    pub fn run_with(&mut self, mut report: impl FnMut(&Progress) -> ControlFlow<()>) -> Result<()> {
        while let Some(progress) = self.step()? {
            if report(&progress).is_break() {
                break;
            }
        }
        Ok(())
    }

    /// Returns the partitions from the position on. Those that are created later hold new entries only.
    fn list(&self, snapshot: &dyn Read) -> Result<vec::IntoIter<Partition>> {
        let mut partitions = snapshot.partitions()?;
        if let Some(position) = &self.position {
            partitions.retain(|partition| *partition >= position.partition);
        }
        Ok(partitions.into_iter())
    }
}

/// Reads the entries of a step.
fn read(snapshot: &dyn Read, partition: &Partition, after: Option<&[u8]>) -> Result<Portion> {
    let mut span = KeySpan::ALL;
    if let Some(after) = after {
        span.resume_after(after, Direction::Forward);
    }
    let mut entries: Vec<(Vec<u8>, Vec<u8>)> = Vec::new();
    let mut bytes = 0;
    let read =
        scan_in_order::<EACH_KEY>(snapshot, partition, span.as_range(), Direction::Forward, |key, value| {
            bytes += key.len() + value.len();
            entries.push((key.to_vec(), value.to_vec()));
            if bytes < MAX_BYTES && entries.len() < MAX_ENTRIES {
                ControlFlow::Continue(())
            } else {
                ControlFlow::Break(())
            }
        });
    match read {
        Ok(last) => Ok(Portion { entries, more: last.is_some(), damage: None }),
        Err(error) if matches!(error.kind(), ErrorKind::Corrupted { .. }) => {
            Ok(Portion { entries, more: false, damage: Some(error) })
        }
        Err(error) => Err(error),
    }
}
