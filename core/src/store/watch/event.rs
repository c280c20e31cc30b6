//! [`Event`]: what a watched query is told.

use crate::error::Result;
use crate::key::StorageKey;
use crate::layers::{RawChange, RawEvent};
use crate::store::{Entity, EntityStore};
use crate::text;

/// What [`Changes`](super::Changes) gives: what a commit made of one entity, however often its transaction wrote it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event<K, V> {
    /// An entity came into sight.
    Inserted {
        /// Which commit it was part of: the numbers rise with every one that is told.
        commit: u64,
        /// Its key.
        key: K,
        /// The entity.
        new: V,
    },
    /// An entity is another one than before.
    Updated {
        /// Which commit it was part of.
        commit: u64,
        /// Its key.
        key: K,
        /// The entity before.
        old: V,
        /// The entity after.
        new: V,
    },
    /// An entity went out of sight.
    Deleted {
        /// Which commit it was part of.
        commit: u64,
        /// Its key.
        key: K,
        /// The entity before.
        old: V,
    },
    /// Changes were lost here, because those before them were not taken in time: what is known of the query is out of
    /// date until a [`resync`](super::Changes::resync).
    Lagged {
        /// How many they were, those of hidden entities included.
        missed: u64,
    },
}

impl<K: StorageKey, V: Entity> Event<K, V> {
    /// What the store's reads see of the event; `None` if they see no difference.
    pub(super) fn seen_by(store: &impl EntityStore<K, V>, event: RawEvent) -> Option<Result<Self>> {
        match event {
            RawEvent::Lagged { missed } => Some(Ok(Self::Lagged { missed })),
            RawEvent::Change(change) => Self::of_change(store, &change).transpose(),
        }
    }

    fn of_change(store: &impl EntityStore<K, V>, change: &RawChange) -> Result<Option<Self>> {
        let RawChange { commit, partition, key, old, new } = change;
        let commit = *commit;
        // What a clock hides goes out of sight without a commit: it counts as there until one removes it.
        let in_sight = |stored: &&[u8]| store.hidden().is_none_or(|hidden| !hidden.hides_always(stored));
        let (old, new) = (old.as_deref().filter(in_sight), new.as_deref().filter(in_sight));
        let decode = |stored: &[u8]| {
            store.deserialize(stored).map_err(|error| error.at(partition, key, text::of_key::<K>))
        };
        let (old, new) = (old.map(decode).transpose()?, new.map(decode).transpose()?);
        Ok(match (old, new) {
            (None, Some(new)) => Some(Self::Inserted { commit, key: K::decode(key)?, new }),
            (Some(old), Some(new)) => Some(Self::Updated { commit, key: K::decode(key)?, old, new }),
            (Some(old), None) => Some(Self::Deleted { commit, key: K::decode(key)?, old }),
            (None, None) => None,
        })
    }
}
