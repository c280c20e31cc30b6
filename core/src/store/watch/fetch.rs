//! The reads of a [`Window`](super::window::Window)'s rows.

use alloc::collections::BTreeMap;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::ops::ControlFlow;

use super::watched::Watched;
use super::window::{Bytes, Row, Rows};
use crate::backend::Read;
use crate::error::{Error, Result};
use crate::key::StorageKey;
use crate::layers::{RawChange, RawEvent};
use crate::store::Query;
use crate::store::index::Entries;
use crate::store::read::{Found, RawReader, decode_key, scan_entries};
use crate::store::schema::{Outline, Sight};

/// The first rows of a query.
pub(super) struct FirstRows<K, V> {
    /// The entities up to the limit.
    pub(super) entities: Vec<(K, V)>,
    pub(super) rows: Rows,
}

/// Takes a row and its entity, under its key.
type Take<'a, K, V> = dyn FnMut(&[u8], Result<(Row, (K, V))>) + 'a;

/// A row that a scan found, before its entity is decoded.
struct Hit {
    value: Vec<u8>,
    key: Bytes,
    /// The entity, or `None` if an index entry names one that does not exist.
    stored: Option<Bytes>,
}

impl<V: 'static> Watched<V> {
    /// Reads the first `size` rows, and the entities of the first `limit` of them. Rows that can't be decoded are not among
    /// them, but in `errors`.
    pub(super) fn first_rows<K: StorageKey>(
        &self,
        reads: &RawReader<'_, V>,
        size: usize,
        limit: usize,
        errors: &mut Vec<Error>,
    ) -> Result<FirstRows<K, V>> {
        let mut query = self.query.clone();
        let (mut entities, mut rows, mut more) = (Vec::new(), Vec::new(), true);
        while more && rows.len() < size {
            more = self.fetch(reads, &mut query, size - rows.len(), &mut |_, found| match found {
                Ok((row, entity)) => {
                    if rows.len() < limit {
                        entities.push(entity);
                    }
                    rows.push(Arc::new(row));
                }
                Err(error) => errors.push(error),
            })?;
        }
        Ok(FirstRows { entities, rows: (rows, more) })
    }

    /// Reads `max` rows after a row, as they were before the waiting events. `reads` are of the state after them.
    ///
    /// The cost depends on `max` and on the number of waiting events, but not on the size of the table.
    pub(super) fn rows_after<K: StorageKey>(
        &self,
        reads: &RawReader<'_, V>,
        waiting: &[RawEvent],
        after: &Row,
        max: usize,
        errors: &mut Vec<Error>,
    ) -> Result<Rows> {
        // The first waiting change of a key has its earlier value.
        let mut earlier: BTreeMap<&[u8], (&Bytes, Option<&Bytes>)> = BTreeMap::new();
        for event in waiting {
            if let RawEvent::Change(RawChange { key, old, .. }) = event {
                earlier.entry(key).or_insert((key, old.as_ref()));
            }
        }
        let mut query = self.query.clone();
        query.span.resume_after(&self.entry(after), query.direction);
        let (mut rows, mut more): (Vec<Arc<Row>>, bool) = (Vec::new(), true);
        while more && rows.len() < max {
            more = self.fetch::<K>(reads, &mut query, max - rows.len(), &mut |key, found| {
                if !earlier.contains_key(key) {
                    match found {
                        Ok((row, _)) => rows.push(Arc::new(row)),
                        Err(error) => errors.push(error),
                    }
                }
            })?;
        }
        for (key, stored) in earlier.into_values() {
            let Some(stored) = stored.filter(|stored| !self.layout.hides(stored, self.sight)) else {
                continue;
            };
            match self.rows::<K>(key, stored) {
                Ok(own) => {
                    for row in own.into_iter().filter(|row| row.order(after, query.direction).is_gt()) {
                        let (Ok(place) | Err(place)) =
                            rows.binary_search_by(|other| other.order(&row, query.direction));
                        rows.insert(place, Arc::new(row));
                    }
                }
                Err(error) => errors.push(error),
            }
        }
        more |= rows.len() > max;
        rows.truncate(max);
        Ok((rows, more))
    }

    /// Fetches at most `max` rows and moves the query past them. Passes each to `take`, with its key or with the key of an
    /// index entry that can't be parsed. Returns `true` if more rows may follow.
    fn fetch<K: StorageKey>(
        &self,
        reads: &RawReader<'_, V>,
        query: &mut Query<Vec<u8>>,
        max: usize,
        take: &mut Take<'_, K, V>,
    ) -> Result<bool> {
        if let Some(index) = &self.index {
            reads.require_built(index)?;
        }
        let entries = self.index.as_ref().map(|index| &index.entries);
        let (hits, more) = scan(reads.layout, entries, reads.scope, reads.sight, reads.reader, query, max)?;
        for hit in hits {
            let Hit { value, key, stored } = match hit {
                Ok(hit) => hit,
                Err((entry, error)) => {
                    take(&entry, Err(error));
                    continue;
                }
            };
            let entity = match (&self.index, &stored) {
                (None, Some(stored)) => self.layout.decode_at(&key, stored).map(Some),
                (None, None) => continue,
                (Some(index), stored) => {
                    let found = stored.as_ref().map_or(Found::Missing, |stored| reads.classify(&key, stored));
                    reads.resolve(index, &value, &key, found)
                }
            };
            let entity = entity.and_then(|entity| {
                let Some(entity) = entity else { return Ok(None) };
                Ok(Some((decode_key(&self.layout, self.scope.len(), &key)?, entity)))
            });
            match (entity.transpose(), stored) {
                (Some(Ok(entity)), Some(stored)) => {
                    let row = Row { value, key: Arc::clone(&key), stored };
                    take(&key, Ok((row, entity)));
                }
                (Some(Err(error)), _) => take(&key, Err(error)),
                _ => {}
            }
        }
        Ok(more)
    }
}

/// The rows that a scan found, with the errors of index entries, and `true` if more may follow.
type Hits = (Vec<Result<Hit, (Vec<u8>, Error)>>, bool);

/// Scans at most `max` entries of the table or of its index, and moves the query past them.
fn scan(
    outline: &Outline,
    index: Option<&Entries>,
    scope: &[u8],
    sight: Sight,
    reader: &dyn Read,
    query: &mut Query<Vec<u8>>,
    max: usize,
) -> Result<Hits> {
    let mut hits = Vec::new();
    let Some(index) = index else {
        reader.scan(&outline.partition, query.span.as_range(), query.direction, &mut |key, stored| {
            if !outline.hides(stored, sight) {
                hits.push(Ok(Hit { value: Vec::new(), key: key.into(), stored: Some(stored.into()) }));
            }
            if hits.len() < max { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        })?;
        if let Some(Ok(last)) = hits.last() {
            query.span.resume_after(&last.key, query.direction);
        }
        let more = hits.len() >= max;
        return Ok((hits, more));
    };
    let found = scan_entries(index, reader, query, max)?;
    let more = found.len() >= max;
    if let Some(last) = found.last() {
        query.span.resume_after(&last.entry, query.direction);
    }
    for entry in found {
        match entry.parsed {
            // A reader of one scope must not learn anything about another.
            Some((value, key)) if key.starts_with(scope) => {
                hits.push(Ok(Hit { value, key: key.into(), stored: None }));
            }
            None if scope.is_empty() => hits.push(Err((entry.entry.clone(), index.malformed(&entry.entry)))),
            _ => {}
        }
    }
    let keys: Vec<Bytes> = hits.iter().flatten().map(|hit| Arc::clone(&hit.key)).collect();
    let keys: Vec<&[u8]> = keys.iter().map(|key| &**key).collect();
    let mut places: Vec<&mut Hit> = hits.iter_mut().flatten().collect();
    reader.get_many(&outline.partition, &keys, &mut |place, stored| {
        if let Some(hit) = places.get_mut(place) {
            hit.stored = Some(stored.into());
        }
    })?;
    Ok((hits, more))
}
