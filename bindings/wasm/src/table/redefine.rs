//! The steps that define a collection, or move it to another definition.

use std::ops::{Bound, ControlFlow};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use keyloft::backend::{Direction, KeyRange, Read};
use keyloft::catalog::{self, CatalogEntry, Migration, Progress};
use keyloft::error::{DecodeReason, Place};
use keyloft::value::{Envelope, decode_payload};
use keyloft::{EntityStore, Error, ErrorKind, Partition, Result, Row, StorageBackend, StorageKey};

use super::column_index::ColumnIndex;
use super::defined::{Defined, fault};
use super::doc::Doc;
use crate::failure::{self, Failure};
use crate::protocol::{change_of_keys, step};
use crate::wire::{Request, Response};

/// The most rows that JavaScript upgrades for one step, and the stored length after which it gets no more. A transaction of
/// a migration has no more.
const MAX_ROWS: usize = 1000;
const MAX_BYTES: usize = 1 << 20;

/// The version in the answer that gives a row its new key.
const KEY: u32 = u32::MAX;

/// The answers of JavaScript for rows: the version and the payload of each, and its new payload; or [`KEY`], its key and its new
/// key.
#[derive(Default)]
struct Answers {
    rows: Vec<(u32, Vec<u8>, Vec<u8>)>,
    /// The place behind the last answer that was found. Rows are asked for in their order, so the search begins there.
    next: AtomicUsize,
    /// `true` once there was no answer.
    is_missing: AtomicBool,
}

impl Answers {
    /// Returns the answer for a row.
    fn find(&self, version: u32, old: &[u8]) -> Option<Vec<u8>> {
        let start = self.next.load(Ordering::Relaxed);
        for step in 0..self.rows.len() {
            let place = (start + step) % self.rows.len();
            if let Some((of, asked, new)) = self.rows.get(place)
                && *of == version
                && asked == old
            {
                self.next.store(place + 1, Ordering::Relaxed);
                return Some(new.clone());
            }
        }
        self.is_missing.store(true, Ordering::Relaxed);
        None
    }
}

/// Takes the next step to the definition. Writes what it was: see [`step`].
///
/// A step is one transaction of the migration. If it meets rows of an older version, which only JavaScript can upgrade, it
/// undoes the transaction and writes the rows: JavaScript repeats the step with them. Before a transaction that gives rows new
/// keys, it writes these rows: nobody can change them any more.
#[inline(never)]
pub(crate) fn redefine(
    backend: &Arc<dyn StorageBackend>,
    defined: &Defined,
    mut request: Request<'_>,
    out: &mut Response<'_>,
) -> failure::Result<()> {
    let (is_first, can_upgrade) = (request.flag()?, request.flag()?);
    let keys = request.byte()?;
    let run = request.optional(Request::u32)?;
    let mut answers = Answers::default();
    let mut has_keys = false;
    let indexes = defined.column_indexes();
    for _ in 0..request.count()? {
        let (version, old) = (request.u32()?, request.bytes()?.to_vec());
        let new = request.bytes()?.to_vec();
        has_keys = version == KEY;
        if !has_keys {
            let row: Row =
                decode_payload(&new).map_err(|_| Failure::argument("an upgraded row is malformed"))?;
            if let Some(reason) = fault(&indexes, &row) {
                return Err(ErrorKind::Invalid { place: Place::of(&defined.partition), reason }.into());
            }
        }
        answers.rows.push((version, old, new));
    }
    defined.check_collection(backend)?;
    let entry = catalog::table(backend, &defined.partition)?;
    let stored = entry.as_ref().map(|entry| defined.with(entry.definition.clone()));
    let migration = Migration::new(Arc::clone(backend));
    let mut handled = None;
    let mut report = |progress: &Progress| {
        handled = Some((progress.rows, progress.rekey_run));
        ControlFlow::Break(())
    };
    if keys == change_of_keys::ABANDON {
        if let Some(stored) = stored {
            let table = stored.rows(backend, None);
            migration.abandon_rekey().table(table.schema()).run_with(&mut report)?;
        }
        out.byte(step::DONE);
        return Ok(());
    }
    if is_first {
        let version = entry.as_ref().map_or(defined.definition.version, |entry| entry.definition.version);
        if version >= defined.definition.version {
            check_rows(backend, defined, entry.as_ref())?;
        } else if !can_upgrade && backend.count(&defined.partition, KeyRange::ALL)? > 0 {
            return Err(no_upgrade(defined, version));
        } else if write_rows(backend, defined, None, false, out)? {
            // The function runs before anything is changed, because it may fail.
            return Ok(());
        }
    }
    let has_other_keys = |stored: &Defined| stored.definition.key != defined.definition.key;
    let stored = stored.filter(|stored| keys == change_of_keys::MOVE && has_other_keys(stored));
    if let Some(stored) = &stored
        && !has_keys
    {
        let passed = run.and(entry.as_ref().and_then(CatalogEntry::passed));
        if write_rows(backend, stored, passed, true, out)? {
            return Ok(());
        }
    }
    let answers = Arc::new(answers);
    let upgraded = Arc::clone(&answers);
    let table = defined.rows(
        backend,
        Some(Box::new(move |from, payload| {
            upgraded.find(from, payload).ok_or(DecodeReason::NoUpgrade { found: from, known: from })
        })),
    );
    let mut migration = migration.drop_unknown_indexes().rewrite();
    migration = match stored {
        Some(stored) => {
            if let Some(run) = run {
                migration = migration.continue_rekey(defined.partition.clone(), run);
            }
            let moved = Arc::clone(&answers);
            let new_key =
                move |key: Vec<u8>, _: Doc| moved.find(KEY, &key).ok_or_else(|| ErrorKind::Aborted.into());
            migration.rekey(&stored.schema(None), table.schema(), new_key)
        }
        None => migration.table(table.schema()),
    };
    let outcome = migration.run_with(&mut report);
    if answers.is_missing.load(Ordering::Relaxed) {
        let entry = catalog::table(backend, &defined.partition)?;
        let passed = entry.as_ref().and_then(CatalogEntry::passed);
        if write_rows(backend, defined, passed, false, out)? {
            return Ok(());
        }
    }
    outcome?;
    match handled {
        Some((rows, run)) => {
            out.byte(step::STEPPED);
            out.u64(rows);
            out.u32(run.unwrap_or(0));
        }
        None => out.byte(step::DONE),
    }
    Ok(())
}

fn no_upgrade(defined: &Defined, version: u32) -> Failure {
    let message = format!(
        "the rows of `{}` have version {}, and the definition has version {}: give `defineCollection` a function \
         `migrate`",
        defined.partition.name(),
        version,
        defined.definition.version
    );
    Failure::argument(&message)
}

/// Writes the rows among those after this key that the next transaction handles: those of older versions after
/// [`step::ROWS`], each with its version, or all rows after [`step::KEYS`] and the stored definition, each with its key. Returns
/// whether there are any.
fn write_rows(
    backend: &Arc<dyn StorageBackend>,
    defined: &Defined,
    passed: Option<&[u8]>,
    with_keys: bool,
    out: &mut Response<'_>,
) -> failure::Result<bool> {
    let start = out.position();
    out.byte(if with_keys { step::KEYS } else { step::ROWS });
    if with_keys {
        out.bytes(&defined.definition.to_bytes());
    }
    let count_at = out.position();
    out.u32(0);
    let (mut written, mut rows, mut bytes) = (0, 0, 0);
    let lower = passed.map_or(Bound::Unbounded, Bound::Excluded);
    let range = KeyRange { lower, ..KeyRange::ALL };
    backend.scan(&defined.partition, range, Direction::Forward, &mut |key, stored| {
        if rows == MAX_ROWS || bytes > MAX_BYTES {
            return ControlFlow::Break(());
        }
        rows += 1;
        bytes += key.len() + stored.len();
        if let Ok(Envelope { version, payload }) = Envelope::open(&defined.partition, key, stored)
            && (with_keys || version < defined.definition.version)
        {
            written += 1;
            if with_keys {
                out.bytes(key);
            } else {
                out.u32(version);
            }
            out.bytes(payload);
        }
        ControlFlow::Continue(())
    })?;
    if written == 0 {
        out.rewind(start);
    } else {
        out.set_u32(count_at, written);
    }
    Ok(written > 0)
}

/// Refuses a definition whose indexes can't take the rows, before anything is changed.
fn check_rows(
    backend: &Arc<dyn StorageBackend>,
    defined: &Defined,
    entry: Option<&CatalogEntry>,
) -> failure::Result<()> {
    let before = entry.map(|entry| &entry.definition);
    let is_new = |index: &ColumnIndex| before.is_none_or(|before| !before.indexes.contains(&index.defined));
    let indexes: Vec<ColumnIndex> = defined.column_indexes().into_iter().filter(is_new).collect();
    if indexes.is_empty() || before.is_some_and(|before| before.key != defined.definition.key) {
        return Ok(());
    }
    // Each value, self-delimiting, and the key of its row.
    let mut values: Vec<Vec<u8>> = Vec::new();
    for (position, index) in indexes.iter().enumerate() {
        values.clear();
        visit_rows(&**backend, &defined.partition, &mut |key, row| {
            if position == 0
                && let Some(reason) = fault(&indexes, &row)
            {
                return Err(
                    ErrorKind::Invalid { place: Place::entry(&defined.partition, key), reason }.into()
                );
            }
            if index.defined.is_unique {
                index.defined.values_of_row(&row, &mut |value| {
                    let mut entry = Vec::new();
                    value.encode_part(&mut entry);
                    entry.extend_from_slice(key);
                    values.push(entry);
                });
            }
            Ok(())
        })?;
        values.sort_unstable();
        // A list may have an item twice.
        values.dedup();
        let mut last: Option<(Vec<u8>, &[u8])> = None;
        for entry in &values {
            let mut key = entry.as_slice();
            let value = Vec::<u8>::decode_part(&mut key)?;
            if let Some((_, holder)) = last.filter(|(before, _)| *before == value) {
                let shown = |bytes| Place::key_bytes(bytes).key().unwrap_or_default().to_owned();
                return Err(Failure::from(ErrorKind::UniqueViolation {
                    place: Place::entry(&defined.partition, key),
                    index: index.defined.name.clone(),
                    value: shown(&value),
                    holder: shown(holder),
                }));
            }
            last = Some((value, key));
        }
    }
    Ok(())
}

fn visit_rows(
    reader: &dyn Read,
    partition: &Partition,
    visit: &mut dyn FnMut(&[u8], Row) -> Result<()>,
) -> Result<()> {
    let mut outcome = Ok(());
    reader.scan(partition, KeyRange::ALL, Direction::Forward, &mut |key, stored| {
        let row =
            Envelope::open(partition, key, stored).and_then(|envelope| decode_payload(envelope.payload));
        outcome = row
            .map_err(|reason| Error::decode(Place::entry(partition, key), reason))
            .and_then(|row| visit(key, row));
        if outcome.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    })?;
    outcome
}
