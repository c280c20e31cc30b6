//! [`WriteAccess`]: where a table's entities are written.

use alloc::borrow::Cow;
use alloc::sync::Arc;

use super::RawWriter;
use crate::backend::{StorageBackend, Transaction, TransactionBody};
use crate::error::Result;
use crate::key::StorageKey;
use crate::store::access::{Access, scoped_key};
use crate::store::schema::{Layout, Sight};

/// Where a table's entities are written: the table, the part of its keys, and the backend or the transaction.
///
/// Every [`EntityWriter`](super::EntityWriter) has one, and its writes need nothing else.
pub struct WriteAccess<'a, V> {
    pub(super) table: TableRef<'a, V>,
    pub(super) sink: Sink<'a>,
}

/// A table, or the part of it under a scope, in whatever it is written.
pub(crate) struct TableRef<'a, V> {
    pub(super) layout: &'a Arc<Layout<V>>,
    pub(super) scope: &'a [u8],
    pub(super) sight: Sight,
}

/// What takes the writes: a backend, in a transaction of its own, or a transaction that is open.
pub(super) enum Sink<'a> {
    Backend(&'a dyn StorageBackend),
    Transaction(&'a mut dyn Transaction),
}

impl<'a, V: 'static> WriteAccess<'a, V> {
    /// Each write is a transaction of this backend.
    pub(crate) fn one_shot(access: Access<'a, V>, backend: &'a Arc<dyn StorageBackend>) -> Self {
        Self { table: TableRef::of(access), sink: Sink::Backend(&**backend) }
    }

    /// Runs `body` with the table's writes, in a transaction of its own or in the one that is open.
    pub(crate) fn run<T>(self, mut body: impl FnMut(&mut RawWriter<'_, V>) -> Result<T>) -> Result<T> {
        let Self { table, sink } = self;
        table.layout.check_writable()?;
        match sink {
            Sink::Backend(backend) => {
                let mut returned = None;
                backend.transact(&mut |tx| {
                    returned = Some(body(&mut RawWriter::new(table, tx))?);
                    Ok(())
                })?;
                returned.ok_or(crate::Error::Aborted)
            }
            Sink::Transaction(tx) => body(&mut RawWriter::new(table, tx)),
        }
    }
}

impl Sink<'_> {
    /// Runs `body` in a transaction of its own, or in the one that is open.
    #[inline]
    pub(super) fn transact(self, body: &mut TransactionBody<'_>) -> Result<()> {
        match self {
            Self::Backend(backend) => backend.transact(body),
            Self::Transaction(tx) => body(tx),
        }
    }
}

impl<'a, V> TableRef<'a, V> {
    /// The table of a reader.
    pub(crate) fn of(access: Access<'a, V>) -> Self {
        let Access { layout, scope, sight, .. } = access;
        Self { layout, scope, sight }
    }

    /// The whole table of this layout.
    pub(crate) fn whole(layout: &'a Arc<Layout<V>>) -> Self {
        Self { layout, scope: &[], sight: Sight::default() }
    }

    /// Returns the bytes of a key of this table in the partition.
    #[inline]
    pub(super) fn key<'k, K: StorageKey>(&self, key: &'k K) -> Cow<'k, [u8]> {
        scoped_key(self.scope, key)
    }
}

impl<V> Clone for TableRef<'_, V> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<V> Copy for TableRef<'_, V> {}
