//! [`Scoped`]: a part of a backend that looks like a whole one.

use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;

use crate::backend::{
    Direction, KeyRange, Partition, Read, Snapshot, StorageBackend, Transaction, TransactionBody, Visit,
    check_entry,
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

/// What stands before the names of the partitions inside.
#[derive(Clone, Debug)]
pub(super) struct Scope(Arc<str>);

impl Scope {
    /// `@`, the name with `%`, `/` and `:` escaped, and `/`, which therefore ends it.
    fn new(name: &str) -> Self {
        let mut prefix = String::from("@");
        for char in name.chars() {
            match char {
                '%' => prefix.push_str("%25"),
                '/' => prefix.push_str("%2F"),
                // A colon ends the name of an index, before which this stands in the name of its partition.
                ':' => prefix.push_str("%3A"),
                other => prefix.push(other),
            }
        }
        prefix.push('/');
        Self(prefix.into())
    }

    /// The partition outside that a partition inside is kept in. An index stays an index, so that it keeps its limit.
    pub(super) fn outside(&self, partition: &Partition) -> Partition {
        let (marker, name) = match partition.as_str().strip_prefix('#') {
            Some(name) => ("#", name),
            None => ("", partition.as_str()),
        };
        let mut outside = String::with_capacity(marker.len() + self.0.len() + name.len());
        outside.push_str(marker);
        outside.push_str(&self.0);
        outside.push_str(name);
        Partition::from_stored(&outside)
    }

    /// The partition inside that is kept in this one outside, if it is of this scope.
    pub(super) fn inside(&self, partition: &Partition) -> Option<Partition> {
        let (marker, name) = match partition.as_str().strip_prefix('#') {
            Some(name) => ("#", name),
            None => ("", partition.as_str()),
        };
        let name = name.strip_prefix(&*self.0)?;
        let mut inside = String::from(marker);
        inside.push_str(name);
        Some(Partition::from_stored(&inside))
    }
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
                self.inner.get(&self.scope.outside(partition), key, visit)
            }

            fn scan(
                &self,
                partition: &Partition,
                range: KeyRange<'_>,
                direction: Direction,
                visit: &mut Visit<'_>,
            ) -> Result<()> {
                self.inner.scan(&self.scope.outside(partition), range, direction, visit)
            }

            fn partitions(&self) -> Result<Vec<Partition>> {
                let outside = self.inner.partitions()?;
                let mut inside: Vec<_> =
                    outside.iter().filter_map(|partition| self.scope.inside(partition)).collect();
                inside.sort_unstable();
                Ok(inside)
            }

            fn get_many(
                &self,
                partition: &Partition,
                keys: &[&[u8]],
                visit: &mut dyn FnMut(usize, &[u8]),
            ) -> Result<()> {
                self.inner.get_many(&self.scope.outside(partition), keys, visit)
            }

            fn contains(&self, partition: &Partition, key: &[u8]) -> Result<bool> {
                self.inner.contains(&self.scope.outside(partition), key)
            }

            fn count(&self, partition: &Partition, range: KeyRange<'_>) -> Result<u64> {
                self.inner.count(&self.scope.outside(partition), range)
            }
        }
    )+};
}

read_inside!(Inside<R>, Scoped<R>);

impl Snapshot for Inside<Arc<dyn Snapshot>> {}

impl Transaction for Inside<&mut dyn Transaction> {
    fn put(&mut self, partition: &Partition, key: &[u8], value: &[u8]) -> Result<()> {
        check_entry(partition, key, value)?;
        self.inner.put(&self.scope.outside(partition), key, value)
    }

    fn delete(&mut self, partition: &Partition, key: &[u8]) -> Result<bool> {
        self.inner.delete(&self.scope.outside(partition), key)
    }

    fn delete_range(&mut self, partition: &Partition, range: KeyRange<'_>) -> Result<u64> {
        self.inner.delete_range(&self.scope.outside(partition), range)
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
