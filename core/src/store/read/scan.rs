//! [`Scan`]: chunks of a query's result, by key or by an index.

use alloc::sync::Arc;
use alloc::vec::Vec;
use core::ops::ControlFlow;

use super::raw::Found;
use super::{Query, RawReader, decode_key};
use crate::backend::Partition;
use crate::error::Result;
use crate::key::StorageKey;
use crate::store::access::{Access, scoped_span};
use crate::store::index::{IndexOn, TableIndex};
use crate::store::schema::Layout;

/// A scan of a table's partition or of an index's partition, which fetches the entities in chunks.
pub(crate) struct Scan<V> {
    /// The query over the keys of the scanned partition.
    pub(crate) query: Query<Vec<u8>>,
    /// The scanned index, or `None` for a scan by key.
    pub(crate) index: Option<Arc<TableIndex<V>>>,
}

impl<V: 'static> Scan<V> {
    pub(crate) fn by_key<K: StorageKey>(access: Access<'_, V>, query: Query<K>) -> Self {
        Self { query: query.map_span(|span| scoped_span(access.scope, span)), index: None }
    }

    pub(crate) fn by_index<I: StorageKey>(
        layout: &Layout<V>,
        index: &impl IndexOn<V, I>,
        query: Query<I>,
    ) -> Result<Self> {
        let index = Arc::clone(layout.find_index(index)?);
        Ok(Self { query: query.map_span(|span| index.entries.span_of(span)), index: Some(index) })
    }

    /// Returns the scanned partition: the index's, or `entities`, which is the table's.
    pub(super) fn partition<'p>(&'p self, entities: &'p Partition) -> &'p Partition {
        self.index.as_ref().map_or(entities, |index| &index.entries.partition)
    }

    /// Fetches the entities of the next `max` entries and moves the scan past them.
    ///
    /// Returns the key of the last entry, and `true` if more entries may follow. An index entry of a hidden entity counts
    /// as one of the `max`, but fetches nothing. `failed` gets the encoded key of each error in `out`, in their order.
    pub(crate) fn fetch<K: StorageKey>(
        &mut self,
        reads: &RawReader<'_, V>,
        max: usize,
        out: &mut Vec<Result<(K, V)>>,
        failed: &mut Vec<Vec<u8>>,
    ) -> Result<(Vec<u8>, bool)> {
        if let Some(index) = &self.index {
            reads.require_built(index)?;
        }
        let RawReader { layout, scope, sight, reader, .. } = *reads;
        let Query { span, direction, .. } = &self.query;
        let mut last = Vec::new();
        let mut remaining = max;
        let mut hits: Vec<Hit> = Vec::new();
        reader.scan(
            self.partition(&layout.partition),
            span.as_range(),
            *direction,
            &mut |entry, stored| {
                match &self.index {
                    None if layout.hides(stored, sight) => return ControlFlow::Continue(()),
                    None => {
                        let decoded = decode_key(layout, scope.len(), entry)
                            .and_then(|key| Ok((key, layout.decode_at(entry, stored)?)));
                        if decoded.is_err() {
                            failed.push(entry.to_vec());
                        }
                        out.push(decoded);
                    }
                    Some(index) => match index.entries.parse(entry, stored) {
                        // A reader of one scope must not learn anything about another, not even through a cursor.
                        Ok((_, key)) if !key.starts_with(scope) => return ControlFlow::Continue(()),
                        Ok((value, key)) => hits.push(Ok((value.into_owned(), key.to_vec()))),
                        Err(_) if !scope.is_empty() => return ControlFlow::Continue(()),
                        Err(_) => hits.push(Err(entry.to_vec())),
                    },
                }
                remaining = remaining.saturating_sub(1);
                if remaining == 0 {
                    last.extend_from_slice(entry);
                    ControlFlow::Break(())
                } else {
                    ControlFlow::Continue(())
                }
            },
        )?;
        // One batch after the scan: a backend can answer it faster than a read for each entry.
        if let Some(index) = &self.index {
            fetch_hits(reads, index, hits, out, failed)?;
        }
        let more = remaining == 0;
        if more {
            self.query.span.resume_after(&last, self.query.direction);
        }
        Ok((last, more))
    }
}

/// The indexed value and the entity's key of an index entry, or an entry that can't be parsed.
type Hit = Result<(Vec<u8>, Vec<u8>), Vec<u8>>;

/// Fetches the entities of the index entries that a scan found, in the order of the entries.
fn fetch_hits<K: StorageKey, V: 'static>(
    reads: &RawReader<'_, V>,
    index: &TableIndex<V>,
    hits: Vec<Hit>,
    out: &mut Vec<Result<(K, V)>>,
    failed: &mut Vec<Vec<u8>>,
) -> Result<()> {
    let keys: Vec<&[u8]> = hits.iter().filter_map(|hit| Some(hit.as_ref().ok()?.1.as_slice())).collect();
    let mut entities = reads.lookup(&keys)?.into_iter();
    for hit in hits {
        let (value, key) = match hit {
            Ok(parsed) => parsed,
            Err(entry) => {
                out.push(Err(index.entries.malformed(&entry)));
                failed.push(entry);
                continue;
            }
        };
        let found = entities.next().unwrap_or(Found::Missing);
        let entry = reads.resolve(index, &value, &key, found).and_then(|entity| {
            let Some(entity) = entity else { return Ok(None) };
            Ok(Some((decode_key(reads.layout, reads.scope.len(), &key)?, entity)))
        });
        if entry.is_err() {
            failed.push(key);
        }
        out.extend(entry.transpose());
    }
    Ok(())
}
