//! [`Event`]: one change to a watched query.

use super::changes::Watched;
use crate::error::Result;
use crate::key::StorageKey;
use crate::layers::{RawChange, RawEvent};
use crate::store::read::decode_key;
use crate::store::schema::Sight;

/// One change that [`Changes`](super::Changes) gives: the net effect of a commit on one entity, however often its
/// transaction wrote it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event<K, V> {
    /// An entity that the query did not have before.
    Inserted {
        /// The commit that it was part of. The numbers rise.
        commit: u64,
        /// The entity's key.
        key: K,
        /// The entity.
        new: V,
    },
    /// An entity with another value than before.
    Updated {
        /// The commit that it was part of.
        commit: u64,
        /// The entity's key.
        key: K,
        /// The entity before.
        old: V,
        /// The entity after.
        new: V,
    },
    /// An entity that the query does not have any more.
    Deleted {
        /// The commit that it was part of.
        commit: u64,
        /// The entity's key.
        key: K,
        /// The entity before.
        old: V,
    },
    /// A gap: changes were dropped here, because those before them were not taken in time. The known result of the query is
    /// out of date until a [`resync`](super::Changes::resync).
    Lagged {
        /// The number of dropped changes, those of hidden entities included.
        missed: u64,
    },
}

impl<K: StorageKey, V: 'static> Event<K, V> {
    /// Returns the event as the table's reads see it; `None` if they see no difference.
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
        // No commit tells that a row expires: it counts as existing until a commit deletes it.
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
