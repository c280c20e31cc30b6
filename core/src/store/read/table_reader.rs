//! [`TableReader`]: a table on a snapshot.

use alloc::sync::Arc;
use core::marker::PhantomData;

use super::EntityReader;
use crate::backend::Read;
use crate::key::StorageKey;
use crate::store::access::{Access, ReadSource};
use crate::store::schema::Layout;

/// The reads of a table on a snapshot or inside a transaction, from [`EntityReader::at`].
///
/// It has no writes, so a write to a snapshot does not compile:
///
/// ```compile_fail
/// # use std::sync::Arc;
/// # use keyloft::prelude::*;
/// # let backend: Arc<dyn StorageBackend> = Arc::new(keyloft_memory::MemoryBackend::new());
/// let jobs = Table::<JobId, u32>::new(backend.clone(), "jobs");
/// jobs.at(&backend.snapshot().unwrap()).put(&"1".into(), &1);
/// ```
pub struct TableReader<'a, K, V> {
    access: Access<'a, V>,
    key: PhantomData<fn() -> K>,
}

impl<'a, K, V> TableReader<'a, K, V> {
    pub(crate) fn new(layout: &'a Arc<Layout<V>>, reader: &'a dyn Read) -> Self {
        Self::with_access(Access::new(layout, ReadSource::Pinned(reader)))
    }

    pub(crate) fn with_access(access: Access<'a, V>) -> Self {
        Self { access, key: PhantomData }
    }
}

impl<K: StorageKey, V: 'static> EntityReader<K, V> for TableReader<'_, K, V> {
    fn access(&self) -> Access<'_, V> {
        self.access
    }
}

impl<K, V> Clone for TableReader<'_, K, V> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<K, V> Copy for TableReader<'_, K, V> {}
