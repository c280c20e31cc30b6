//! The steps that define a collection, or move it to another definition.

use std::collections::BTreeMap;
use std::ops::{Bound, ControlFlow};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use keyloft::backend::{Direction, KeyRange, Read};
use keyloft::catalog::{self, CatalogEntry, Migration};
use keyloft::error::{DecodeReason, Place};
use keyloft::value::{Envelope, decode_payload};
use keyloft::{EntityStore, Error, Partition, Result, Row, StorageBackend};

use super::column_index::ColumnIndex;
use super::defined::{Defined, fault};
use crate::failure::{self, Failure};
use crate::protocol::step;
use crate::wire::{Request, Response};

/// The most rows that JavaScript upgrades for one step, and the stored length after which it gets no more. A transaction of
/// a migration has no more.
const MAX_ROWS: usize = 1000;
const MAX_BYTES: usize = 1 << 20;

/// The payloads of rows that JavaScript has upgraded, by the version and the payload of the old row.
type Upgraded = BTreeMap<(u32, Vec<u8>), Vec<u8>>;

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
    let mut upgraded = Upgraded::new();
    let indexes = defined.column_indexes();
    for _ in 0..request.count()? {
        let old = (request.u32()?, request.bytes()?.to_vec());
        let payload = request.bytes()?.to_vec();
        let row: Row =
            decode_payload(&payload).map_err(|_| Failure::argument("an upgraded row is malformed"))?;
        if let Some(reason) = fault(&indexes, &row) {
            return Err(Error::Invalid { place: Place::of(&defined.partition), reason }.into());
        }
        upgraded.insert(old, payload);
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
    let upgrade = move |from: u32, payload: &[u8]| {
        upgraded.get(&(from, payload.to_vec())).cloned().ok_or_else(|| {
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
    let mut values: Vec<(Vec<u8>, Vec<u8>)> = Vec::new();
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
                values.push((value, key.to_vec()));
            }
            Ok(())
        })?;
        values.sort_unstable();
        let taken = values.windows(2).find(|pair| matches!(pair, [a, b] if a.0 == b.0));
        if let Some([(value, holder), (_, key)]) = taken {
            let shown = |bytes| Place::key_bytes(bytes).key().unwrap_or_default().to_owned();
            return Err(Failure::from(Error::UniqueViolation {
                place: Place::entry(&defined.partition, key),
                index: index.defined.name.clone(),
                value: shown(value),
                holder: shown(holder),
            }));
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
