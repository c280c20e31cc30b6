//! [`Scan`]: a query's entities, in chunks.

use std::ops::ControlFlow;
use std::rc::Rc;
use std::sync::Arc;

use keyloft::{Cursor, EntityStore, Read, Snapshot};

use crate::failure::Result;
use crate::query::Bounds;
use crate::raw::{NamedIndex, Payload, Raw};
use crate::table::Opened;
use crate::wire::Response;

/// How many entities the first chunk has, how many a later one at most, and how many bytes make it end before. By an index, what
/// a chunk takes is known only when it is there.
const FIRST_CHUNK: usize = 16;
const FIRST_CHUNK_BY_INDEX: usize = 4;
const LARGEST_CHUNK_BY_INDEX: usize = 256;
const LARGEST_CHUNK: usize = 1024;
const CHUNK_BYTES: usize = 64 << 10;

/// A query's entities, in chunks that grow.
pub(crate) struct Scan {
    opened: Rc<Opened>,
    raw: Raw,
    /// What it reads; `None`, the transaction it was begun in.
    snapshot: Option<Arc<dyn Snapshot>>,
    /// The query as it was given, and what is left of it.
    whole: Bounds,
    left: Bounds,
    by: Option<(NamedIndex, Option<Cursor>)>,
    chunk: usize,
}

impl Scan {
    pub(crate) fn new(
        opened: Rc<Opened>,
        raw: Raw,
        snapshot: Option<Arc<dyn Snapshot>>,
        bounds: Bounds,
        by: Option<NamedIndex>,
    ) -> Self {
        let chunk = if by.is_some() { FIRST_CHUNK_BY_INDEX } else { FIRST_CHUNK };
        let by = by.map(|index| (index, None));
        Self { opened, raw, snapshot, whole: bounds.clone(), left: bounds, by, chunk }
    }

    pub(crate) fn snapshot(&self) -> Option<&Arc<dyn Snapshot>> {
        self.snapshot.as_ref()
    }

    /// Goes on at this key, or after it in the scan's direction, with so many entities left.
    pub(crate) fn seek(&mut self, key: &[u8], limit: Option<usize>) {
        let key = self.opened.key(key);
        self.left = self.whole.clone();
        if self.left.contains(&key) {
            self.left.resume_at(&key);
            self.left.limit = limit;
        } else {
            self.left.limit = Some(0);
        }
        self.chunk = FIRST_CHUNK;
    }

    /// Writes the next chunk: how many entities, then each one's key and payload; whether more may follow.
    pub(crate) fn next(&mut self, reader: &dyn Read, out: &mut Response<'_>) -> Result<bool> {
        let max = self.left.limit.map_or(self.chunk, |limit| limit.min(self.chunk));
        let mark = out.mark();
        out.u32(0);
        let (entities, more) = match &self.by {
            None if max == 0 => (0, false),
            None => self.next_by_key(reader, max, out)?,
            Some((index, cursor)) => {
                let next = self.next_by_index(reader, index, cursor.as_ref(), max, out)?;
                let more = next.1.is_some();
                if let Some((_, cursor)) = &mut self.by {
                    *cursor = next.1;
                }
                (next.0, more)
            }
        };
        self.chunk = self.next_chunk(entities, out.mark() - mark);
        if let Some(limit) = &mut self.left.limit {
            *limit -= entities;
        }
        out.set_u32(mark, u32::try_from(entities).unwrap_or(u32::MAX));
        Ok(more && self.left.limit != Some(0))
    }

    /// How many entities the next chunk has, after one of so many in so many bytes.
    fn next_chunk(&self, entities: usize, bytes: usize) -> usize {
        let largest = if self.by.is_some() { LARGEST_CHUNK_BY_INDEX } else { LARGEST_CHUNK };
        let fitting = entities.saturating_mul(CHUNK_BYTES) / bytes.max(1);
        (self.chunk * 4).min(largest).min(fitting.max(1))
    }

    fn next_by_key(
        &mut self,
        reader: &dyn Read,
        max: usize,
        out: &mut Response<'_>,
    ) -> Result<(usize, bool)> {
        let start = out.mark();
        let scope = self.opened.scope.len();
        let mut entities = 0;
        let mut last = None;
        self.raw.at(reader).visit(self.left.query_of(Some(max)), |entry| {
            write_entry(&self.raw, scope, entry.key_bytes(), entry.value_bytes(), out)?;
            entities += 1;
            if entities == max || out.mark() - start >= CHUNK_BYTES {
                last = Some(entry.key_bytes().to_vec());
                return Ok(ControlFlow::Break(()));
            }
            Ok(ControlFlow::Continue(()))
        })?;
        if let Some(last) = &last {
            self.left.resume_after(last);
        }
        Ok((entities, last.is_some()))
    }

    fn next_by_index(
        &self,
        reader: &dyn Read,
        index: &NamedIndex,
        cursor: Option<&Cursor>,
        max: usize,
        out: &mut Response<'_>,
    ) -> Result<(usize, Option<Cursor>)> {
        let page = self.raw.at(reader).page_by(index, self.left.unlimited(), max, cursor)?;
        write_entries(self.opened.scope.len(), &page.entries, out);
        Ok((page.entries.len(), page.next))
    }
}

/// Writes entities, each as its key and its payload.
pub(crate) fn write_entries(scope: usize, entries: &[(Vec<u8>, Payload)], out: &mut Response<'_>) {
    for (key, Payload(payload)) in entries {
        out.bytes(key.get(scope..).unwrap_or_default());
        out.bytes(payload);
    }
}

/// Writes a stored entity as its key and its payload.
pub(crate) fn write_entry(
    raw: &Raw,
    scope: usize,
    key: &[u8],
    stored: &[u8],
    out: &mut Response<'_>,
) -> keyloft::Result<()> {
    out.bytes(key.get(scope..).unwrap_or_default());
    write_payload(raw, key, stored, out)
}

/// Writes a stored entity's payload.
pub(crate) fn write_payload(
    raw: &Raw,
    key: &[u8],
    stored: &[u8],
    out: &mut Response<'_>,
) -> keyloft::Result<()> {
    let mark = out.mark();
    out.u32(0);
    raw.append(key, stored, out.buffer())?;
    let len = out.mark() - mark - 4;
    out.set_u32(mark, u32::try_from(len).unwrap_or(u32::MAX));
    Ok(())
}
