//! Deletions by an index.

use alloc::vec::Vec;
use core::ops::ControlFlow;

use super::index::{BoundIndex, Entries, IndexOn};
use super::{Entity, EntityStore, Handle, Query};
use crate::backend::{Read, Transaction};
use crate::error::Result;
use crate::key::StorageKey;

/// How many index entries are looked at before what they name is deleted.
const CHUNK: usize = 512;

/// An index entry: its key, and the value and the entity's key that it has, if it has any.
pub(super) struct Named {
    pub(super) entry: Vec<u8>,
    pub(super) named: Option<(Vec<u8>, Vec<u8>)>,
}

impl<S, K, V, R> Handle<'_, S, K, V, R>
where
    S: EntityStore<K, V> + ?Sized,
    K: StorageKey,
    V: Entity,
    R: Transaction,
{
    /// As the store's [`delete_by`](EntityStore::delete_by).
    ///
    /// # Errors
    ///
    /// As the store's.
    pub fn delete_by<I: StorageKey>(
        &mut self,
        index: &impl IndexOn<V, I>,
        query: impl Into<Query<I>>,
    ) -> Result<u64> {
        let bound = self.bound(index)?;
        self.delete_named(bound, query.into().map_span(|span| bound.entries.of(span)))
    }

    /// Deletes what the entries name that the query has, in an index that may have entries by mistake.
    fn delete_named(&mut self, index: &BoundIndex<V>, mut query: Query<Vec<u8>>) -> Result<u64> {
        let max = query.limit.map_or(u64::MAX, |limit| u64::try_from(limit).unwrap_or(u64::MAX));
        let mut deleted = 0;
        while deleted < max {
            let chunk = usize::try_from(max - deleted).unwrap_or(CHUNK).min(CHUNK);
            let named = named(&index.entries, &self.reader, &query, chunk)?;
            let Some(last) = named.last() else { break };
            query.span.resume_after(&last.entry, query.direction);
            for Named { entry, named } in &named {
                if let Some((value, key)) = named
                    && let Some(old) = self.get_stored(key, true)?
                    && index.definition.has(&old, value)
                {
                    deleted += u64::from(self.delete_known(&K::decode(key)?, key, &old)?);
                } else {
                    self.reader.delete(&index.entries.partition, entry)?;
                }
            }
        }
        Ok(deleted)
    }
}

/// What the first entries of the query name, in an index.
pub(super) fn named(
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
