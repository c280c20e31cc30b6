//! Calls that read.

use std::ops::ControlFlow;
use std::rc::Rc;

use keyloft::{Cursor, EntityStore, Read};

use crate::database::Database;
use crate::failure::Result;
use crate::protocol::op;
use crate::query::Bounds;
use crate::raw::{NamedIndex, Raw};
use crate::scan::{Scan, write_entries, write_payload};
use crate::source::Source;
use crate::table::{self, Opened};
use crate::watch::Watching;
use crate::wire::{Request, Response};

impl Database {
    #[inline(never)]
    pub(super) fn read(
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
            op::GET => {
                let must = request.flag()?;
                let key = request.rest();
                if !get(opened, raw, source.reader(), key, out)? && must {
                    return Err(table::not_found(&*opened.table, &opened.key(key)).into());
                }
                Ok(())
            }
            op::GET_MANY => {
                source.steady(|reader| {
                    // Not being there is told in the answer.
                    Ok(get_many(opened, raw, reader, &mut request, out))
                })??;
                Ok(())
            }
            op::HAS => {
                let key = opened.key(request.rest()).into_owned();
                out.flag(raw.at(source.reader()).contains(&key)?);
                Ok(())
            }
            op::COUNT => {
                let index = index(opened, &mut request)?;
                let bounds = Bounds::read(&mut request, scope)?;
                out.u64(match index {
                    Some(index) => source.steady(|reader| raw.at(reader).count_by(&index, bounds.query()))?,
                    None => count(raw, source.reader(), &bounds)?,
                });
                Ok(())
            }
            op::SCAN => {
                let index = index(opened, &mut request)?;
                let bounds = Bounds::read(&mut request, scope)?;
                let ahead = request.flag()?;
                let scan = Scan::new(Rc::clone(opened), raw.clone(), source.keep()?, bounds, index);
                self.scan_begin(scan, ahead, source, out)
            }
            op::PAGE => {
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
            op::FIND_ALL => {
                let index = opened.index(request.text()?)?;
                let value = request.rest().to_vec();
                let found = source.steady(|reader| raw.at(reader).find_all(&index, &value))?;
                out.u32(u32::try_from(found.len()).unwrap_or(u32::MAX));
                write_entries(scope.len(), &found, out);
                Ok(())
            }
            op::ASK => source.steady(|reader| Ok(opened.table.ask(raw, reader, request, out)))?,
            _ => {
                let number = request.u32()?;
                let capacity = request.optional(Request::count)?;
                let bounds = Bounds::read(&mut request, scope)?;
                Watching::begin(self, number, opened, raw.clone(), &bounds, capacity, out)
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
    pub(super) fn scan_next(&self, handle: u32, source: &Source<'_>, out: &mut Response<'_>) -> Result<()> {
        let mark = out.mark();
        out.u32(0);
        let more = self.scans.with(handle, |scan| step(scan, source, out))??;
        out.set_u32(mark, u32::from(more));
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
    raw: &Raw,
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
    raw: &Raw,
    reader: &dyn Read,
    request: &mut Request<'_>,
    out: &mut Response<'_>,
) -> Result<()> {
    for _ in 0..request.count()? {
        let key = opened.key(request.bytes()?);
        out.make_room(0)?;
        let mark = out.mark();
        out.flag(false);
        let mut written = Ok(());
        reader.get(opened.table.partition(), &key, &mut |stored| {
            if !raw.hides(stored) {
                out.rewind(mark);
                out.flag(true);
                written =
                    out.make_room(stored.len()).and_then(|()| Ok(write_payload(raw, &key, stored, out)?));
            }
        })?;
        written?;
    }
    Ok(())
}

#[inline(never)]
fn count(raw: &Raw, reader: &dyn Read, bounds: &Bounds) -> keyloft::Result<u64> {
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
