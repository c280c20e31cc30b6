//! [`Upkeep`]: what a change to an entity does to the indexes.

use alloc::borrow::{Cow, ToOwned};
use alloc::vec::Vec;

use super::index::BoundIndex;
use super::{Entity, EntityStore};
use crate::backend::{Partition, Read, Transaction, check_entry};
use crate::error::{Error, Result};
use crate::key::StorageKey;
use crate::text;

/// The index entries that a change removes and adds, checked before any is written.
pub(super) struct Upkeep<'a, V> {
    key: &'a [u8],
    steps: Vec<Step<'a, V>>,
}

/// The values of an index whose entries go and come.
struct Step<'a, V> {
    index: &'a BoundIndex<V>,
    remove: Option<Vec<u8>>,
    add: Option<Vec<u8>>,
}

impl<'a, V> Upkeep<'a, V> {
    /// # Errors
    ///
    /// [`Error::UniqueViolation`], [`Error::KeyTooLong`], or what the backend reports.
    pub(super) fn plan<S, K>(
        store: &'a S,
        reader: &impl Read,
        key: &'a [u8],
        old: Option<&V>,
        new: Option<&V>,
    ) -> Result<Self>
    where
        S: EntityStore<K, V> + ?Sized,
        K: StorageKey,
        V: Entity,
    {
        let indexes = store.schema().map_or(&[][..], |schema| schema.indexes());
        let mut steps = Vec::new();
        for index in indexes {
            let old = old.and_then(|entity| index.definition.value(entity));
            let new = new.and_then(|entity| index.definition.value(entity));
            if old == new {
                continue;
            }
            if let Some(value) = &new {
                admit::<K, V>(store.partition(), index, reader, value, key)?;
            }
            let remove = match old {
                Some(value) if holds(index, reader, &value, key)? => Some(value),
                _ => None,
            };
            steps.push(Step { index, remove, add: new });
        }
        Ok(Self { key, steps })
    }

    pub(super) fn carry_out(self, tx: &mut impl Transaction) -> Result<()> {
        for Step { index, remove, add } in self.steps {
            if let Some(value) = remove {
                let (entry, _) = index.entry(&value, self.key);
                tx.delete(&index.partition, &entry)?;
            }
            if let Some(value) = add {
                let (entry, stored) = index.entry(&value, self.key);
                tx.put(&index.partition, &entry, stored)?;
            }
        }
        Ok(())
    }
}

/// Whether the entry of the value is that of the entity of `key`: in a unique index that was never rebuilt it can be
/// another's, which stays.
fn holds<V>(index: &BoundIndex<V>, reader: &impl Read, value: &[u8], key: &[u8]) -> Result<bool> {
    let mut holds = true;
    if index.definition.is_unique() {
        reader.get(&index.partition, value, &mut |holder| holds = holder == key)?;
    }
    Ok(holds)
}

/// Whether the value may be added for the entity of `key`.
pub(super) fn admit<K: StorageKey, V>(
    table: &Partition,
    index: &BoundIndex<V>,
    reader: &impl Read,
    value: &[u8],
    key: &[u8],
) -> Result<()> {
    let (entry, stored): (Cow<'_, [u8]>, _) = index.entry(value, key);
    check_entry(&index.partition, &entry, stored)?;
    if !index.definition.is_unique() {
        return Ok(());
    }
    let mut holder = None;
    reader.get(&index.partition, value, &mut |holding| {
        if holding != key {
            holder = Some(text::of_key::<K>(holding));
        }
    })?;
    match holder {
        None => Ok(()),
        Some(holder) => Err(Error::UniqueViolation {
            partition: table.as_str().to_owned(),
            index: index.definition.name().to_owned(),
            value: text::in_brief(value),
            holder,
        }),
    }
}
