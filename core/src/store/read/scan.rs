//! [`Scan`]: chunks of a query's result, by key or by an index.

use alloc::sync::Arc;
use alloc::vec::Vec;
use core::ops::ControlFlow;

use super::index_entries::{Chunk, Hit, fetch_entries};
use super::{Query, RawReader};
use crate::backend::{SOME_KEYS, scan_on};
use crate::error::Result;
use crate::key::StorageKey;
use crate::store::access::{Access, scoped_span};
use crate::store::index::{IndexOn, TableIndex};
use crate::store::schema::Layout;

/// A scan of a table's partition or of an index's partition, which fetches the entities in chunks.
pub(crate) struct Scan<V> {
    /// The query over the keys of the scanned partition, with the rest of its limit.
    pub(crate) query: Query<Vec<u8>>,
    /// The scanned index, or `None` for a scan by key.
    pub(crate) index: Option<Arc<TableIndex<V>>>,
    /// `true` if the query is the rest of an earlier fetch in the same state of the database.
    pub(crate) is_anchored: bool,
}

/// Takes a fetched entity, or the reason why it can't be read.
pub(crate) type Take<'t, V> = dyn FnMut(Hit<'_>, Result<V>) + 't;

impl<V> Clone for Scan<V> {
    fn clone(&self) -> Self {
        Self { query: self.query.clone(), index: self.index.clone(), is_anchored: self.is_anchored }
    }
}

impl<V: 'static> Scan<V> {
    pub(crate) fn by_key<K: StorageKey>(access: Access<'_, V>, query: Query<K>) -> Self {
        Self {
            query: query.map_span(|span| scoped_span(access.scope, span)),
            index: None,
            is_anchored: false,
        }
    }

    pub(crate) fn by_index<I: StorageKey>(
        layout: &Layout<V>,
        index: &impl IndexOn<V, I>,
        query: Query<I>,
    ) -> Result<Self> {
        let index = Arc::clone(layout.find_index(index)?);
        Ok(Self {
            query: query.map_span(|span| index.entries.span_of(span)),
            index: Some(index),
            is_anchored: false,
        })
    }

    /// Fetches the entities of the next `max` entries, but of no more than the query's limit, and moves the scan past them.
    /// Returns `true` if more entries may follow.
    ///
    /// An index entry of a hidden entity counts as one of the `max`, but fetches nothing.
    pub(crate) fn fetch(
        &mut self,
        reads: &RawReader<'_, V>,
        max: usize,
        take: &mut Take<'_, V>,
    ) -> Result<bool> {
        let max = self.query.limit.map_or(max, |limit| limit.min(max));
        if max == 0 {
            return Ok(false);
        }
        let RawReader { layout, scope, sight, reader, .. } = *reads;
        let mut taken = 0_usize;
        let more = if let Some(index) = &self.index {
            reads.require_built(index)?;
            let table = &layout.partition;
            let chunk = Chunk { max, is_anchored: self.is_anchored };
            fetch_entries(&index.entries, table, scope, reader, &mut self.query, chunk, &mut |hit| {
                if let Some(entity) = reads.resolve(index, hit).transpose() {
                    taken += 1;
                    take(hit, entity);
                }
            })?
        } else {
            let Query { span, direction, .. } = &mut self.query;
            scan_on::<SOME_KEYS>(
                reader,
                &layout.partition,
                span,
                *direction,
                self.is_anchored,
                |key, stored| {
                    let Some(entity) = layout.decode_seen_at(key, stored, sight).transpose() else {
                        return ControlFlow::Continue(());
                    };
                    taken += 1;
                    take(Hit::of_table(key, stored), entity);
                    if taken < max { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
                },
            )?
        };
        self.query.limit = self.query.limit.map(|limit| limit.saturating_sub(taken));
        Ok(more && self.query.limit != Some(0))
    }
}
