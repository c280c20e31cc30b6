//! Deletion by an index.

use alloc::sync::Arc;
use alloc::vec::Vec;
use core::iter;

use super::RawWriter;
use super::batch::Deletion;
use crate::backend::Write;
use crate::error::Result;
use crate::key::StorageKey;
use crate::store::Query;
use crate::store::index::{IndexOn, TableIndex};
use crate::store::read::{Chunk, Copies, IndexEntries, IndexEntry, next_entries};
use crate::store::repeats::earlier_places;

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
        let layout = self.layout;
        let copies = Copies::read(&*self.tx, &layout.partition, &keys)?;
        let earlier = earlier_places(&keys);
        let mut is_deleted = Vec::new();
        is_deleted.resize(keys.len(), false);
        let mut deletion = Deletion::default();
        let mut next = 0;
        for IndexEntry { entry, parsed } in entries.iter() {
            let Some((value, key)) = parsed else {
                deletion.dangling.push(Write::delete(&index.entries.partition, entry));
                continue;
            };
            let place = next;
            next += 1;
            // An entity with several of the values is deleted once, with all its entries.
            let before = iter::successors(Some(place), |place| earlier.get(*place).copied().flatten());
            if before.skip(1).any(|before| is_deleted.get(before) == Some(&true)) {
                continue;
            }
            if let Some(stored) = copies.get(place)
                && let old = layout.decode_at(key, stored)?
                && index.definition.has(&old, value)
            {
                deletion.add(layout, self.index_states(), key, &old);
                if let Some(is_deleted) = is_deleted.get_mut(place) {
                    *is_deleted = true;
                }
            } else {
                deletion.dangling.push(Write::delete(&index.entries.partition, entry));
            }
        }
        deletion.write(self)
    }
}
