//! [`ReadView`] and [`WriteView`]: a principal's access to a table.

use alloc::sync::Arc;
use core::marker::PhantomData;

use crate::backend::{StorageBackend, Transaction};
use crate::key::StorageKey;
#[cfg(feature = "std")]
use crate::store::EntityWatch;
use crate::store::{Access, EntityReader, EntityWriter, RawWriter, TableRef, TableWriter, WriteAccess};

/// A principal's read access to a table, from
/// [`CrossUserTableStore::read_as`](super::CrossUserTableStore::read_as).
pub struct ReadView<'s, K, V> {
    access: Access<'s, V>,
    key: PhantomData<fn() -> K>,
}

/// A principal's read and write access to a table, from
/// [`CrossUserTableStore::write_as`](super::CrossUserTableStore::write_as).
///
/// Each write is a separate transaction. For several writes in one transaction, see [`within`](WriteView::within).
pub struct WriteView<'s, K, V> {
    access: Access<'s, V>,
    backend: &'s Arc<dyn StorageBackend>,
    key: PhantomData<fn() -> K>,
}

impl<'s, K, V> ReadView<'s, K, V> {
    pub(super) fn new(access: Access<'s, V>) -> Self {
        Self { access, key: PhantomData }
    }
}

impl<'s, K, V: 'static> WriteView<'s, K, V> {
    pub(super) fn new(access: Access<'s, V>, backend: &'s Arc<dyn StorageBackend>) -> Self {
        Self { access, backend, key: PhantomData }
    }

    /// Returns the table inside a transaction.
    pub fn within<'a>(&self, tx: &'a mut dyn Transaction) -> TableWriter<'a, K, V>
    where
        's: 'a,
    {
        TableWriter::new(RawWriter::new(TableRef::within(self.access, tx), tx))
    }
}

impl<K: StorageKey, V: 'static> EntityReader<K, V> for ReadView<'_, K, V> {
    fn access(&self) -> Access<'_, V> {
        self.access
    }
}

impl<K: StorageKey, V: 'static> EntityReader<K, V> for WriteView<'_, K, V> {
    fn access(&self) -> Access<'_, V> {
        self.access
    }
}

/// The view itself implements the trait, not a reference to it, because it is `Copy`.
impl<K: StorageKey, V: 'static> EntityWriter<K, V> for WriteView<'_, K, V> {
    fn write_access(&mut self) -> WriteAccess<'_, V> {
        WriteAccess::one_shot(self.access, self.backend)
    }
}

#[cfg(feature = "std")]
impl<K: StorageKey, V: 'static> EntityWatch<K, V> for ReadView<'_, K, V> {}

#[cfg(feature = "std")]
impl<K: StorageKey, V: 'static> EntityWatch<K, V> for WriteView<'_, K, V> {}

impl<K, V> Clone for ReadView<'_, K, V> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<K, V> Copy for ReadView<'_, K, V> {}

impl<K, V> Clone for WriteView<'_, K, V> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<K, V> Copy for WriteView<'_, K, V> {}
