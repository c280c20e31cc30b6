//! [`Event`]: one change to a watched query.

use super::changes::Watched;
use crate::error::Result;
use crate::key::StorageKey;
use crate::layers::{RawChange, RawEvent};
use crate::store::read::decode_key;
use crate::store::schema::Sight;

/// The net effect of one commit on one entity, from [`Changes`](super::Changes).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event<K, V> {
    /// An entity that enters the query's result.
    Inserted {
        /// The number of the commit. Later commits have higher numbers.
        commit: u64,
        /// The entity's key.
        key: K,
        /// The entity.
        new: V,
    },
    /// An entity that stays in the query's result with another value.
    Updated {
        /// The number of the commit.
        commit: u64,
        /// The entity's key.
        key: K,
        /// The entity before the commit.
        old: V,
        /// The entity after the commit.
        new: V,
    },
    /// An entity that leaves the query's result.
    Deleted {
        /// The number of the commit.
        commit: u64,
        /// The entity's key.
        key: K,
        /// The entity before the commit.
        old: V,
    },
    /// A gap, where changes were dropped because the queue was full. The known result of the query is out of date until a
    /// [`resync`](super::Changes::resync).
    Lagged {
        /// The number of dropped changes, including those to hidden entities.
        missed: u64,
    },
}

impl<K: StorageKey, V: 'static> Event<K, V> {
    /// Returns the event as the table's reads see it, or `None` if they see no change.
    pub(super) fn visible_in(table: &Watched<V>, event: RawEvent) -> Option<Result<Self>> {
        match event {
            RawEvent::Lagged { missed } => Some(Ok(Self::Lagged { missed })),
            RawEvent::Change(change) => Self::of_change(table, &change).transpose(),
        }
    }

    fn of_change(table: &Watched<V>, change: &RawChange) -> Result<Option<Self>> {
        let RawChange { commit, key, old, new, .. } = change;
        let layout = &table.layout;
        let commit = *commit;
        // Expiry is not a commit, so the subscriber still has an expired row. If it were hidden here, its deletion
        // would be no event, and the subscriber would keep the row for ever.
        let sight = Sight { expired: true, ..table.sight };
        let is_visible = |stored: &&[u8]| !layout.hides(stored, sight);
        let (old, new) = (old.as_deref().filter(is_visible), new.as_deref().filter(is_visible));
        let decode = |stored: &[u8]| layout.decode_at(key, stored);
        let (old, new) = (old.map(decode).transpose()?, new.map(decode).transpose()?);
        let key = || decode_key(layout, table.scope.len(), key);
        Ok(match (old, new) {
            (None, Some(new)) => Some(Self::Inserted { commit, key: key()?, new }),
            (Some(old), Some(new)) => Some(Self::Updated { commit, key: key()?, old, new }),
            (Some(old), None) => Some(Self::Deleted { commit, key: key()?, old }),
            (None, None) => None,
        })
    }
}
