//! The steps that define a collection, or move it to another definition.

use std::ops::{Bound, ControlFlow};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use keyloft::backend::{Direction, KeyRange, Read};
use keyloft::catalog::{self, CatalogEntry, Migration};
use keyloft::error::{DecodeReason, Place};
use keyloft::value::{Envelope, decode_payload};
use keyloft::{EntityStore, Error, Partition, Result, Row, StorageBackend, StorageKey};

use super::column_index::ColumnIndex;
use super::defined::{Defined, fault};
use crate::failure::{self, Failure};
use crate::protocol::step;
use crate::wire::{Request, Response};

/// The most rows that JavaScript upgrades for one step, and the stored length after which it gets no more. A transaction of
/// a migration has no more.
const MAX_ROWS: usize = 1000;
const MAX_BYTES: usize = 1 << 20;

/// A row that JavaScript has upgraded: its version, its payload, and the payload of the new row.
type Upgraded = (u32, Vec<u8>, Vec<u8>);

/// Returns the new payload of a row. Rows are asked for in their order, so the search begins behind the row before, at `next`.
fn find<'a>(upgraded: &'a [Upgraded], next: &AtomicUsize, from: u32, payload: &[u8]) -> Option<&'a Vec<u8>> {
    let (before, behind) = upgraded.split_at_checked(next.load(Ordering::Relaxed)).unwrap_or((&[], upgraded));
    let mut rows = behind.iter().chain(before);
    let place = rows.position(|(version, old, _)| *version == from && old == payload)?;
    let place = (upgraded.len() - behind.len() + place) % upgraded.len();
    next.store(place + 1, Ordering::Relaxed);
    upgraded.get(place).map(|(.., new)| new)
}

/// Takes the next step to the definition. Writes what it was: see [`step`].
///
/// A step is one transaction of the migration. If it meets rows of an older version, which only JavaScript can upgrade, it
/// undoes the transaction and writes the rows: JavaScript repeats the step with them.
#[inline(never)]
pub(crate) fn redefine(
    backend: &Arc<dyn StorageBackend>,
    defined: &Defined,
    mut request: Request<'_>,
    out: &mut Response<'_>,
) -> failure::Result<()> {
    let (is_first, can_upgrade) = (request.flag()?, request.flag()?);
    let mut upgraded: Vec<Upgraded> = Vec::new();
    let indexes = defined.column_indexes();
    for _ in 0..request.count()? {
        let (from, old) = (request.u32()?, request.bytes()?.to_vec());
        let payload = request.bytes()?.to_vec();
        let row: Row =
            decode_payload(&payload).map_err(|_| Failure::argument("an upgraded row is malformed"))?;
        if let Some(reason) = fault(&indexes, &row) {
            return Err(Error::Invalid { place: Place::of(&defined.partition), reason }.into());
        }
        upgraded.push((from, old, payload));
    }
    defined.check_collection(backend)?;
    let entry = catalog::table(backend, &defined.partition)?;
    if is_first {
        let version = entry.as_ref().map_or(defined.definition.version, |entry| entry.definition.version);
        if version >= defined.definition.version {
            check_rows(backend, defined, entry.as_ref())?;
        } else if !can_upgrade && backend.count(&defined.partition, KeyRange::ALL)? > 0 {
            return Err(no_upgrade(defined, version));
        } else if write_old_rows(backend, defined, None, out)? {
            // The function runs before anything is changed, because it may fail.
            return Ok(());
        }
    }
    let is_missing = Arc::new(AtomicBool::new(false));
    let missing = Arc::clone(&is_missing);
    let next = AtomicUsize::new(0);
    let upgrade = move |from: u32, payload: &[u8]| {
        find(&upgraded, &next, from, payload).cloned().ok_or_else(|| {
            missing.store(true, Ordering::Relaxed);
            DecodeReason::NoUpgrade { found: from, known: from }
        })
    };
    let table = defined.rows(backend, Some(Box::new(upgrade)));
    let migration =
        Migration::new(Arc::clone(backend)).table(table.schema()).drop_unknown_indexes().rewrite();
    let mut handled = None;
    let outcome = migration.run_with(|progress| {
        handled = Some(progress.rows);
        ControlFlow::Break(())
    });
    if is_missing.load(Ordering::Relaxed) {
        let entry = catalog::table(backend, &defined.partition)?;
        let passed = entry.as_ref().and_then(CatalogEntry::passed);
        if write_old_rows(backend, defined, passed, out)? {
            return Ok(());
        }
    }
    outcome?;
    match handled {
        Some(rows) => {
            out.byte(step::STEPPED);
            out.u64(rows);
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

/// Writes the rows of older versions among those after this key that the next transaction handles: [`step::ROWS`], their
/// number, and the version and the payload of each. Returns whether there are any.
fn write_old_rows(
    backend: &Arc<dyn StorageBackend>,
    defined: &Defined,
    passed: Option<&[u8]>,
    out: &mut Response<'_>,
) -> failure::Result<bool> {
    let start = out.position();
    out.byte(step::ROWS);
    let count_at = out.position();
    out.u32(0);
    let (mut old, mut rows, mut bytes) = (0, 0, 0);
    let lower = passed.map_or(Bound::Unbounded, Bound::Excluded);
    let range = KeyRange { lower, ..KeyRange::ALL };
    backend.scan(&defined.partition, range, Direction::Forward, &mut |key, stored| {
        if rows == MAX_ROWS || bytes > MAX_BYTES {
            return ControlFlow::Break(());
        }
        rows += 1;
        bytes += key.len() + stored.len();
        if let Ok(Envelope { version, payload }) = Envelope::open(stored)
            && version < defined.definition.version
        {
            old += 1;
            out.u32(version);
            out.bytes(payload);
        }
        ControlFlow::Continue(())
    })?;
    if old == 0 {
        out.rewind(start);
    } else {
        out.set_u32(count_at, old);
    }
    Ok(old > 0)
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
                return Err(Error::Invalid { place: Place::entry(&defined.partition, key), reason });
            }
            if index.defined.is_unique
                && let Some(value) = index.value(&row)
            {
                let mut entry = Vec::new();
                value.encode_part(&mut entry);
                entry.extend_from_slice(key);
                values.push(entry);
            }
            Ok(())
        })?;
        values.sort_unstable();
        let mut last: Option<(Vec<u8>, &[u8])> = None;
        for entry in &values {
            let mut key = entry.as_slice();
            let value = Vec::<u8>::decode_part(&mut key)?;
            if let Some((_, holder)) = last.filter(|(before, _)| *before == value) {
                let shown = |bytes| Place::key_bytes(bytes).key().unwrap_or_default().to_owned();
                return Err(Failure::from(Error::UniqueViolation {
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
        let row = Envelope::open(stored).and_then(|envelope| decode_payload(envelope.payload));
        outcome = row
            .map_err(|reason| Error::decode(Place::entry(partition, key), reason))
            .and_then(|row| visit(key, row));
        if outcome.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    })?;
    outcome
}
