//! The operations that read.

use std::rc::Rc;

use keyloft::backend::Read;
use keyloft::error::Place;
use keyloft::store::Skipped;
use keyloft::{Cursor, EntityReader, EntityWatch, Error, IndexReader};

use crate::database::Database;
use crate::failure::{Failure, Result};
use crate::protocol::op;
use crate::query::Bounds;
use crate::scan::{Scan, write_entries, write_payload};
use crate::source::Source;
use crate::table::{EncodedTable, OpenTable};
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
        let scope = opened.scope.as_slice();
        match op {
            op::GET => {
                let must = request.flag()?;
                let key = request.rest();
                if !get(opened, table, source.reader(), key, out)? && must {
                    return Err(
                        Error::NotFound { place: Place::entry(table.partition(), &opened.key(key)) }.into()
                    );
                }
                Ok(())
            }
            op::GET_MANY => {
                source.consistent(|reader| {
                    // The response says which keys do not exist.
                    Ok(get_many(opened, table, reader, &mut request, out))
                })??;
                Ok(())
            }
            op::HAS => {
                let key = opened.key(request.rest()).into_owned();
                out.flag(table.at(source.reader()).contains(&key)?);
                Ok(())
            }
            op::COUNT => {
                let index = opened.index(&mut request)?;
                let bounds = Bounds::read(&mut request, scope)?;
                out.u64(match index {
                    Some(index) => {
                        source.consistent(|reader| table.at(reader).count_by(&index, bounds.query()))?
                    }
                    None => table.at(source.reader()).count_in(bounds.query())?,
                });
                Ok(())
            }
            op::SCAN => {
                let index = opened.index(&mut request)?;
                let bounds = Bounds::read(&mut request, scope)?;
                let with_first_chunk = request.flag()?;
                let mut valued = Vec::new();
                for _ in 0..request.count()? {
                    valued.push(opened.table.index(request.text()?)?);
                }
                let scan =
                    Scan::new(Rc::clone(opened), with_tombstones, source.snapshot()?, bounds, index, valued);
                self.scan_begin(scan, with_first_chunk, source, out)
            }
            op::PAGE => {
                let index = opened.index(&mut request)?;
                let bounds = Bounds::read(&mut request, scope)?;
                let limit = request.count()?;
                let after: Option<Cursor> = request.optional(|request| Ok(request.text()?.parse()?))?;
                let steps_over = request.flag()?;
                let page = source.consistent(|reader| {
                    table.page(reader, index.as_ref(), bounds.query(), limit, after.as_ref(), steps_over)
                })?;
                out.u32(u32::try_from(page.entries.len()).unwrap_or(u32::MAX));
                write_entries(scope.len(), &page.entries, out);
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
            op::FIND_ALL => {
                let index = opened.table.index(request.text()?)?;
                let value = request.rest();
                let found = source.consistent(|reader| table.find_all(reader, &index, value))?;
                out.u32(u32::try_from(found.len()).unwrap_or(u32::MAX));
                write_entries(scope.len(), &found, out);
                Ok(())
            }
            op::ASK => {
                source.consistent(|reader| Ok(opened.table.ask(reader, with_tombstones, request, out)))?
            }
            _ => {
                let number = request.u32()?;
                let capacity = request.optional(Request::count)?;
                let index = opened.index(&mut request)?;
                let bounds = Bounds::read(&mut request, scope)?;
                let feed = match capacity {
                    Some(capacity) => self.feed.clone().with_capacity(capacity),
                    None => self.feed.clone(),
                };
                let query = bounds.query();
                let watch = match &index {
                    None => opened.table.checked(with_tombstones).watch(&feed, query)?,
                    Some(index) => opened.table.indexed(index)?.watch_by(&feed, index, query)?,
                };
                OpenWatch::begin(self, number, opened, watch, out);
                Ok(())
            }
        }
    }

    /// Writes the number of the scan, 0 if it is complete, and the first chunk if the request asks for it.
    #[inline(never)]
    fn scan_begin(
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
            out.set_u32(start, self.scans.add(scan));
        }
        Ok(())
    }

    /// Writes whether more may follow, and the next chunk.
    pub(super) fn scan_next(&self, handle: u32, source: &Source<'_>, out: &mut Response<'_>) -> Result<()> {
        let start = out.position();
        out.u32(0);
        let more = self.scans.with(handle, |scan| step(scan, source, out))??;
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
        if table.is_visible(stored) {
            found = table.payload(key, stored).map(|payload| {
                out.byte(1);
                out.last(payload);
                true
            });
        }
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
            if table.is_visible(stored) {
                out.rewind(start);
                out.flag(true);
                written =
                    out.reserve(stored.len()).and_then(|()| Ok(write_payload(table, &key, stored, out)?));
            }
        })?;
        written?;
    }
    Ok(table.check(reader)?)
}
