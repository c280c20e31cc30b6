//! Deletion by an index.

use alloc::sync::Arc;
use alloc::vec::Vec;

use super::RawWriter;
use super::batch::earlier_places;
use crate::backend::Write;
use crate::error::Result;
use crate::key::StorageKey;
use crate::store::Query;
use crate::store::index::{IndexOn, TableIndex};
use crate::store::read::{Chunk, IndexEntries, IndexEntry, next_entries};

/// The number of index entries that are read before their entities are deleted. A transaction can't write during a
/// scan.
const CHUNK: usize = 512;

impl<V: 'static> RawWriter<'_, V> {
    /// Deletes the entities whose values in the index the query selects, up to its limit.
    ///
    /// If the entity of an index entry does not exist or has another value, the entry is deleted, and is not counted.
    pub(super) fn delete_by<I: StorageKey>(
        &mut self,
        index: &impl IndexOn<V, I>,
        query: Query<I>,
    ) -> Result<u64> {
        let index = Arc::clone(self.layout.find_index(index)?);
        self.reader().require_built(&index)?;
        let entries = query.map_span(|span| index.entries.span_of(span));
        self.delete_named(&index, entries)
    }

    fn delete_named(&mut self, index: &TableIndex<V>, mut query: Query<Vec<u8>>) -> Result<u64> {
        let max = query.limit.map_or(u64::MAX, |limit| u64::try_from(limit).unwrap_or(u64::MAX));
        let mut deleted = 0;
        while deleted < max {
            let chunk = usize::try_from(max - deleted).unwrap_or(CHUNK).min(CHUNK);
            // The deletions change the state.
            let next = Chunk { max: chunk, is_anchored: false };
            let entries = next_entries(&index.entries, self.scope, &*self.tx, &mut query, next)?;
            deleted += if self.layout.guard.is_some() {
                self.delete_each(index, &entries)?
            } else {
                self.delete_together(index, &entries)?
            };
            if entries.len() < chunk {
                break;
            }
        }
        Ok(deleted)
    }

    /// Deletes the entities of these entries one after the other: the guard reads the database as the deletions before its own
    /// have left it.
    fn delete_each(&mut self, index: &TableIndex<V>, entries: &IndexEntries) -> Result<u64> {
        let mut deleted = 0;
        for IndexEntry { entry, parsed } in entries.iter() {
            if let Some((value, key)) = parsed
                && let Some(old) = self.reader().get_hidden_too(key)?
                && index.definition.has(&old, value)
            {
                self.delete_known(key, &old)?;
                deleted += 1;
            } else {
                self.tx.delete(&index.entries.partition, entry)?;
            }
        }
        Ok(deleted)
    }

    fn delete_together(&mut self, index: &TableIndex<V>, entries: &IndexEntries) -> Result<u64> {
        let keys: Vec<&[u8]> = entries.iter().filter_map(|entry| Some(entry.parsed?.1)).collect();
        let mut of_keys = self.reader().get_many_hidden_too(&keys)?;
        let mut old = of_keys.iter_mut();
        let (mut keys, mut entities, mut dangling) = (Vec::new(), Vec::new(), Vec::new());
        for IndexEntry { entry, parsed } in entries.iter() {
            if let Some((value, key)) = parsed
                && let Some(old) = old.next().and_then(Option::take)
                && index.definition.has(&old, value)
            {
                keys.push(key);
                entities.push(old);
            } else {
                dangling.push(Write::delete(&index.entries.partition, entry));
            }
        }
        // An entity with several of the values is deleted once.
        let earlier = earlier_places(&keys);
        let mut existing: Vec<(&[u8], &V)> = Vec::with_capacity(keys.len());
        for (place, (key, old)) in keys.iter().zip(&entities).enumerate() {
            if earlier.get(place).copied().flatten().is_none() {
                existing.push((key, old));
            }
        }
        self.delete_existing(&existing, &dangling)
    }
}
