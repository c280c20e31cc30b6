//! [`Scoped`]: a part of a backend that looks like a whole one.

use alloc::sync::Arc;
use alloc::vec::Vec;

use crate::backend::{
    Direction, KeyRange, Partition, Read, Scope, Snapshot, StorageBackend, Transaction, TransactionBody,
    Visit, check_entry,
};
use crate::error::Result;

/// A part of the backend it wraps, under a name: what is written through it is in partitions of its own, and nothing
/// else is seen through it.
///
/// The name may be any text that leaves room for those of partitions. Scopes of different names never meet, `a` and `a/b`
/// included, and scopes may be nested.
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
    inner: B,
    scope: Scope,
}

impl<B: StorageBackend> Scoped<B> {
    /// The part of this name.
    pub fn new(inner: B, name: &str) -> Self {
        Self { inner, scope: Scope::new(name) }
    }
}

/// Anything that reads, seen from inside the scope.
struct Inside<R> {
    inner: R,
    scope: Scope,
}

macro_rules! read_inside {
    ($($type:ty),+) => {$(
        impl<R: Read> Read for $type {
            fn get(&self, partition: &Partition, key: &[u8], visit: &mut dyn FnMut(&[u8])) -> Result<bool> {
                self.inner.get(&self.scope.full(partition), key, visit)
            }

            fn scan(
                &self,
                partition: &Partition,
                range: KeyRange<'_>,
                direction: Direction,
                visit: &mut Visit<'_>,
            ) -> Result<()> {
                self.inner.scan(&self.scope.full(partition), range, direction, visit)
            }

            fn partitions(&self) -> Result<Vec<Partition>> {
                let outside = self.inner.partitions()?;
                let mut inside: Vec<_> =
                    outside.iter().filter_map(|partition| self.scope.local(partition)).collect();
                inside.sort_unstable();
                Ok(inside)
            }

            fn get_many(
                &self,
                partition: &Partition,
                keys: &[&[u8]],
                visit: &mut dyn FnMut(usize, &[u8]),
            ) -> Result<()> {
                self.inner.get_many(&self.scope.full(partition), keys, visit)
            }

            fn contains(&self, partition: &Partition, key: &[u8]) -> Result<bool> {
                self.inner.contains(&self.scope.full(partition), key)
            }

            fn count(&self, partition: &Partition, range: KeyRange<'_>) -> Result<u64> {
                self.inner.count(&self.scope.full(partition), range)
            }
        }
    )+};
}

read_inside!(Inside<R>, Scoped<R>);

impl Snapshot for Inside<Arc<dyn Snapshot>> {}

impl Transaction for Inside<&mut dyn Transaction> {
    fn put(&mut self, partition: &Partition, key: &[u8], value: &[u8]) -> Result<()> {
        check_entry(partition, key, value)?;
        self.inner.put(&self.scope.full(partition), key, value)
    }

    fn delete(&mut self, partition: &Partition, key: &[u8]) -> Result<bool> {
        self.inner.delete(&self.scope.full(partition), key)
    }

    fn delete_range(&mut self, partition: &Partition, range: KeyRange<'_>) -> Result<u64> {
        self.inner.delete_range(&self.scope.full(partition), range)
    }
}

impl<B: StorageBackend> StorageBackend for Scoped<B> {
    fn snapshot(&self) -> Result<Arc<dyn Snapshot>> {
        Ok(Arc::new(Inside { inner: self.inner.snapshot()?, scope: self.scope.clone() }))
    }

    fn transact(&self, body: &mut TransactionBody<'_>) -> Result<()> {
        self.inner.transact(&mut |tx| body(&mut Inside { inner: tx, scope: self.scope.clone() }))
    }

    #[cfg(feature = "std")]
    fn feed(&self) -> Option<super::Feed> {
        Some(self.inner.feed()?.within(self.scope.clone()))
    }
}
