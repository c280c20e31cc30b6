//! [`Scan`]: chunks of a query's result, by key or by an index.

use alloc::sync::Arc;
use alloc::vec::Vec;
use core::ops::{Bound, ControlFlow};

use super::raw::Found;
use super::{Iter, Query, RawReader, decode_key};
use crate::backend::{KeySpan, Partition, Read};
use crate::error::{Error, Result};
use crate::key::StorageKey;
use crate::store::access::{Access, Held, scoped_span};
use crate::store::index::{BoundIndex, Entries, IndexOn};
use crate::store::schema::Layout;

/// A query over the entries of a table's partition, or of an index's.
pub(super) struct Scan<V> {
    /// Its bounds are bytes of the partition that is scanned.
    pub(super) query: Query<Vec<u8>>,
    pub(super) by: Option<Arc<BoundIndex<V>>>,
}

/// An index entry: its key, and the value and the entity's key that it holds, if it holds any.
pub(crate) struct Named {
    pub(crate) entry: Vec<u8>,
    pub(crate) named: Option<(Vec<u8>, Vec<u8>)>,
}

impl<V: 'static> Scan<V> {
    pub(super) fn by_key<K: StorageKey>(access: Access<'_, V>, query: Query<K>) -> Self {
        Self { query: query.map_span(|span| scoped_span(access.scope, span)), by: None }
    }

    pub(super) fn by_index<I: StorageKey>(
        layout: &Layout<V>,
        index: &impl IndexOn<V, I>,
        query: Query<I>,
    ) -> Result<Self> {
        let index = Arc::clone(layout.bound(index)?);
        Ok(Self { query: query.map_span(|span| index.entries.of(span)), by: Some(index) })
    }

    /// Returns the partition that is scanned; `entities` is that of the table.
    pub(super) fn partition<'p>(&'p self, entities: &'p Partition) -> &'p Partition {
        self.by.as_ref().map_or(entities, |index| &index.entries.partition)
    }

    /// Fetches from up to `max` entries and goes on after them. Returns the key of the last one, and whether more may
    /// follow. The entities are fewer where index entries name hidden ones.
    pub(super) fn fetch<K: StorageKey>(
        &mut self,
        reads: &RawReader<'_, V>,
        max: usize,
        out: &mut Vec<Result<(K, V)>>,
    ) -> Result<(Vec<u8>, bool)> {
        let RawReader { layout, scope, sight, reader } = *reads;
        let Query { span, direction, .. } = &self.query;
        let mut last = Vec::new();
        let mut left = max;
        let mut named: Vec<Result<(Vec<u8>, Vec<u8>)>> = Vec::new();
        reader.scan(
            self.partition(&layout.partition),
            span.as_range(),
            *direction,
            &mut |entry, stored| {
                match &self.by {
                    None if layout.hides(stored, sight) => return ControlFlow::Continue(()),
                    None => out.push(
                        decode_key(layout, scope.len(), entry)
                            .and_then(|key| Ok((key, layout.decode_at(entry, stored)?))),
                    ),
                    Some(index) => match index.entries.parse(entry, stored) {
                        // Nothing of another scope is told, not even by a cursor.
                        Ok((_, key)) if !key.starts_with(scope) => return ControlFlow::Continue(()),
                        Ok((value, key)) => named.push(Ok((value.into_owned(), key.to_vec()))),
                        Err(_) if !scope.is_empty() => return ControlFlow::Continue(()),
                        Err(_) => named.push(Err(index.entries.malformed(entry))),
                    },
                }
                left = left.saturating_sub(1);
                if left == 0 {
                    last.extend_from_slice(entry);
                    ControlFlow::Break(())
                } else {
                    ControlFlow::Continue(())
                }
            },
        )?;
        if let Some(index) = &self.by {
            fetch_named(reads, index, named, out)?;
        }
        let more = left == 0;
        if more {
            self.query.span.resume_after(&last, self.query.direction);
        }
        Ok((last, more))
    }
}

/// Fetches the entities that index entries name, in the entries' order: each has the value and the key of an entity.
fn fetch_named<K: StorageKey, V: 'static>(
    reads: &RawReader<'_, V>,
    index: &BoundIndex<V>,
    named: Vec<Result<(Vec<u8>, Vec<u8>)>>,
    out: &mut Vec<Result<(K, V)>>,
) -> Result<()> {
    let readable: Vec<&[u8]> =
        named.iter().filter_map(|named| Some(named.as_ref().ok()?.1.as_slice())).collect();
    let mut entities = reads.lookup(&readable)?.into_iter();
    for named in named {
        let entry = named.and_then(|(value, key)| {
            let found = entities.next().unwrap_or(Found::Missing);
            let Some(entity) = reads.indexed(index, &value, &key, found)? else { return Ok(None) };
            Ok(Some((decode_key(reads.layout, reads.scope.len(), &key)?, entity)))
        });
        out.extend(entry.transpose());
    }
    Ok(())
}

impl<V: 'static> RawReader<'_, V> {
    /// Returns the entity that has the value in the unique index.
    pub(super) fn find<K: StorageKey>(&self, index: &BoundIndex<V>, value: &[u8]) -> Result<Option<(K, V)>> {
        let mut key = None;
        self.reader.get(&index.entries.partition, value, &mut |holder| key = Some(holder.to_vec()))?;
        let Some(key) = key.filter(|key| key.starts_with(self.scope)) else { return Ok(None) };
        let mut found = Found::Missing;
        self.reader.get(&self.layout.partition, &key, &mut |stored| found = self.found(&key, stored))?;
        match self.indexed(index, value, &key, found)? {
            Some(entity) => Ok(Some((decode_key(self.layout, self.scope.len(), &key)?, entity))),
            None => Ok(None),
        }
    }

    /// Returns the entities that have the value in the index.
    pub(super) fn find_all<K: StorageKey, I: StorageKey>(
        &self,
        access: Access<'_, V>,
        index: &impl IndexOn<V, I>,
        value: &[u8],
    ) -> Result<Vec<(K, V)>> {
        let range =
            KeySpan { lower: Bound::Included(value.to_vec()), upper: Bound::Included(value.to_vec()) };
        let scan = Scan::by_index(self.layout, index, Query::<I>::all().map_span(|_| range))?;
        Iter::new(access, Held::Lent(self.reader), scan).collect()
    }

    /// Returns the number of entities whose values in the index the query selects.
    pub(super) fn count_by<K: StorageKey>(&self, access: Access<'_, V>, scan: Scan<V>) -> Result<u64> {
        if self.layout.visibility.is_some() || !self.scope.is_empty() {
            let mut entries = Iter::<K, V>::new(access, Held::Lent(self.reader), scan);
            return entries.try_fold(0, |count, entry| entry.map(|_| count + 1));
        }
        let partition = scan.partition(&self.layout.partition);
        let count = self.reader.count(partition, scan.query.span.as_range())?;
        Ok(scan.query.capped(count))
    }

    /// Returns the keys that the index names in the query, those of hidden entities too.
    pub(crate) fn keys_by<K: StorageKey, I: StorageKey>(
        &self,
        index: &impl IndexOn<V, I>,
        query: Query<I>,
    ) -> Result<Vec<K>> {
        let entries = &self.layout.bound(index)?.entries;
        let query = query.map_span(|span| entries.of(span));
        let named = named(entries, self.reader, &query, query.limit.unwrap_or(usize::MAX))?;
        let key = |Named { entry, named }: &Named| match named {
            Some((_, key)) => K::decode(key).map_err(|_| entries.malformed(entry)),
            None => Err(entries.malformed(entry)),
        };
        named.iter().map(key).collect()
    }

    /// Checks the entity that an index entry for this value names: it must exist and have the value, but may be hidden.
    pub(super) fn indexed(
        &self,
        index: &BoundIndex<V>,
        value: &[u8],
        key: &[u8],
        found: Found<V>,
    ) -> Result<Option<V>> {
        let reason = match found {
            Found::Missing => "for this key, which does not exist",
            Found::Hidden => return Ok(None),
            Found::Entity(entity) => match entity? {
                entity if index.definition.has(&entity, value) => return Ok(Some(entity)),
                _ => "for this key, which has another value",
            },
        };
        Err(Error::IndexMismatch { place: self.layout.place(key), index: index.entries.name.clone(), reason })
    }
}

/// Returns what the first entries of the query name, in an index.
pub(crate) fn named(
    index: &Entries,
    reader: &dyn Read,
    query: &Query<Vec<u8>>,
    max: usize,
) -> Result<Vec<Named>> {
    let mut found = Vec::new();
    if max > 0 {
        reader.scan(&index.partition, query.span.as_range(), query.direction, &mut |entry, stored| {
            let named =
                index.parse(entry, stored).ok().map(|(value, key)| (value.into_owned(), key.to_vec()));
            found.push(Named { entry: entry.to_vec(), named });
            if found.len() < max { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        })?;
    }
    Ok(found)
}
