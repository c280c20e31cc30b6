//! Deletion by an index.

use alloc::sync::Arc;
use alloc::vec::Vec;

use super::RawWriter;
use crate::error::Result;
use crate::key::StorageKey;
use crate::store::Query;
use crate::store::index::{IndexOn, TableIndex};
use crate::store::read::{Chunk, IndexEntry, next_entries};

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
            for IndexEntry { entry, parsed } in entries.iter() {
                if let Some((value, key)) = parsed
                    && let Some(old) = self.reader().get_hidden_too(key)?
                    && index.definition.has(&old, value)
                {
                    deleted += u64::from(self.delete_known(key, &old)?);
                } else {
                    self.tx.delete(&index.entries.partition, entry)?;
                }
            }
            if entries.len() < chunk {
                break;
            }
        }
        Ok(deleted)
    }
}
