//! [`UserWriteView`]: one user's rows, to write.

use alloc::sync::Arc;
use core::ops::Deref;

use super::{UserRows, UserTableRow, UserTableStore};
use crate::backend::{StorageBackend, StorageBackendExt, Transaction};
use crate::error::Result;
use crate::key::RowId;

/// One user's rows of a user table, to write and to read: [`UserTableStore::write_as`] makes one.
///
/// Each call is a transaction by itself; [`within`](UserWriteView::within) is for several in one.
#[derive(Clone)]
pub struct UserWriteView<'s> {
    rows: UserRows<&'s UserTableStore, &'s Arc<dyn StorageBackend>>,
}

impl<'s> Deref for UserWriteView<'s> {
    type Target = UserRows<&'s UserTableStore, &'s Arc<dyn StorageBackend>>;

    fn deref(&self) -> &Self::Target {
        &self.rows
    }
}

/// Documented at the methods of these names of the [store](crate::EntityStore) and of
/// [`RowStore`](crate::tables::RowStore).
#[allow(missing_docs)]
impl<'s> UserWriteView<'s> {
    pub(super) fn new(rows: UserRows<&'s UserTableStore, &'s Arc<dyn StorageBackend>>) -> Self {
        Self { rows }
    }

    /// The user's rows inside a transaction.
    pub fn within<'a>(
        &self,
        tx: &'a mut dyn Transaction,
    ) -> UserRows<&'s UserTableStore, &'a mut dyn Transaction> {
        UserRows::new(self.rows.store(), tx, self.rows.user_id().clone())
    }

    pub fn put(&self, row: &RowId, entity: &UserTableRow) -> Result<()> {
        self.transaction(|rows| rows.put(row, entity))
    }

    pub fn put_many(&self, entries: &[(RowId, UserTableRow)]) -> Result<()> {
        self.transaction(|rows| rows.put_many(entries))
    }

    pub fn insert(&self, row: &RowId, entity: &UserTableRow) -> Result<()> {
        self.transaction(|rows| rows.insert(row, entity))
    }

    pub fn update(
        &self,
        row: &RowId,
        mut change: impl FnMut(&mut UserTableRow) -> Result<()>,
    ) -> Result<UserTableRow> {
        self.transaction(|rows| rows.update(row, &mut change))
    }

    pub fn delete(&self, row: &RowId) -> Result<bool> {
        self.transaction(|rows| rows.delete(row))
    }

    pub fn delete_many(&self, ids: &[RowId]) -> Result<u64> {
        self.transaction(|rows| rows.delete_many(ids))
    }

    /// Removes all of the user's rows; how many they were.
    #[allow(clippy::redundant_closure_for_method_calls)] // the method by its name has one lifetime, not any
    pub fn delete_all(&self) -> Result<u64> {
        self.transaction(|rows| rows.delete_all())
    }

    pub fn soft_delete(&self, row: &RowId, now: i64) -> Result<bool> {
        self.transaction(|rows| rows.soft_delete(row, now))
    }

    pub fn restore(&self, row: &RowId, now: i64) -> Result<bool> {
        self.transaction(|rows| rows.restore(row, now))
    }

    fn transaction<T>(
        &self,
        mut body: impl FnMut(&mut UserRows<&'s UserTableStore, &mut dyn Transaction>) -> Result<T>,
    ) -> Result<T> {
        self.rows.reader().transaction(|tx| body(&mut self.within(tx)))
    }
}
