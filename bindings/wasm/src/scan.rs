//! [`Scan`]: the entities of a query, in chunks.

use std::ops::ControlFlow;
use std::rc::Rc;
use std::sync::Arc;

use keyloft::Cursor;
use keyloft::backend::{Read, Snapshot};

use crate::failure::Result;
use crate::key_order::KeyOrder;
use crate::query::Bounds;
use crate::table::{Doc, NamedIndex, OpenTable};
use crate::wire::Response;

/// The number of entities in the first chunk and, at most, in a later one, and the bytes after which a chunk ends. The bytes
/// of a chunk by an index are known only when it is read, so it has fewer entities.
const FIRST_CHUNK: usize = 16;
const FIRST_CHUNK_BY_INDEX: usize = 4;
const LARGEST_CHUNK_BY_INDEX: usize = 256;
const LARGEST_CHUNK: usize = 1024;
const CHUNK_BYTES: usize = 64 << 10;

/// The entities of a query, in chunks that grow.
pub(crate) struct Scan {
    opened: Rc<OpenTable>,
    with_tombstones: bool,
    /// The snapshot that is read; `None` for the transaction in which the scan was begun.
    snapshot: Option<Arc<dyn Snapshot>>,
    query: Bounds,
    /// The part of the query that is not read yet.
    remaining: Bounds,
    /// `true` if the last chunk ended at a key that is still there.
    is_anchored: bool,
    /// The indexes whose values follow each entity.
    valued: Vec<NamedIndex>,
    /// The index, if the scan is by one, and the end of the last chunk.
    by: Option<(NamedIndex, Option<Cursor>)>,
    chunk: usize,
}

impl Scan {
    pub(crate) fn new(
        opened: Rc<OpenTable>,
        with_tombstones: bool,
        snapshot: Option<Arc<dyn Snapshot>>,
        query: Bounds,
        by: Option<NamedIndex>,
        valued: Vec<NamedIndex>,
    ) -> Self {
        let chunk = if by.is_some() { FIRST_CHUNK_BY_INDEX } else { FIRST_CHUNK };
        let by = by.map(|index| (index, None));
        let remaining = query.clone();
        Self { opened, with_tombstones, snapshot, query, remaining, is_anchored: false, valued, by, chunk }
    }

    pub(crate) fn snapshot(&self) -> Option<&Arc<dyn Snapshot>> {
        self.snapshot.as_ref()
    }

    /// Continues at this key, or after it in the scan's direction, with this limit.
    pub(crate) fn seek(&mut self, key: &[u8], limit: Option<usize>) {
        let key = self.opened.key(key);
        self.remaining = self.query.clone();
        self.is_anchored = false;
        if self.remaining.contains(&key) {
            self.remaining.resume_at(&key);
            self.remaining.limit = limit;
        } else {
            self.remaining.limit = Some(0);
        }
        self.chunk = FIRST_CHUNK;
    }

    /// Writes the next chunk: the number of entities, and the key and the payload of each. Returns whether more may follow.
    pub(crate) fn next(&mut self, reader: &dyn Read, out: &mut Response<'_>) -> Result<bool> {
        let max = self.remaining.limit.map_or(self.chunk, |limit| limit.min(self.chunk));
        let start = out.position();
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
        self.chunk = self.next_chunk(entities, out.position() - start);
        if let Some(limit) = &mut self.remaining.limit {
            *limit -= entities;
        }
        out.set_u32(start, u32::try_from(entities).unwrap_or(u32::MAX));
        Ok(more && self.remaining.limit != Some(0))
    }

    /// Returns the number of entities for the chunk after one of this many entities and bytes.
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
        let start = out.position();
        let OpenTable { table: whole, scope, .. } = &*self.opened;
        let mut entities = 0;
        let mut is_full = false;
        let table = whole.encoded(self.with_tombstones);
        let (mut order, query) = KeyOrder::new(table.partition(), &self.remaining, max, self.is_anchored);
        table.visit(reader, query, &mut |entity| {
            let key = entity.key_bytes();
            if !order.take(key)? {
                return Ok(ControlFlow::Continue(()));
            }
            out.bytes(key.get(scope.len()..).unwrap_or_default());
            let payload = table.payload_of(key, entity.envelope()?)?;
            out.bytes(payload);
            whole.write_values(&self.valued, key, payload, out)?;
            entities += 1;
            is_full = entities == max || out.position() - start >= CHUNK_BYTES;
            Ok(if is_full { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
        })?;
        if let Some(last) = order.end()? {
            self.remaining.resume_after(last);
            // In a transaction, the key may be deleted before the next chunk.
            self.is_anchored = self.snapshot.is_some();
        }
        Ok((entities, is_full))
    }

    fn next_by_index(
        &self,
        reader: &dyn Read,
        index: &NamedIndex,
        cursor: Option<&Cursor>,
        max: usize,
        out: &mut Response<'_>,
    ) -> Result<(usize, Option<Cursor>)> {
        let table = self.opened.table.encoded(self.with_tombstones);
        let page = table.page(reader, Some(index), self.remaining.unlimited(), max, cursor, false)?;
        let scope = self.opened.scope.len();
        let entities = page.entries.len();
        // Each entity is freed when it is written: there may not be room for all of them twice.
        for (key, doc) in page.entries {
            out.bytes(key.get(scope..).unwrap_or_default());
            out.bytes(doc.payload());
            self.opened.table.write_values(&self.valued, &key, doc.payload(), out)?;
        }
        Ok((entities, page.next))
    }
}

/// Writes the number of the entities, and their keys and payloads.
pub(crate) fn write_all(scope: usize, entries: &[(Vec<u8>, Doc)], out: &mut Response<'_>) {
    out.u32(u32::try_from(entries.len()).unwrap_or(u32::MAX));
    write_entries(scope, entries, out);
}

/// Writes the key and the payload of each entity.
fn write_entries(scope: usize, entries: &[(Vec<u8>, Doc)], out: &mut Response<'_>) {
    for (key, doc) in entries {
        out.bytes(key.get(scope..).unwrap_or_default());
        out.bytes(doc.payload());
    }
}
