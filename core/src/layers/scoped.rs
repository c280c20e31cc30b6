//! [`Scoped`]: a named part of a backend that works like a whole one.

use alloc::sync::{Arc, Weak};
use alloc::vec::Vec;

use crate::backend::{
    __write_batch, BackendId, CATALOG, CatalogStamp, Notify, Partition, Read, Scope, Snapshot,
    StorageBackend, Transaction, TransactionBody, Write, check_entry,
};
use crate::error::{ErrorKind, Place, Result};
use crate::{delegate_reads, delegate_writes};

/// A layer that confines all access to a named scope of the backend, for example the data of one tenant.
///
/// Writes go to partitions of the scope, and reads see these partitions only. The documentation of [`Partition`] has
/// the table of stored names.
///
/// The name may be any text that leaves room for the names of partitions. Scopes with different names, such as `a` and
/// `a/b`, are disjoint. Scopes can be nested.
///
/// ```
/// use std::sync::Arc;
/// use keyloft::layers::Scoped;
/// use keyloft::prelude::*;
/// use keyloft_memory::MemoryBackend;
///
/// let backend: Arc<dyn StorageBackend> = Arc::new(MemoryBackend::new());
/// let jobs_of = |tenant: &str| {
///     Table::<JobId, u32>::new(Arc::new(Scoped::new(backend.clone(), tenant)), "jobs")
/// };
/// jobs_of("acme").put(&"1".into(), &1)?;
/// assert_eq!((jobs_of("acme").count()?, jobs_of("zenith").count()?), (1, 0));
/// # Ok::<(), keyloft::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Scoped<B> {
    /// A backend, a snapshot or a transaction. The mapping of names is the same for all three.
    inner: B,
    scope: Scope,
}

impl<B: StorageBackend> Scoped<B> {
    /// Returns the scope `name` of the backend `inner`.
    pub fn new(inner: B, name: &str) -> Self {
        Self::of(inner, Scope::new(name))
    }

    pub(super) fn of(inner: B, scope: Scope) -> Self {
        Self { inner, scope }
    }

    /// Returns the scope inside an open transaction of the backend, which can then write tables in the scope and outside.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use keyloft::layers::Scoped;
    /// use keyloft::prelude::*;
    ///
    /// # let backend: Arc<dyn StorageBackend> = Arc::new(keyloft_memory::MemoryBackend::new());
    /// let acme = Arc::new(Scoped::new(backend.clone(), "acme"));
    /// let jobs = Table::<JobId, u32>::new(acme.clone(), "jobs");
    /// let totals = Table::<String, u32>::new(backend.clone(), "totals");
    /// backend.transaction(|tx| {
    ///     jobs.within(&mut acme.within(tx)?).put(&"1".into(), &7)?;
    ///     totals.within(tx).put(&"acme".into(), &7)
    /// })?;
    /// assert_eq!((jobs.count()?, totals.count()?), (1, 1));
    /// # Ok::<(), keyloft::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::OtherBackend`] if the transaction is of another backend, or of this one through other layers.
    pub fn within<'a>(&self, tx: &'a mut dyn Transaction) -> Result<Scoped<&'a mut dyn Transaction>> {
        let ids = self.inner.backend_id().zip(tx.backend_id());
        if ids.is_some_and(|(own, other)| own != other) {
            // The scope is known by its partitions.
            let place = Place::of(&self.scope.full(&Partition::from(CATALOG)));
            return Err(ErrorKind::OtherBackend { place }.into());
        }
        Ok(Scoped { inner: tx, scope: self.scope.clone() })
    }
}

impl<R: Read> Read for Scoped<R> {
    delegate_reads!(
        self => self.inner,
        |partition| &self.scope.full(partition);
        get, scan, get_many, get_batch, contains, count, read_time
    );

    fn partitions(&self) -> Result<Vec<Partition>> {
        let full = self.inner.partitions()?;
        let mut local: Vec<_> = full.iter().filter_map(|partition| self.scope.local(partition)).collect();
        // The order of local names differs from that of full names, where all indexes (`#@scope/…`) come first.
        local.sort_unstable();
        Ok(local)
    }

    fn catalog_stamp(&self) -> Option<CatalogStamp> {
        self.inner.catalog_stamp().map(|stamp| self.scope.stamp(stamp))
    }

    fn backend_id(&self) -> Option<BackendId> {
        self.inner.backend_id().map(|id| self.scope.id(id))
    }
}

impl Snapshot for Scoped<Arc<dyn Snapshot>> {}

impl Transaction for Scoped<&mut dyn Transaction> {
    delegate_writes!(
        self => self.inner,
        |partition| &self.scope.full(partition);
        delete, delete_many, delete_range, on_commit
    );

    fn put(&mut self, partition: &Partition, key: &[u8], value: &[u8]) -> Result<()> {
        // The backend can't refuse an empty local name, because the full name is not empty.
        check_entry(partition, key, value)?;
        self.inner.put(&self.scope.full(partition), key, value)
    }

    fn write_batch(&mut self, writes: &[Write<'_>]) -> Result<()> {
        for write in writes {
            if let Some(value) = write.value {
                check_entry(write.partition, write.key, value)?;
            }
        }
        let Self { inner, scope } = self;
        __write_batch(&mut **inner, writes, &|partition| scope.full(partition))
    }
}

impl<B: StorageBackend> StorageBackend for Scoped<B> {
    fn snapshot(&self) -> Result<Arc<dyn Snapshot>> {
        Ok(Arc::new(Scoped { inner: self.inner.snapshot()?, scope: self.scope.clone() }))
    }

    fn transact(&self, body: &mut TransactionBody<'_>) -> Result<()> {
        self.inner.transact(&mut |tx| body(&mut Scoped { inner: tx, scope: self.scope.clone() }))
    }

    fn commits_in_order(&self) -> bool {
        self.inner.commits_in_order()
    }

    fn on_close(&self, listener: Weak<dyn Notify>) {
        self.inner.on_close(listener);
    }

    fn on_reopen(&self, listener: Weak<dyn Notify>) {
        self.inner.on_reopen(listener);
    }

    fn on_foreign_commit(&self, listener: Weak<dyn Notify>) {
        self.inner.on_foreign_commit(listener);
    }
}
