//! The rebuilding of a table's indexes.

use super::clear::clear_indexes;
use super::upkeep::{Place, admit};
use super::verify::Indexed;
use super::{Entity, EntityStore, Handle};
use crate::backend::{KeySpan, Transaction};
use crate::error::Result;
use crate::key::StorageKey;
use crate::text;

impl<S, K, V, R> Handle<'_, S, K, V, R>
where
    S: EntityStore<K, V> + ?Sized,
    K: StorageKey,
    V: Entity,
    R: Transaction,
{
    /// As the store's [`reindex`](EntityStore::reindex). After an error the indexes are half built: return it from the
    /// transaction's body.
    ///
    /// # Errors
    ///
    /// As the store's.
    pub fn reindex(&mut self) -> Result<u64> {
        clear_indexes(&mut self.reader, self.store.partition())?;
        let mut span = KeySpan::ALL;
        let mut entries = 0;
        while let Some(chunk) = self.next_indexed(&mut span)? {
            for Indexed { key, values } in chunk {
                for (index, value) in self.indexes().iter().zip(values?) {
                    let Some(value) = value else { continue };
                    let place = Place { table: self.store.partition(), key: &key, shown: text::of_key::<K> };
                    admit(index, &self.reader, &value, place)?;
                    let (entry, stored) = index.entries.entry(&value, &key);
                    self.reader.put(&index.entries.partition, &entry, stored)?;
                    entries += 1;
                }
            }
        }
        Ok(entries)
    }
}
