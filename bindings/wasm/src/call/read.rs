//! The operations that read.

use std::cell::RefCell;
use std::rc::Rc;

use keyloft::backend::Read;
use keyloft::error::Place;
use keyloft::store::Skipped;
use keyloft::{Cursor, EntityReader, EntityWatch, ErrorKind, IndexReader};

use crate::database::Database;
use crate::failure::{Failure, Result};
use crate::protocol::op;
use crate::query::Bounds;
use crate::scan::{Scan, write_all};
use crate::slots::Resource;
use crate::source::Source;
use crate::table::{EncodedTable, NamedIndex, OpenTable};
use crate::watch::OpenWatch;
use crate::wire::{Request, Response};

impl Database {
    #[inline(never)]
    pub(super) fn read(
        &self,
        op: u8,
        opened: &Rc<OpenTable>,
        source: &Source<'_>,
        mut request: Request<'_>,
        out: &mut Response<'_>,
    ) -> Result<()> {
        let with_tombstones = request.flag()?;
        let table = opened.table.encoded(with_tombstones);
        // All but the reads of one entity read one state, which does not change meanwhile.
        let snapshot = match op {
            op::GET | op::HAS | op::WATCH => None,
            _ => source.snapshot()?,
        };
        let reader = snapshot.as_deref().map_or(source.reader(), |snapshot| snapshot);
        match op {
            op::GET => {
                let must = request.flag()?;
                let key = request.rest();
                if !get(opened, table, reader, key, out)? && must {
                    let place = Place::entry(table.partition(), &opened.key(key));
                    return Err(ErrorKind::NotFound { place }.into());
                }
                Ok(())
            }
            op::GET_MANY => get_many(opened, table, reader, &mut request, out),
            op::HAS => {
                out.flag(table.at(reader).contains(&opened.key(request.rest()).into_owned())?);
                Ok(())
            }
            op::FIND_ALL => {
                let index = opened.table.index(request.text()?)?;
                let found = table.find_all(reader, &index, request.rest())?;
                write_all(opened.scope.len(), &found, out);
                Ok(())
            }
            op::ASK => opened.table.ask(reader, with_tombstones, request, out),
            op::WATCH => self.begin_watch(opened, with_tombstones, request, out),
            _ => {
                let index = opened.index(&mut request)?;
                let bounds = Bounds::read(&mut request, &opened.scope)?;
                if op == op::SCAN {
                    let with_first_chunk = request.flag()?;
                    let mut valued = Vec::new();
                    for _ in 0..request.count()? {
                        valued.push(opened.table.index(request.text()?)?);
                    }
                    let scan = Scan::new(Rc::clone(opened), with_tombstones, snapshot, bounds, index, valued);
                    return self.begin_scan(scan, with_first_chunk, source, out);
                }
                if op == op::PAGE {
                    return page(table, reader, &opened.scope, index.as_ref(), &bounds, request, out);
                }
                let table = table.at(reader);
                out.u64(match index {
                    Some(index) => table.count_by(&index, bounds.query())?,
                    None => table.count_in(bounds.query())?,
                });
                Ok(())
            }
        }
    }

    /// Keeps the watch of the query, and writes the entities that the query selects now.
    #[inline(never)]
    fn begin_watch(
        &self,
        opened: &Rc<OpenTable>,
        with_tombstones: bool,
        mut request: Request<'_>,
        out: &mut Response<'_>,
    ) -> Result<()> {
        let number = request.u32()?;
        let capacity = request.optional(Request::count)?;
        let index = opened.index(&mut request)?;
        let bounds = Bounds::read(&mut request, &opened.scope)?;
        let mut feed = self.feed.clone();
        if let Some(capacity) = capacity {
            feed = feed.with_capacity(capacity);
        }
        let query = bounds.query();
        let watch = match &index {
            None => opened.table.checked(with_tombstones).watch(&feed, query)?,
            Some(index) => opened.table.indexed(index)?.watch_by(&feed, index, query)?,
        };
        OpenWatch::begin(self, number, opened, watch, out);
        Ok(())
    }

    /// Writes the number of the scan, 0 if it is complete, and the first chunk if the request asks for it.
    #[inline(never)]
    fn begin_scan(
        &self,
        mut scan: Scan,
        with_first_chunk: bool,
        source: &Source<'_>,
        out: &mut Response<'_>,
    ) -> Result<()> {
        let start = out.position();
        out.u32(0);
        let more = if with_first_chunk { step(&mut scan, source, out)? } else { true };
        if more {
            out.set_u32(start, self.resources.add(Resource::Scan(Rc::new(RefCell::new(scan)))));
        }
        Ok(())
    }

    /// Writes whether more may follow, and the next chunk.
    pub(super) fn scan_next(&self, handle: u32, source: &Source<'_>, out: &mut Response<'_>) -> Result<()> {
        let start = out.position();
        out.u32(0);
        let scan = self.resources.scan(handle)?;
        let more = step(&mut scan.borrow_mut(), source, out)?;
        out.set_u32(start, u32::from(more));
        Ok(())
    }
}

fn step(scan: &mut Scan, source: &Source<'_>, out: &mut Response<'_>) -> Result<bool> {
    match scan.snapshot().cloned() {
        Some(snapshot) => scan.next(&*snapshot, out),
        None => scan.next(source.reader(), out),
    }
}

/// Writes a page: its entities, the cursor of the next page, and the entities that can't be read.
#[inline(never)]
fn page(
    table: &EncodedTable,
    reader: &dyn Read,
    scope: &[u8],
    index: Option<&NamedIndex>,
    bounds: &Bounds,
    mut request: Request<'_>,
    out: &mut Response<'_>,
) -> Result<()> {
    let limit = request.count()?;
    let after: Option<Cursor> = request.optional(|request| Ok(request.text()?.parse()?))?;
    let steps_over = request.flag()?;
    let page = table.page(reader, index, bounds.query(), limit, after.as_ref(), steps_over)?;
    write_all(scope.len(), &page.entries, out);
    out.flag(page.next.is_some());
    if let Some(next) = page.next {
        out.text(&next.to_string());
    }
    out.u32(u32::try_from(page.skipped.len()).unwrap_or(u32::MAX));
    for Skipped { key, error, .. } in page.skipped {
        out.bytes(key.strip_prefix(scope).unwrap_or(&key));
        Failure::from(error).write(out);
    }
    Ok(())
}

/// Writes whether the entity exists, and its payload. Returns whether it exists.
#[inline(never)]
fn get(
    opened: &OpenTable,
    table: &EncodedTable,
    reader: &dyn Read,
    key: &[u8],
    out: &mut Response<'_>,
) -> keyloft::Result<bool> {
    let key = &opened.key(key);
    let mut found = Ok(false);
    reader.get(table.partition(), key, &mut |stored| {
        found = table.visible_payload(reader, key, stored).map(|payload| {
            if let Some(payload) = payload {
                out.byte(1);
                out.last(payload);
            }
            payload.is_some()
        });
    })?;
    table.check(reader)?;
    if !matches!(found, Ok(true)) {
        out.byte(0);
    }
    found
}

/// Writes the entities of the keys, in the order of the keys: whether each exists, and its payload.
#[inline(never)]
fn get_many(
    opened: &OpenTable,
    table: &EncodedTable,
    reader: &dyn Read,
    request: &mut Request<'_>,
    out: &mut Response<'_>,
) -> Result<()> {
    for _ in 0..request.count()? {
        let key = opened.key(request.bytes()?);
        out.reserve(0)?;
        let start = out.position();
        out.flag(false);
        let mut written = Ok(());
        reader.get(table.partition(), &key, &mut |stored| {
            let payload = table.visible_payload(reader, &key, stored);
            written = payload.map_err(Failure::from).and_then(|payload| {
                let Some(payload) = payload else { return Ok(()) };
                out.rewind(start);
                out.flag(true);
                out.reserve(payload.len())?;
                out.bytes(payload);
                Ok(())
            });
        })?;
        written?;
    }
    Ok(table.check(reader)?)
}
