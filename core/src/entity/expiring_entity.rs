//! [`ExpiringEntity`]: an entity that describes its table and expires.

use alloc::sync::Arc;
use core::marker::PhantomData;

use serde::de::DeserializeOwned;

use super::{Expiring, Versioned};
use crate::backend::{Partition, StorageBackend};
use crate::clock::Clock;
use crate::error::DecodeReason;
use crate::key::StorageKey;
use crate::store::{IndexDefinition, Schema, Sight, Table, Visibility};
use crate::value::Envelope;

/// An entity that describes its table and expires.
///
/// `#[derive(Entity)]` implements it instead of [`TableEntity`](super::TableEntity) for an entity with a field
/// `#[expires]`. An entity has expired when the clock reaches its time. Reads don't see it from then on, and
/// [`evict_expired`](super::ExpiringWriter::evict_expired) frees its space.
///
/// ```
/// # #[cfg(feature = "derive")] {
/// use std::sync::{Arc, atomic::{AtomicI64, Ordering::Relaxed}};
/// use keyloft::prelude::*;
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Serialize, Deserialize, Entity)]
/// #[table(name = "sessions", key = String)]
/// struct Session {
///     #[expires]
///     expires_at: i64,
///     user: UserId,
/// }
///
/// let time = Arc::new(AtomicI64::new(0));
/// let clock = { let time = time.clone(); Arc::new(move || time.load(Relaxed)) };
/// let sessions = Session::table(Arc::new(keyloft_memory::MemoryBackend::new()), clock);
///
/// sessions.put(&"token".into(), &Session { expires_at: 5_000, user: "alice".into() })?;
/// time.store(4_999, Relaxed);
/// assert!(sessions.contains(&"token".into())?);
/// time.store(5_000, Relaxed);
/// assert!(!sessions.contains(&"token".into())?);
/// assert_eq!(sessions.evict_expired(5_000, usize::MAX)?, 1);
/// # }
/// # Ok::<(), keyloft::Error>(())
/// ```
pub trait ExpiringEntity: Versioned + Expiring {
    /// The type of the keys.
    type Key: StorageKey;

    /// The table's name: that of its partition, unless [`schema_in`](ExpiringEntity::schema_in) sets another one.
    const NAME: &'static str;

    /// Returns the table's definition in this partition, for several tables of one entity.
    fn schema_in(partition: impl Into<Partition>, clock: Arc<dyn Clock>) -> Schema<Self::Key, Self>;

    /// Returns the time of expiry of a stored entity of this version, as [`expires_at`](Expiring::expires_at) does.
    ///
    /// The derive decodes the field and those before it. So reads cost least if the field is the first one.
    ///
    /// # Errors
    ///
    /// The reason why the payload is not an entity.
    fn stored_expiry(payload: &[u8]) -> Result<Option<i64>, DecodeReason>;

    /// Returns the table's definition.
    fn schema(clock: Arc<dyn Clock>) -> Schema<Self::Key, Self> {
        Self::schema_in(Self::NAME, clock)
    }

    /// Returns the table in this backend.
    fn table(backend: Arc<dyn StorageBackend>, clock: Arc<dyn Clock>) -> Table<Self::Key, Self> {
        Table::with_schema(backend, Self::schema(clock))
    }
}

impl<K: StorageKey, V: ExpiringEntity> Schema<K, V> {
    /// Hides the entities that have expired at the clock's time, and adds the index by which they are evicted.
    #[must_use]
    pub fn expiring(self, clock: Arc<dyn Clock>) -> Self {
        let index = V::EXPIRES;
        let named = match IndexDefinition::<V>::fields(&index).first() {
            Some(field) => self.expires_by(field),
            None => self,
        };
        named.index(index).visibility(HideExpired::<V> { clock, entity: PhantomData })
    }
}

/// Hides entities whose expiry is not after the clock's time.
struct HideExpired<V> {
    clock: Arc<dyn Clock>,
    entity: PhantomData<fn() -> V>,
}

impl<V: ExpiringEntity> Visibility for HideExpired<V> {
    fn is_visible(&self, row: Envelope<'_>, sight: Sight) -> bool {
        // An entity that can't be decoded is visible, so that reads report it.
        let now = || sight.time.unwrap_or_else(|| self.clock.now());
        sight.expired || expiry::<V>(row).ok().flatten().is_none_or(|expires_at| expires_at > now())
    }

    fn clock(&self) -> Option<&dyn Clock> {
        Some(&*self.clock)
    }
}

fn expiry<V: ExpiringEntity>(row: Envelope<'_>) -> Result<Option<i64>, DecodeReason> {
    let Envelope { version, payload } = row;
    if version == V::VERSION {
        V::stored_expiry(payload)
    } else {
        V::upgrade(version, payload).map(|entity| entity.expires_at())
    }
}

/// Decodes the first fields of an entity, without the rest. They are nested pairs: `(first, (second, third))`.
///
/// The derive implements [`ExpiringEntity::stored_expiry`] with it.
///
/// # Errors
///
/// The reason why the payload is not an entity.
pub fn decode_head<T: DeserializeOwned>(payload: &[u8]) -> Result<T, DecodeReason> {
    postcard::take_from_bytes(payload).map(|(head, _)| head).map_err(DecodeReason::Postcard)
}
