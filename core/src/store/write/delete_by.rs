//! Deletions by an index.

use alloc::sync::Arc;
use alloc::vec::Vec;

use super::RawWriter;
use crate::error::Result;
use crate::key::StorageKey;
use crate::store::Query;
use crate::store::index::IndexOn;
use crate::store::read::{Named, named};

/// The number of index entries that are read before the entities that they name are deleted.
const CHUNK: usize = 512;

impl<V: 'static> RawWriter<'_, V> {
    /// Deletes the entities that the index names in the query, up to its limit.
    ///
    /// An entry that names nothing, or an entity with another value, is itself deleted.
    pub(super) fn delete_by<I: StorageKey>(
        &mut self,
        index: &impl IndexOn<V, I>,
        query: Query<I>,
    ) -> Result<u64> {
        let index = Arc::clone(self.layout.bound(index)?);
        let mut query = query.map_span::<Vec<u8>>(|span| index.entries.of(span));
        let max = query.limit.map_or(u64::MAX, |limit| u64::try_from(limit).unwrap_or(u64::MAX));
        let mut deleted = 0;
        while deleted < max {
            let chunk = usize::try_from(max - deleted).unwrap_or(CHUNK).min(CHUNK);
            let entries = named(&index.entries, &*self.tx, &query, chunk)?;
            let Some(last) = entries.last() else { break };
            query.span.resume_after(&last.entry, query.direction);
            for Named { entry, named } in &entries {
                match named {
                    Some((_, key)) if !key.starts_with(self.scope) => {}
                    None if !self.scope.is_empty() => {}
                    Some((value, key)) => match self.reader().get_hidden_too(key)? {
                        Some(old) if index.definition.has(&old, value) => {
                            deleted += u64::from(self.delete_known(key, &old)?);
                        }
                        _ => drop(self.tx.delete(&index.entries.partition, entry)?),
                    },
                    None => drop(self.tx.delete(&index.entries.partition, entry)?),
                }
            }
        }
        Ok(deleted)
    }
}
