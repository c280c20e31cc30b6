//! The macros that delegate [`Read`](super::Read) and [`Transaction`](super::Transaction) to another reader or
//! transaction.

/// Implements methods of [`Read`](crate::Read) by calling the same methods of another reader.
///
/// Use it inside `impl Read for …`. It takes `self` and a place expression for the other reader, such as `self.inner`
/// or `*self.tx`. It implements all ten methods, or only those that are listed after a semicolon.
///
/// A layer must delegate every method that it does not change, including methods with a default. Otherwise the default
/// replaces the engine's faster implementation.
///
/// A custom layer that counts puts:
///
/// ```
/// use std::sync::Arc;
/// use std::sync::atomic::{AtomicUsize, Ordering};
///
/// use keyloft::backend::{Partition, Read, Snapshot, TransactionBody};
/// use keyloft::prelude::*;
/// use keyloft::{delegate_reads, delegate_writes};
/// use keyloft_memory::MemoryBackend;
///
/// struct Metered<B> {
///     inner: B,
///     puts: AtomicUsize,
/// }
///
/// impl<B: StorageBackend> Read for Metered<B> {
///     delegate_reads!(self => self.inner);
/// }
///
/// impl<B: StorageBackend> StorageBackend for Metered<B> {
///     fn snapshot(&self) -> Result<Arc<dyn Snapshot>> {
///         self.inner.snapshot()
///     }
///
///     fn transact(&self, body: &mut TransactionBody<'_>) -> Result<()> {
///         self.inner.transact(&mut |tx| body(&mut MeteredTransaction { tx, puts: &self.puts }))
///     }
/// }
///
/// struct MeteredTransaction<'a> {
///     tx: &'a mut dyn Transaction,
///     puts: &'a AtomicUsize,
/// }
///
/// impl Read for MeteredTransaction<'_> {
///     delegate_reads!(self => *self.tx);
/// }
///
/// impl Transaction for MeteredTransaction<'_> {
///     delegate_writes!(self => *self.tx; delete, delete_range, on_commit);
///
///     fn put(&mut self, partition: &Partition, key: &[u8], value: &[u8]) -> Result<()> {
///         self.puts.fetch_add(1, Ordering::Relaxed);
///         self.tx.put(partition, key, value)
///     }
/// }
///
/// let metered = Arc::new(Metered { inner: MemoryBackend::new(), puts: AtomicUsize::new(0) });
/// let jobs = Table::<JobId, u32>::new(metered.clone(), "jobs");
/// jobs.put(&"1".into(), &7)?;
/// assert_eq!(jobs.get(&"1".into())?, Some(7));
/// // The first put also adds the table to the catalog.
/// assert_eq!(metered.puts.load(Ordering::Relaxed), 2);
/// # Ok::<(), keyloft::Error>(())
/// ```
///
/// A layer that renames partitions passes a closure, which maps a partition of the layer to one of the inner reader.
/// The layer must implement [`partitions`](crate::Read::partitions), because the macro can't invert the closure:
///
/// ```
/// use keyloft::{Partition, Read, Result, delegate_reads};
///
/// /// The partitions of a reader whose names begin with `archive.`. Their names in this layer lack that prefix.
/// struct Archive<R>(R);
///
/// impl<R: Read> Read for Archive<R> {
///     delegate_reads!(
///         self => self.0,
///         |partition| &Partition::from(format!("archive.{partition}"));
///         get, scan, get_many, get_batch, contains, count, catalog_stamp, read_time
///     );
///
///     fn partitions(&self) -> Result<Vec<Partition>> {
///         let names = self.0.partitions()?;
///         Ok(names.iter().filter_map(|name| name.as_str().strip_prefix("archive.")).map(Partition::from).collect())
///     }
/// }
/// ```
#[macro_export]
macro_rules! delegate_reads {
    (@get $self:ident, $inner:expr, $partition:ident, $mapped:expr) => {
        fn get(
            &$self,
            $partition: &$crate::backend::Partition,
            key: &[u8],
            visit: &mut dyn ::core::ops::FnMut(&[u8]),
        ) -> $crate::error::Result<bool> {
            $crate::backend::Read::get(&$inner, $mapped, key, visit)
        }
    };
    (@scan $self:ident, $inner:expr, $partition:ident, $mapped:expr) => {
        fn scan(
            &$self,
            $partition: &$crate::backend::Partition,
            range: $crate::backend::KeyRange<'_>,
            direction: $crate::backend::Direction,
            visit: &mut $crate::backend::Visit<'_>,
        ) -> $crate::error::Result<()> {
            $crate::backend::Read::scan(&$inner, $mapped, range, direction, visit)
        }
    };
    (@partitions $self:ident, $inner:expr, $partition:ident, $mapped:expr) => {
        fn partitions(&$self) -> $crate::error::Result<$crate::backend::__Vec<$crate::backend::Partition>> {
            $crate::backend::Read::partitions(&$inner)
        }
    };
    (@get_many $self:ident, $inner:expr, $partition:ident, $mapped:expr) => {
        fn get_many(
            &$self,
            $partition: &$crate::backend::Partition,
            keys: &[&[u8]],
            visit: &mut dyn ::core::ops::FnMut(usize, &[u8]),
        ) -> $crate::error::Result<()> {
            $crate::backend::Read::get_many(&$inner, $mapped, keys, visit)
        }
    };
    (@get_batch $self:ident, $inner:expr, $partition:ident, $partition_again:ident) => {
        fn get_batch(
            &$self,
            keys: &[(&$crate::backend::Partition, &[u8])],
            visit: &mut dyn ::core::ops::FnMut(usize, &[u8]),
        ) -> $crate::error::Result<()> {
            $crate::backend::Read::get_batch(&$inner, keys, visit)
        }
    };
    (@get_batch $self:ident, $inner:expr, $partition:ident, $mapped:expr) => {
        fn get_batch(
            &$self,
            keys: &[(&$crate::backend::Partition, &[u8])],
            visit: &mut dyn ::core::ops::FnMut(usize, &[u8]),
        ) -> $crate::error::Result<()> {
            $crate::backend::__get_batch(&$inner, keys, &|$partition: &$crate::backend::Partition| $crate::backend::Partition::clone($mapped), visit)
        }
    };
    (@contains $self:ident, $inner:expr, $partition:ident, $mapped:expr) => {
        fn contains(&$self, $partition: &$crate::backend::Partition, key: &[u8]) -> $crate::error::Result<bool> {
            $crate::backend::Read::contains(&$inner, $mapped, key)
        }
    };
    (@count $self:ident, $inner:expr, $partition:ident, $mapped:expr) => {
        fn count(
            &$self,
            $partition: &$crate::backend::Partition,
            range: $crate::backend::KeyRange<'_>,
        ) -> $crate::error::Result<u64> {
            $crate::backend::Read::count(&$inner, $mapped, range)
        }
    };
    (@catalog_stamp $self:ident, $inner:expr, $partition:ident, $mapped:expr) => {
        fn catalog_stamp(&$self) -> ::core::option::Option<$crate::backend::CatalogStamp> {
            $crate::backend::Read::catalog_stamp(&$inner)
        }
    };
    (@backend_id $self:ident, $inner:expr, $partition:ident, $mapped:expr) => {
        fn backend_id(&$self) -> ::core::option::Option<$crate::backend::BackendId> {
            $crate::backend::Read::backend_id(&$inner)
        }
    };
    (@read_time $self:ident, $inner:expr, $partition:ident, $mapped:expr) => {
        fn read_time(&$self, clock: &dyn $crate::Clock) -> i64 {
            $crate::backend::Read::read_time(&$inner, clock)
        }
    };
    ($self:ident => $inner:expr) => {
        $crate::delegate_reads!(
            $self => $inner;
            get, scan, partitions, get_many, get_batch, contains, count, catalog_stamp, backend_id, read_time
        );
    };
    ($self:ident => $inner:expr; $($method:ident),+ $(,)?) => {
        $($crate::delegate_reads!(@$method $self, $inner, partition, partition);)+
    };
    ($self:ident => $inner:expr, |$partition:ident| $mapped:expr; $($method:ident),+ $(,)?) => {
        $($crate::delegate_reads!(@$method $self, $inner, $partition, $mapped);)+
    };
}

/// Implements methods of [`Transaction`](crate::Transaction) by calling the same methods of another transaction.
///
/// Use it inside `impl Transaction for …`. It takes the same arguments as [`delegate_reads!`](crate::delegate_reads),
/// which has an example.
#[macro_export]
macro_rules! delegate_writes {
    (@put $self:ident, $inner:expr, $partition:ident, $mapped:expr) => {
        fn put(
            &mut $self,
            $partition: &$crate::backend::Partition,
            key: &[u8],
            value: &[u8],
        ) -> $crate::error::Result<()> {
            $crate::backend::Transaction::put(&mut $inner, $mapped, key, value)
        }
    };
    (@delete $self:ident, $inner:expr, $partition:ident, $mapped:expr) => {
        fn delete(&mut $self, $partition: &$crate::backend::Partition, key: &[u8]) -> $crate::error::Result<bool> {
            $crate::backend::Transaction::delete(&mut $inner, $mapped, key)
        }
    };
    (@delete_many $self:ident, $inner:expr, $partition:ident, $mapped:expr) => {
        fn delete_many(
            &mut $self,
            $partition: &$crate::backend::Partition,
            keys: &[&[u8]],
        ) -> $crate::error::Result<u64> {
            $crate::backend::Transaction::delete_many(&mut $inner, $mapped, keys)
        }
    };
    (@write_batch $self:ident, $inner:expr, $partition:ident, $partition_again:ident) => {
        fn write_batch(&mut $self, writes: &[$crate::backend::Write<'_>]) -> $crate::error::Result<()> {
            $crate::backend::Transaction::write_batch(&mut $inner, writes)
        }
    };
    (@write_batch $self:ident, $inner:expr, $partition:ident, $mapped:expr) => {
        fn write_batch(&mut $self, writes: &[$crate::backend::Write<'_>]) -> $crate::error::Result<()> {
            let map = |$partition: &$crate::backend::Partition| $crate::backend::Partition::clone($mapped);
            $crate::backend::__write_batch(&mut $inner, writes, &map)
        }
    };
    (@delete_range $self:ident, $inner:expr, $partition:ident, $mapped:expr) => {
        fn delete_range(
            &mut $self,
            $partition: &$crate::backend::Partition,
            range: $crate::backend::KeyRange<'_>,
        ) -> $crate::error::Result<u64> {
            $crate::backend::Transaction::delete_range(&mut $inner, $mapped, range)
        }
    };
    (@on_commit $self:ident, $inner:expr, $partition:ident, $mapped:expr) => {
        fn on_commit(&mut $self, listener: $crate::backend::__Arc<dyn $crate::backend::Notify>) {
            $crate::backend::Transaction::on_commit(&mut $inner, listener);
        }
    };
    ($self:ident => $inner:expr) => {
        $crate::delegate_writes!($self => $inner; put, delete, delete_many, write_batch, delete_range, on_commit);
    };
    ($self:ident => $inner:expr; $($method:ident),+ $(,)?) => {
        $($crate::delegate_writes!(@$method $self, $inner, partition, partition);)+
    };
    ($self:ident => $inner:expr, |$partition:ident| $mapped:expr; $($method:ident),+ $(,)?) => {
        $($crate::delegate_writes!(@$method $self, $inner, $partition, $mapped);)+
    };
}
