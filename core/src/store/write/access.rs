//! [`WriteAccess`]: a table and the destination of its writes.

use alloc::sync::Arc;

use super::RawWriter;
use crate::backend::{StorageBackend, Transaction, TransactionBody};
use crate::error::{ErrorKind, Result};
use crate::store::access::Access;
use crate::store::schema::{Layout, Sight};

/// A table, or a part of its keys, and the destination of its writes: a backend or an open transaction.
///
/// Every write of an [`EntityWriter`](super::EntityWriter) starts from its write access.
pub struct WriteAccess<'a, V> {
    pub(super) table: TableRef<'a, V>,
    pub(super) target: WriteTarget<'a>,
}

/// A table, or the part of its keys within a scope.
pub(crate) struct TableRef<'a, V> {
    pub(super) layout: &'a Arc<Layout<V>>,
    pub(super) scope: &'a [u8],
    pub(super) sight: Sight,
    /// `true` if the table is inside a transaction of another backend, which every read and write refuses.
    pub(super) is_foreign: bool,
}

/// The destination of writes.
pub(super) enum WriteTarget<'a> {
    /// A backend, in a new transaction.
    Backend(&'a dyn StorageBackend),
    /// An open transaction.
    Transaction(&'a mut dyn Transaction),
}

impl<'a, V: 'static> WriteAccess<'a, V> {
    /// Creates the access of a writer that makes each write in a new transaction of the backend.
    pub(crate) fn one_shot(access: Access<'a, V>, backend: &'a Arc<dyn StorageBackend>) -> Self {
        Self { table: TableRef::of(access), target: WriteTarget::Backend(&**backend) }
    }

    /// Runs `body` with a writer of the table, in a new transaction or in the open one. An engine may run a new
    /// transaction more than once.
    pub(crate) fn run<T>(self, mut body: impl FnMut(&mut RawWriter<'_, V>) -> Result<T>) -> Result<T> {
        let Self { table, target } = self;
        table.layout.check_writable()?;
        match target {
            WriteTarget::Backend(backend) => {
                let mut returned = None;
                backend.transact(&mut |tx| {
                    returned = Some(prepared(table, tx, &mut body)?);
                    Ok(())
                })?;
                // `None` is an engine that broke its contract: it committed without running the body.
                returned.ok_or_else(|| ErrorKind::Aborted.into())
            }
            WriteTarget::Transaction(tx) => prepared(table, tx, &mut body),
        }
    }
}

fn prepared<V: 'static, T>(
    table: TableRef<'_, V>,
    tx: &mut dyn Transaction,
    body: &mut impl FnMut(&mut RawWriter<'_, V>) -> Result<T>,
) -> Result<T> {
    let mut writer = RawWriter::new(table, tx);
    writer.prepare()?;
    body(&mut writer)
}

impl WriteTarget<'_> {
    /// Runs `body` in a new transaction or in the open one.
    #[inline]
    pub(super) fn transact(self, body: &mut TransactionBody<'_>) -> Result<()> {
        match self {
            Self::Backend(backend) => backend.transact(body),
            Self::Transaction(tx) => body(tx),
        }
    }
}

impl<'a, V> TableRef<'a, V> {
    /// Returns the table of a reader.
    pub(crate) fn of(access: Access<'a, V>) -> Self {
        let Access { layout, scope, sight, .. } = access;
        Self { layout, scope, sight, is_foreign: false }
    }

    /// Returns the table of a reader, for writes in the transaction.
    #[inline]
    pub(crate) fn within(access: Access<'a, V>, tx: &dyn Transaction) -> Self {
        let ids = access.source.backend_id().zip(tx.backend_id());
        let is_foreign = ids.is_some_and(|(store, transaction)| store != transaction);
        Self { is_foreign, ..Self::of(access) }
    }

    /// Returns the whole table of this layout.
    pub(crate) fn whole(layout: &'a Arc<Layout<V>>) -> Self {
        Self { layout, scope: &[], sight: Sight::default(), is_foreign: false }
    }
}

impl<V> Clone for TableRef<'_, V> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<V> Copy for TableRef<'_, V> {}
