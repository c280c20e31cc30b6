//! [`Handle`]: a store inside a transaction, or on a snapshot.

use core::marker::PhantomData;

/// A store as a snapshot sees it, or inside a transaction: [`EntityStore::at`](super::EntityStore::at) and
/// [`EntityStore::within`](super::EntityStore::within) make one.
///
/// Its calls are those of the store. What reads needs any [`Read`](crate::Read); what writes needs a
/// [`Transaction`](crate::Transaction), so that a write to a snapshot does not compile:
///
/// ```compile_fail
/// # use std::sync::Arc;
/// # use keyloft::{EntityStore, JobId, StorageBackend, SystemTableStore};
/// # let backend: Arc<dyn StorageBackend> = Arc::new(keyloft_memory::MemoryBackend::new());
/// let jobs = SystemTableStore::<JobId, u32>::new(backend.clone(), "jobs");
/// jobs.at(&backend.snapshot().unwrap()).put(&"1".into(), &1);
/// ```
pub struct Handle<'s, S: ?Sized, K, V, R> {
    pub(crate) store: &'s S,
    pub(crate) reader: R,
    types: PhantomData<fn() -> (K, V)>,
}

impl<'s, S: ?Sized, K, V, R> Handle<'s, S, K, V, R> {
    pub(crate) fn new(store: &'s S, reader: R) -> Self {
        Self { store, reader, types: PhantomData }
    }
}
