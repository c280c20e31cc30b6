//! [`ReadView`] and [`WriteView`]: a table as a principal may use it.

use alloc::sync::Arc;
use core::marker::PhantomData;

use crate::backend::{StorageBackend, StorageBackendExt, Transaction};
use crate::error::Result;
use crate::key::StorageKey;
#[cfg(feature = "std")]
use crate::store::EntityWatch;
use crate::store::{Access, EntityReader, EntityWriter, RawWriter, TableWriter};

/// A table as a principal may read it. [`CrossUserTableStore::read_as`](super::CrossUserTableStore::read_as) makes one.
pub struct ReadView<'s, K, V> {
    access: Access<'s, V>,
    key: PhantomData<fn() -> K>,
}

/// A table as a principal may write it, and read it.
/// [`CrossUserTableStore::write_as`](super::CrossUserTableStore::write_as) makes one.
///
/// Each write is a transaction by itself. For several in one, see [`within`](WriteView::within).
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
        TableWriter::new(RawWriter::new(self.access, tx))
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

/// A write view is a reference itself: copying it is cheap.
impl<K: StorageKey, V: 'static> EntityWriter<K, V> for WriteView<'_, K, V> {
    fn write<T>(self, mut body: impl FnMut(&mut RawWriter<'_, V>) -> Result<T>) -> Result<T> {
        self.access.layout.check_writable()?;
        self.backend.transaction(|tx| body(&mut RawWriter::new(self.access, tx)))
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
