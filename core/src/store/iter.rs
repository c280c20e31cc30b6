//! [`Iter`]: entities one by one.

use alloc::vec::{self, Vec};
use core::iter::FusedIterator;
use core::ops::ControlFlow;

use super::index::BoundIndex;
use super::reads::Found;
use super::{Entity, EntityStore, Handle, Query};
use crate::backend::{Partition, Read};
use crate::error::{Error, Result};
use crate::key::StorageKey;
use crate::text;

/// How many entries the first chunk of an iteration fetches, and how many a later one does at most: larger ones do not
/// stay in the processor's caches until they are handed on.
const FIRST_CHUNK: usize = 16;
const LARGEST_CHUNK: usize = 64;

/// The entities of a query, one by one: [`EntityStore::iter`] and [`EntityStore::iter_by`] make one.
///
/// It fetches them in chunks that grow, and holds one chunk at a time. An entity that can't be decoded is an `Err` in
/// its place, and the next ones follow; an error of the backend ends the iteration.
pub struct Iter<'s, S: ?Sized, K, V, R> {
    handle: Handle<'s, S, K, V, R>,
    scan: Scan<'s, V>,
    fetched: vec::IntoIter<Result<(K, V)>>,
    chunk: usize,
    done: bool,
}

/// A query over the entries of the entities' partition, or of an index's.
pub(super) struct Scan<'s, V> {
    /// Its bounds are an engine's, whatever the type of the keys.
    pub(super) query: Query<Vec<u8>>,
    pub(super) by: Option<&'s BoundIndex<V>>,
}

impl<'s, V: Entity> Scan<'s, V> {
    pub(super) fn of_entities<K: StorageKey>(query: Query<K>) -> Self {
        Self { query: query.map_span(|span| span), by: None }
    }

    /// The partition of the entries; `entities` is that of the entities.
    pub(super) fn partition<'p>(&self, entities: &'p Partition) -> &'p Partition
    where
        's: 'p,
    {
        self.by.map_or(entities, |index| &index.entries.partition)
    }

    /// Fetches from up to `max` entries and goes on after them; the key of the last one, and whether more may follow.
    /// The entities are fewer where index entries name hidden ones.
    pub(super) fn fetch<S, K>(
        &mut self,
        handle: &Handle<'_, S, K, V, &dyn Read>,
        max: usize,
        out: &mut Vec<Result<(K, V)>>,
    ) -> Result<(Vec<u8>, bool)>
    where
        S: EntityStore<K, V> + ?Sized,
        K: StorageKey,
    {
        let entities = handle.store.partition();
        let Query { span, direction, .. } = &self.query;
        let mut last = Vec::new();
        let mut left = max;
        let mut named: Vec<Result<(Vec<u8>, Vec<u8>)>> = Vec::new();
        let hidden = handle.store.hidden().filter(|_| self.by.is_none());
        handle.reader.scan(self.partition(entities), span.as_range(), *direction, &mut |entry, value| {
            if hidden.is_some_and(|hidden| hidden.hides(value)) {
                return ControlFlow::Continue(());
            }
            match self.by {
                None => out.push(K::decode(entry).and_then(|key| match handle.store.deserialize(value) {
                    Ok(entity) => Ok((key, entity)),
                    Err(error) => Err(error.at(entities, entry, text::of_key::<K>)),
                })),
                Some(BoundIndex { entries, .. }) => named.push(match entries.parse(entry, value) {
                    Ok((value, key)) => Ok((value.into_owned(), key.to_vec())),
                    Err(_) => Err(entries.malformed(entry)),
                }),
            }
            left = left.saturating_sub(1);
            if left == 0 {
                last.extend_from_slice(entry);
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        })?;
        if let Some(index) = self.by {
            fetch_indexed(handle, index, named, out)?;
        }
        let more = left == 0;
        if more {
            self.query.span.resume_after(&last, self.query.direction);
        }
        Ok((last, more))
    }
}

/// Fetches the entities that index entries name, in the entries' order: each has the value and the key of an entity.
fn fetch_indexed<S, K, V>(
    handle: &Handle<'_, S, K, V, &dyn Read>,
    index: &BoundIndex<V>,
    named: Vec<Result<(Vec<u8>, Vec<u8>)>>,
    out: &mut Vec<Result<(K, V)>>,
) -> Result<()>
where
    S: EntityStore<K, V> + ?Sized,
    K: StorageKey,
    V: Entity,
{
    let readable: Vec<&[u8]> =
        named.iter().filter_map(|named| Some(named.as_ref().ok()?.1.as_slice())).collect();
    let mut entities = handle.get_many_encoded(&readable)?.into_iter();
    for named in named {
        let entry = named.and_then(|(value, key)| {
            let found = entities.next().unwrap_or(Found::Missing);
            let Some(entity) = handle.indexed(index, &value, &key, found)? else { return Ok(None) };
            Ok(Some((K::decode(&key)?, entity)))
        });
        out.extend(entry.transpose());
    }
    Ok(())
}

impl<'s, S: ?Sized, K, V, R> Iter<'s, S, K, V, R> {
    pub(super) fn new(handle: Handle<'s, S, K, V, R>, scan: Scan<'s, V>) -> Self {
        Self { handle, scan, fetched: Vec::new().into_iter(), chunk: FIRST_CHUNK, done: false }
    }
}

impl<S, K, V, R> Iter<'_, S, K, V, R>
where
    S: EntityStore<K, V> + ?Sized,
    K: StorageKey,
    V: Entity,
    R: Read,
{
    fn fetch(&mut self) -> Result<(), Error> {
        let left = self.scan.query.limit.unwrap_or(usize::MAX);
        let max = self.chunk.min(left);
        if max == 0 {
            self.done = true;
            return Ok(());
        }
        let mut entries = Vec::with_capacity(max);
        let (_, more) = self.scan.fetch(&self.handle.erased(), max, &mut entries)?;
        self.scan.query.limit = self.scan.query.limit.map(|limit| limit - entries.len());
        self.chunk = (self.chunk * 4).min(LARGEST_CHUNK);
        self.done = !more;
        self.fetched = entries.into_iter();
        Ok(())
    }
}

impl<S, K, V, R> Iterator for Iter<'_, S, K, V, R>
where
    S: EntityStore<K, V> + ?Sized,
    K: StorageKey,
    V: Entity,
    R: Read,
{
    type Item = Result<(K, V)>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(entry) = self.fetched.next() {
                return Some(entry);
            }
            if self.done {
                return None;
            }
            if let Err(error) = self.fetch() {
                self.done = true;
                return Some(Err(error));
            }
        }
    }
}

impl<S, K, V, R> FusedIterator for Iter<'_, S, K, V, R>
where
    S: EntityStore<K, V> + ?Sized,
    K: StorageKey,
    V: Entity,
    R: Read,
{
}
