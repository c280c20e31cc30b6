//! The calls: what each operation asks for and what it answers.

use std::borrow::Cow;
use std::ops::ControlFlow;
use std::rc::Rc;

use keyloft::backend::KeyRange;
use keyloft::transfer::Sink;
use keyloft::value::decode_payload;
use keyloft::{Cursor, EntityStore, Read, Transaction, transfer};

use crate::database::Database;
use crate::failure::{Failure, Result};
use crate::query::Bounds;
use crate::raw::NamedIndex;
use crate::scan::{Scan, write_entries};
use crate::source::Source;
use crate::table::{self, Access, Action, DEFINITIONS, Kind, Opened};
use crate::watch::Watching;
use crate::wire::{Request, Response};

/// How many entities a deletion of many looks up before it deletes them.
const DELETE_CHUNK: usize = 512;

/// What a write of a batch does.
const INSERT: u8 = 1;
const DELETE: u8 = 2;

impl Database {
    /// Does what the operation says, with the handle of this number.
    #[inline(never)]
    pub(crate) fn call(
        &self,
        op: u8,
        handle: u32,
        mut source: Source<'_>,
        mut request: Request<'_>,
        out: &mut Response<'_>,
    ) -> Result<()> {
        match op {
            0 => {
                let opened = table::open(self, &mut source, &mut request)?;
                out.u32(self.keep(opened));
                Ok(())
            }
            1..=9 => {
                let opened = self.tables.get(handle)?;
                opened.allow(Access::Read)?;
                self.read(op, &opened, &source, request, out)
            }
            40 => {
                let opened = self.tables.get(handle)?;
                opened.allow(Access::Read)?;
                let key = opened.key(request.rest());
                let mut checked = Ok(());
                source.reader().get(opened.table.partition(), &key, &mut |stored| {
                    checked = opened.table.verify(&key, stored);
                })?;
                Ok(checked?)
            }
            10..=14 => {
                let opened = self.tables.get(handle)?;
                opened.allow(Access::Write)?;
                write(op, &opened, &mut source, request, out)
            }
            20 => self.scan_next(handle, &source, out),
            21 => {
                let key = request.bytes()?;
                let limit = request.optional(Request::count)?;
                self.scans.with(handle, |scan| scan.seek(key, limit))
            }
            22 => {
                self.watching(handle)?.events(out);
                Ok(())
            }
            23 => self.watching(handle)?.current(out),
            24 => {
                self.release(request.byte()?, handle);
                Ok(())
            }
            25 => {
                let snapshot = source.keep()?;
                let snapshot = snapshot.ok_or_else(|| Failure::argument("a transaction has no snapshots"))?;
                out.u32(self.snapshots.add(snapshot));
                Ok(())
            }
            30 => {
                let mut sink = Exported { bytes: out.buffer(), full: false };
                let exported = transfer::export(&self.backend, &mut sink);
                if sink.full {
                    return Err(Failure::out_of_memory());
                }
                Ok(exported.map(|_| ())?)
            }
            31 => self.import(request, out),
            32 => {
                out.text(&transfer::digest(&self.backend)?.to_string());
                Ok(())
            }
            33 => {
                let mut partitions = source.reader().partitions()?;
                partitions.retain(|partition| !partition.is_index() && partition.as_str() != DEFINITIONS);
                for partition in &partitions {
                    out.byte(1);
                    out.text(partition.name());
                    out.u64(source.reader().count(partition, KeyRange::ALL)?);
                }
                out.byte(0);
                Ok(())
            }
            41 => {
                let name = table::own_name(request.text()?)?;
                let definition = decode_payload(request.rest())?;
                let partition = name.into();
                self.check_kind(&partition, Kind::Collection)?;
                out.flag(table::define(&self.backend, &mut source, name, definition)?);
                self.remember(&partition, Kind::Collection);
                Ok(())
            }
            42 => {
                let name = table::own_name(request.text()?)?;
                out.flag(table::remove(&self.backend, &mut source, name)?);
                self.forget(&name.into());
                Ok(())
            }
            #[cfg(feature = "persistent")]
            50 => self.stage(out),
            #[cfg(feature = "persistent")]
            _ => self.call_file(op, out),
            #[cfg(not(feature = "persistent"))]
            _ => Err(Failure::argument("there is no such operation")),
        }
    }

    #[inline(never)]
    fn read(
        &self,
        op: u8,
        opened: &Rc<Opened>,
        source: &Source<'_>,
        mut request: Request<'_>,
        out: &mut Response<'_>,
    ) -> Result<()> {
        let raw = opened.raw(request.flag()?);
        let scope = opened.scope.as_slice();
        match op {
            1 => {
                let must = request.flag()?;
                let key = request.rest();
                if !get(opened, raw, source.reader(), key, out)? && must {
                    return Err(table::not_found(&*opened.table, &opened.key(key)).into());
                }
                Ok(())
            }
            2 => {
                source.steady(|reader| {
                    // Not being there is told in the answer.
                    Ok(get_many(opened, raw, reader, &mut request, out))
                })??;
                Ok(())
            }
            3 => {
                let key = opened.key(request.rest()).into_owned();
                out.flag(raw.at(source.reader()).contains(&key)?);
                Ok(())
            }
            4 => {
                let index = index(opened, &mut request)?;
                let bounds = Bounds::read(&mut request, scope)?;
                out.u64(match index {
                    Some(index) => source.steady(|reader| raw.at(reader).count_by(&index, bounds.query()))?,
                    None => count(raw, source.reader(), &bounds)?,
                });
                Ok(())
            }
            5 => {
                let index = index(opened, &mut request)?;
                let bounds = Bounds::read(&mut request, scope)?;
                let ahead = request.flag()?;
                let scan = Scan::new(Rc::clone(opened), raw.clone(), source.keep()?, bounds, index);
                self.scan_begin(scan, ahead, source, out)
            }
            6 => {
                let index = index(opened, &mut request)?;
                let bounds = Bounds::read(&mut request, scope)?;
                let limit = request.count()?;
                let after: Option<Cursor> = request.optional(|request| Ok(request.text()?.parse()?))?;
                let page = source.steady(|reader| match index {
                    Some(index) => raw.at(reader).page_by(&index, bounds.query(), limit, after.as_ref()),
                    None => raw.at(reader).page(bounds.query(), limit, after.as_ref()),
                })?;
                out.u32(u32::try_from(page.entries.len()).unwrap_or(u32::MAX));
                write_entries(scope.len(), &page.entries, out);
                out.flag(page.next.is_some());
                if let Some(next) = page.next {
                    out.text(&next.to_string());
                }
                Ok(())
            }
            7 => {
                let index = opened.index(request.text()?)?;
                let value = request.rest().to_vec();
                let found = source.steady(|reader| raw.at(reader).find_all(&index, &value))?;
                out.u32(u32::try_from(found.len()).unwrap_or(u32::MAX));
                write_entries(scope.len(), &found, out);
                Ok(())
            }
            8 => source.steady(|reader| Ok(opened.table.ask(raw, reader, request, out)))?,
            _ => {
                let number = request.u32()?;
                let capacity = request.optional(Request::count)?;
                let bounds = Bounds::read(&mut request, scope)?;
                Watching::begin(self, number, raw.clone(), scope.len(), &bounds, capacity, out)
            }
        }
    }

    /// Writes the number of the scan, 0 if it is complete, and the first chunk if it is asked for.
    #[inline(never)]
    fn scan_begin(
        &self,
        mut scan: Scan,
        ahead: bool,
        source: &Source<'_>,
        out: &mut Response<'_>,
    ) -> Result<()> {
        let mark = out.mark();
        out.u32(0);
        let more = if ahead { step(&mut scan, source, out)? } else { true };
        if more {
            out.set_u32(mark, self.scans.add(scan));
        }
        Ok(())
    }

    /// Writes whether more may follow, and the next chunk. A scan that is complete is gone.
    fn scan_next(&self, handle: u32, source: &Source<'_>, out: &mut Response<'_>) -> Result<()> {
        let mark = out.mark();
        out.u32(0);
        let more = self.scans.with(handle, |scan| step(scan, source, out))??;
        out.set_u32(mark, u32::from(more));
        Ok(())
    }

    fn watching(&self, number: u32) -> Result<Rc<Watching>> {
        let watches = self.watches.borrow();
        let found =
            watches.iter().find(|(watch, _)| *watch == number).map(|(_, watching)| Rc::clone(watching));
        found.ok_or_else(|| Failure::argument("the watch has ended"))
    }

    #[inline(never)]
    fn import(&self, mut request: Request<'_>, out: &mut Response<'_>) -> Result<()> {
        if self.reserved.get() {
            return Err(keyloft::Error::NestedTransaction.into());
        }
        let replacing = request.flag()?;
        let stream = request.rest();
        let open = || Ok(stream);
        let summary = if replacing {
            transfer::import_replacing(&self.backend, open)?
        } else {
            transfer::import(&self.backend, open)?
        };
        out.u64(summary.partitions);
        out.u64(summary.entries);
        out.u64(summary.bytes);
        out.text(&summary.digest.to_string());
        Ok(())
    }
}

/// An export in memory, of which there may not be enough.
struct Exported<'a> {
    bytes: &'a mut Vec<u8>,
    full: bool,
}

impl Sink for Exported<'_> {
    fn write(&mut self, bytes: &[u8]) -> keyloft::Result<()> {
        let more = bytes.len();
        if self.bytes.try_reserve(more).is_err() && self.bytes.try_reserve_exact(more).is_err() {
            self.full = true;
            return Err(keyloft::Error::Aborted);
        }
        self.bytes.extend_from_slice(bytes);
        Ok(())
    }
}

fn step(scan: &mut Scan, source: &Source<'_>, out: &mut Response<'_>) -> Result<bool> {
    match scan.snapshot().cloned() {
        Some(snapshot) => scan.next(&*snapshot, out),
        None => scan.next(source.reader(), out),
    }
}

fn index(opened: &Opened, request: &mut Request<'_>) -> Result<Option<NamedIndex>> {
    request.optional(|request| opened.index(request.text()?))
}

/// Writes whether the entity is there, and its payload; returns the same.
#[inline(never)]
fn get(
    opened: &Opened,
    raw: &crate::raw::Raw,
    reader: &dyn Read,
    key: &[u8],
    out: &mut Response<'_>,
) -> keyloft::Result<bool> {
    let key = &opened.key(key);
    let mut found = Ok(false);
    reader.get(opened.table.partition(), key, &mut |stored| {
        if !raw.hides(stored) {
            out.byte(1);
            found = raw.append(key, stored, out.buffer()).map(|()| true);
        }
    })?;
    if !matches!(found, Ok(true)) {
        out.byte(0);
    }
    found
}

/// Writes the entities of the keys, each in its key's place: whether it is there, and its payload.
#[inline(never)]
fn get_many(
    opened: &Opened,
    raw: &crate::raw::Raw,
    reader: &dyn Read,
    request: &mut Request<'_>,
    out: &mut Response<'_>,
) -> Result<()> {
    let mut keys = Vec::new();
    for _ in 0..request.count()? {
        keys.push(opened.key(request.bytes()?).into_owned());
    }
    for found in raw.at(reader).get_many(&keys)? {
        out.flag(found.is_some());
        if let Some(found) = found {
            out.bytes(&found.0);
        }
    }
    Ok(())
}

#[inline(never)]
fn count(raw: &crate::raw::Raw, reader: &dyn Read, bounds: &Bounds) -> keyloft::Result<u64> {
    if raw.hidden().is_none()
        && let Some(range) = bounds.plain_range()
    {
        return reader.count(raw.partition(), range);
    }
    let mut count = 0;
    raw.at(reader).visit(bounds.query(), |_| {
        count += 1;
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(count)
}

#[inline(never)]
fn write(
    op: u8,
    opened: &Opened,
    source: &mut Source<'_>,
    mut request: Request<'_>,
    out: &mut Response<'_>,
) -> Result<()> {
    let table = &*opened.table;
    match op {
        10 => {
            let anew = request.flag()?;
            let key = opened.key(request.bytes()?);
            let payload = request.rest();
            source.write(&mut |tx| table.put(tx, &key, payload, anew))?;
        }
        11 => {
            let key = opened.key(request.rest());
            out.flag(source.write_some(&mut |tx| table.delete(tx, &key).map(u64::from))? > 0);
        }
        12 => {
            let mut writes = Vec::new();
            for _ in 0..request.count()? {
                let what = request.byte()?;
                let key = opened.key(request.bytes()?);
                writes.push((what, key, if what == DELETE { &[] } else { request.bytes()? }));
            }
            out.u64(source.write_some(&mut |tx| batch(table, tx, &writes))?);
        }
        13 => {
            let raw = opened.raw(request.flag()?);
            let bounds = Bounds::read(&mut request, &opened.scope)?;
            out.u64(source.write_some(&mut |tx| delete_range(table, raw, tx, &bounds))?);
        }
        _ => {
            let code = request.byte()?;
            let key = request.optional(|request| Ok(opened.key(request.bytes()?).into_owned()))?;
            if key.is_none() && !opened.scope.is_empty() {
                return Err(Failure::argument(
                    "this is done to the rows of all users: ask `userTables(namespaceId, tableName)` for it",
                ));
            }
            let rest = request.rest();
            let mark = out.mark();
            let mut failed = None;
            let outcome = source.write(&mut |tx| {
                out.rewind(mark);
                let action = Action { code, key: key.clone(), request: Request::new(rest) };
                table.act(tx, action, out).map_err(|failure| {
                    failure.into_core().unwrap_or_else(|own| {
                        failed = Some(own);
                        keyloft::Error::Aborted
                    })
                })
            });
            if let Some(own) = failed {
                return Err(own);
            }
            outcome?;
        }
    }
    Ok(())
}

/// A write of a batch: what it does, and the key and the payload of its entity.
type Write<'a> = (u8, Cow<'a, [u8]>, &'a [u8]);

#[inline(never)]
fn batch(table: &dyn table::Table, tx: &mut dyn Transaction, writes: &[Write<'_>]) -> keyloft::Result<u64> {
    let mut deleted = 0;
    for (what, key, payload) in writes {
        if *what == DELETE {
            deleted += u64::from(table.delete(tx, key)?);
        } else {
            table.put(tx, key, payload, *what == INSERT)?;
        }
    }
    Ok(deleted)
}

/// Deletes the entities of the query that are in sight; how many they were.
#[inline(never)]
fn delete_range(
    table: &dyn table::Table,
    raw: &crate::raw::Raw,
    tx: &mut dyn Transaction,
    bounds: &Bounds,
) -> keyloft::Result<u64> {
    if table.version().is_none()
        && let Some(range) = bounds.plain_range()
    {
        return tx.delete_range(table.partition(), range);
    }
    let mut deleted = 0;
    let mut left = bounds.clone();
    loop {
        let max = left.limit.map_or(DELETE_CHUNK, |limit| limit.min(DELETE_CHUNK));
        let mut keys = Vec::new();
        let reader: &dyn Read = &*tx;
        raw.at(reader).visit(left.query_of(Some(max)), |entry| {
            keys.push(entry.key_bytes().to_vec());
            Ok(ControlFlow::Continue(()))
        })?;
        let Some(last) = keys.last() else { return Ok(deleted) };
        left.resume_after(last);
        left.limit = left.limit.map(|limit| limit - keys.len());
        for key in &keys {
            deleted += u64::from(table.delete(tx, key)?);
        }
    }
}
