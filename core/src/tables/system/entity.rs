//! [`SystemEntity`]: an entity that declares its table.

use alloc::sync::Arc;
use alloc::vec::Vec;

use super::SystemTableStore;
use super::declare::{Declare, schema_of};
use crate::backend::{Partition, StorageBackend};
use crate::error::{DecodeReason, Result};
use crate::key::StorageKey;
use crate::maybe_send::{MaybeSend, MaybeSync};
use crate::shape::HasShape;
use crate::store::{Entity, Schema};
use crate::stored::{Field, Stored};

/// An entity of a system table, which declares the table's key, partition, indexes and rules.
///
/// A [`SystemTableStore`] is built from this declaration only, so no store lacks the rules. The system's entities alone
/// implement it, so no other type can claim a partition of theirs.
pub trait SystemEntity: Entity + Sealed {
    /// The key of the table.
    type Key: StorageKey;

    /// The partition of the system table.
    const PARTITION: &'static str;

    /// Returns the schema of a table of such entities in this partition, with the indexes and rules.
    fn schema_in(partition: Partition) -> Schema<Self::Key, Self> {
        schema_of::<Self, Self, _>(partition, itself)
    }

    /// Creates the store of the system table in this backend.
    fn store(backend: Arc<dyn StorageBackend>) -> SystemTableStore<Self::Key, Self> {
        SystemTableStore::new(backend, Self::PARTITION)
    }

    /// Returns the schema of the system table, for a transaction or a snapshot without a store.
    fn schema() -> Schema<Self::Key, Self> {
        Self::schema_in(Partition::from(Self::PARTITION))
    }

    /// Returns the schema of the system table with byte keys and with the entity type `W`, as [`erase`](Schema::erase) does
    /// it. A program that has no schema of `Self` besides is smaller.
    ///
    /// ```
    /// use keyloft::prelude::*;
    /// use keyloft::tables::system::{Namespace, SystemEntity, User};
    ///
    /// enum Entity {
    ///     User(User),
    ///     Other,
    /// }
    ///
    /// impl From<User> for Entity {
    ///     fn from(user: User) -> Self {
    ///         Self::User(user)
    ///     }
    /// }
    ///
    /// let users: Schema<Vec<u8>, Entity> = User::erased_schema(|entity: &Entity| match entity {
    ///     Entity::User(user) => Some(user),
    ///     Entity::Other => None,
    /// });
    /// # let backend = keyloft_memory::MemoryBackend::new();
    /// let alice = Entity::User(User::new("1", "alice", Role::User, 1_000));
    /// backend.transaction(|tx| {
    ///     users.within(tx).insert(&b"1".to_vec(), &alice)?;
    ///     let taken = users.within(tx).insert(&b"2".to_vec(), &alice).unwrap_err();
    ///     assert_eq!(taken.code(), "UniqueViolation");
    ///     let foreign = users.within(tx).insert(&b"3".to_vec(), &Entity::Other).unwrap_err();
    ///     assert_eq!(foreign.code(), "Encode");
    ///     Ok(())
    /// })?;
    /// # Ok::<(), keyloft::Error>(())
    /// ```
    fn erased_schema<W: From<Self> + 'static>(
        entity: impl Fn(&W) -> Option<&Self> + Copy + MaybeSend + MaybeSync + 'static,
    ) -> Schema<Vec<u8>, W> {
        schema_of::<Self, W, _>(Partition::from(Self::PARTITION), entity).with_byte_keys()
    }

    /// Reads a payload, the stored entity without its [envelope](crate::value), into any type that contains the entity.
    ///
    /// ```
    /// use keyloft::tables::system::{Namespace, SystemEntity};
    ///
    /// let app = Namespace::new("app", 1_000);
    /// assert_eq!(Namespace::from_payload::<Namespace>(&app.to_payload()).unwrap(), app);
    /// ```
    ///
    /// # Errors
    ///
    /// The reason, if the bytes are no entity.
    fn from_payload<W: From<Self>>(payload: &[u8]) -> Result<W, DecodeReason> {
        Stored::whole(payload, |stored| W::from(Self::load(stored)))
    }

    /// Returns the payload: the form that is stored in an [envelope](crate::value). It is the one of postcard.
    fn to_payload(&self) -> Vec<u8> {
        let mut payload = Vec::new();
        Field::store(self, &mut payload);
        payload
    }
}

#[allow(clippy::unnecessary_wraps)] // it is a view of the entity
fn itself<V>(entity: &V) -> Option<&V> {
    Some(entity)
}

/// The declaration, which also keeps other crates from implementing [`SystemEntity`].
pub trait Sealed: Field + HasShape + 'static {
    /// Declares the indexes and the rules of the table.
    fn declare(_: &mut impl Declare<Self>)
    where
        Self: Sized,
    {
    }
}
