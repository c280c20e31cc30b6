//! [`TableWriter`]: a table inside a transaction.

use core::marker::PhantomData;

use super::{EntityRepair, EntityWriter, RawWriter, WriteAccess};
use crate::error::Result;
use crate::key::StorageKey;
use crate::store::access::Access;
use crate::store::read::EntityReader;

/// A table inside a transaction, for reading and writing, from
/// [`EntityStore::within`](crate::EntityStore::within).
pub struct TableWriter<'a, K, V> {
    raw: RawWriter<'a, V>,
    key: PhantomData<fn() -> K>,
}

impl<'a, K, V: 'static> TableWriter<'a, K, V> {
    pub(crate) fn new(raw: RawWriter<'a, V>) -> Self {
        Self { raw, key: PhantomData }
    }
}

impl<K: StorageKey, V: 'static> EntityReader<K, V> for TableWriter<'_, K, V> {
    fn access(&self) -> Access<'_, V> {
        self.raw.access()
    }
}

impl<K: StorageKey, V: 'static> EntityWriter<K, V> for &mut TableWriter<'_, K, V> {
    fn write_access(&mut self) -> WriteAccess<'_, V> {
        self.raw.write_access()
    }

    #[inline]
    fn write<T>(self, mut body: impl FnMut(&mut RawWriter<'_, V>) -> Result<T>) -> Result<T> {
        self.raw.layout.check_writable()?;
        self.raw.prepare()?;
        body(&mut self.raw)
    }
}

impl<K: StorageKey, V: 'static> EntityRepair<K, V> for &mut TableWriter<'_, K, V> {}
