//! [`EntityWriter`]: all writes of a table.

use alloc::vec::Vec;

use super::raw::BUFFER;
use super::{RawWriter, WriteAccess};
use crate::error::{Error, ErrorKind, Result};
use crate::key::{Prefix, StorageKey};
use crate::store::access::scoped_key;
use crate::store::index::IndexOn;
use crate::store::{EntityReader, EntityStore, Query};

/// The writes of a table. A store, a transaction and a principal's view have them all.
///
/// Each write of a store is a separate transaction. [`EntityStore::within`] offers the same writes inside one transaction.
///
/// Besides the errors that its documentation lists, every write returns [`ErrorKind::DefinitionMismatch`] if the table is defined
/// otherwise in the [catalog](crate::catalog), and writes nothing.
///
/// The methods take `self` because references implement the trait. `&store` can be shared by threads. `&mut writer` of a
/// [`TableWriter`](super::TableWriter) is exclusive, so that no write happens while a scan of the transaction lends bytes.
/// A call looks the same on both.
///
/// ```
/// use keyloft::prelude::*;
///
/// /// Works on a store and inside a transaction alike.
/// fn welcome(greetings: impl EntityWriter<UserId, String>, user: &UserId) -> Result<()> {
///     greetings.put(user, &format!("hello, {user}"))
/// }
///
/// # let backend: std::sync::Arc<dyn StorageBackend> = std::sync::Arc::new(keyloft_memory::MemoryBackend::new());
/// let greetings = Table::<UserId, String>::new(backend.clone(), "greetings");
/// welcome(&greetings, &"ada".into())?;
/// backend.transaction(|tx| welcome(&mut greetings.within(tx), &"bob".into()))?;
/// assert_eq!(greetings.count()?, 2);
/// # Ok::<(), keyloft::Error>(())
/// ```
///
/// A call consumes the `impl EntityWriter`, so such a function writes once. A function with several writes takes a
/// [`&mut TableWriter`](super::TableWriter) and runs inside a transaction.
pub trait EntityWriter<K: StorageKey, V: 'static>: EntityReader<K, V> + Sized {
    /// Returns the table and the destination of its writes.
    fn write_access(&mut self) -> WriteAccess<'_, V>;

    /// Runs `body` with the writes of the table, in a new transaction or in the open one.
    ///
    /// The other writes are built on it. A new transaction may run `body` several times.
    #[doc(hidden)]
    #[inline]
    fn write<T>(mut self, body: impl FnMut(&mut RawWriter<'_, V>) -> Result<T>) -> Result<T> {
        self.write_access().run(body)
    }

    /// Stores the entity under the key, and replaces an existing one.
    ///
    /// If the schema has no indexes, no [guard](crate::Schema::guard) and no [completion](crate::Schema::complete), the
    /// old entity is not decoded. It is replaced even if it can't be decoded or has a newer version.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::UniqueViolation`], or an error of the schema's guard or of the backend. After an error nothing was
    /// written, unless the backend failed to [commit](crate::StorageBackend::transact).
    #[inline]
    fn put(mut self, key: &K, entity: &V) -> Result<()> {
        let WriteAccess { table, target } = self.write_access();
        table.layout.check_writable()?;
        let mut buffer = Vec::with_capacity(BUFFER);
        target.transact(&mut |tx| {
            let mut writer = RawWriter::new(table, tx);
            writer.prepare()?;
            writer.put(&scoped_key(table.scope, key), entity, &mut buffer)
        })
    }

    /// Stores all of these entities in their order, or none.
    ///
    /// A unique value must be free when its entity is stored, so two entities of the list can't swap values. Inside a
    /// transaction, return its error from the body, because entities before the refused one may have been stored.
    ///
    /// A table without a [guard](crate::Schema::guard) and a [completion](crate::Schema::complete) hands a thousand entities at
    /// a time to the engine: their old values are read together, and so are the holders of their unique values.
    ///
    /// # Errors
    ///
    /// The errors of [`put`](EntityWriter::put).
    fn put_many(self, entries: &[(K, V)]) -> Result<()> {
        self.write(|writer| writer.put_many(entries))
    }

    /// Stores the entity under a key that does not exist yet.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::AlreadyExists`], or the errors of [`put`](EntityWriter::put).
    fn insert(self, key: &K, entity: &V) -> Result<()> {
        self.write(|writer| writer.insert(&writer.key(key), entity))
    }

    /// Reads the entity, changes it and stores it, in one transaction. Returns the changed entity.
    ///
    /// `change` may run more than once: see [`transact`](crate::StorageBackend::transact).
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`], the error of `change`, or the errors of [`put`](EntityWriter::put).
    fn update(self, key: &K, mut change: impl FnMut(&mut V) -> Result<()>) -> Result<V> {
        self.write(|writer| writer.update(&writer.key(key), &mut change))
    }

    /// Updates the entity with a function that has another error type.
    ///
    /// ```
    /// use keyloft::prelude::*;
    ///
    /// #[derive(Debug)]
    /// enum Refused {
    ///     Overdrawn,
    ///     Storage(Error),
    /// }
    ///
    /// impl From<Error> for Refused {
    ///     fn from(error: Error) -> Self {
    ///         Self::Storage(error)
    ///     }
    /// }
    ///
    /// # let backend = std::sync::Arc::new(keyloft_memory::MemoryBackend::new());
    /// let balances = Table::<UserId, u32>::new(backend, "balances");
    /// balances.put(&"ada".into(), &5)?;
    /// let withdraw = |balance: &mut u32| {
    ///     *balance = balance.checked_sub(7).ok_or(Refused::Overdrawn)?;
    ///     Ok(())
    /// };
    /// assert!(matches!(balances.try_update(&"ada".into(), withdraw), Err(Refused::Overdrawn)));
    /// assert_eq!(balances.get(&"ada".into())?, Some(5));
    /// # Ok::<(), Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// The error of `change`, or the errors of [`update`](EntityWriter::update).
    fn try_update<E: From<Error>>(
        self,
        key: &K,
        mut change: impl FnMut(&mut V) -> Result<(), E>,
    ) -> Result<V, E> {
        let mut refused = None;
        let updated = self.update(key, |entity| {
            // The error of a run that was repeated is not the error of this one.
            refused = None;
            change(entity).map_err(|error| {
                refused = Some(error);
                Error::from(ErrorKind::Aborted)
            })
        });
        match (updated, refused) {
            (Err(aborted), Some(error)) if matches!(aborted.kind(), ErrorKind::Aborted) => Err(error),
            (updated, _) => Ok(updated?),
        }
    }

    /// Deletes the entity. Returns `true` if it existed, even if it was hidden.
    ///
    /// # Errors
    ///
    /// The errors of the schema's guard and of the backend. If the schema has indexes, a guard or a completion, also
    /// [`ErrorKind::Decode`] and [`ErrorKind::NewerVersion`].
    fn delete(self, key: &K) -> Result<bool> {
        self.write(|writer| writer.delete(&writer.key(key)))
    }

    /// Deletes the entities under these keys. Returns the number of those that existed.
    ///
    /// # Errors
    ///
    /// The errors of [`delete`](EntityWriter::delete).
    fn delete_many(self, keys: &[K]) -> Result<u64> {
        self.write(|writer| writer.delete_many(keys))
    }

    /// Deletes every entity whose key has the prefix, including hidden ones. Returns their number.
    ///
    /// # Errors
    ///
    /// The errors of [`delete`](EntityWriter::delete).
    fn delete_prefix(self, prefix: &Prefix<K>) -> Result<u64> {
        self.delete_in(prefix)
    }

    /// Deletes the entities whose keys the query selects, up to its limit. Returns their number. Hidden entities are
    /// included.
    ///
    /// ```
    /// # use std::sync::Arc;
    /// use keyloft::prelude::*;
    ///
    /// # let backend = Arc::new(keyloft_memory::MemoryBackend::new());
    /// let readings = Table::<(String, i64), u32>::new(backend, "readings");
    /// let key = |at| ("d1".to_owned(), at);
    /// readings.put_many(&[(key(1), 20), (key(2), 21), (key(3), 22), (("d2".to_owned(), 1), 23)])?;
    /// assert_eq!(readings.delete_in(key(2)..key(4))?, 2);
    /// assert_eq!(readings.delete_in(Query::all().reverse().limit(1))?, 1);
    /// assert_eq!(readings.scan_all()?, [(key(1), 20)]);
    /// # Ok::<(), keyloft::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// The errors of [`delete`](EntityWriter::delete).
    fn delete_in(self, query: impl Into<Query<K>>) -> Result<u64> {
        let query = query.into().map_span(|span| span);
        self.write(|writer| writer.delete_in(query.clone()))
    }

    /// Deletes every entity, including hidden ones. Returns their number.
    ///
    /// # Errors
    ///
    /// The errors of [`delete`](EntityWriter::delete).
    fn delete_all(self) -> Result<u64> {
        self.delete_in(..)
    }

    /// Deletes the entities whose values in the index the query selects, up to its limit. Returns their number. Hidden
    /// entities are included.
    ///
    /// Its cost depends on the number of deleted entities, not on the size of the table.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use keyloft::prelude::*;
    ///
    /// const DUE: Index<i64, i64> = Index::new("due", |due| Some(*due));
    ///
    /// # let backend = Arc::new(keyloft_memory::MemoryBackend::new());
    /// let alarms = Table::<JobId, i64>::with_schema(backend, Schema::new("alarms").index(DUE));
    /// alarms.put_many(&[("tea".into(), 30), ("cake".into(), 10), ("nap".into(), 20)])?;
    /// assert_eq!(alarms.delete_by(&DUE, ..=20)?, 2);
    /// assert_eq!(alarms.scan_all()?, [("tea".into(), 30)]);
    /// # Ok::<(), keyloft::Error>(())
    /// ```
    ///
    /// If the entity of an index entry has another value, the entry is deleted and the entity stays.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::UnknownIndex`] if the schema does not have the index, or the errors of [`delete`](EntityWriter::delete).
    fn delete_by<I: StorageKey>(self, index: &impl IndexOn<V, I>, query: impl Into<Query<I>>) -> Result<u64> {
        let query = query.into();
        self.write(|writer| writer.delete_by(index, query.clone()))
    }
}

impl<K: StorageKey, V: 'static, S: EntityStore<K, V> + ?Sized> EntityWriter<K, V> for &S {
    #[inline]
    fn write_access(&mut self) -> WriteAccess<'_, V> {
        WriteAccess::one_shot((**self).access(), (**self).backend())
    }
}
