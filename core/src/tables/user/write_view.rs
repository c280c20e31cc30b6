//! [`UserWriteView`]: a user's read and write access to the user's rows.

use core::ops::Deref;

use super::{UserRows, UserTableRow};
use crate::backend::Transaction;
use crate::key::RowId;
#[cfg(feature = "std")]
use crate::store::EntityWatch;
use crate::store::{
    Access, EntityReader, EntityStore, EntityWriter, RawWriter, TableRef, TableWriter, WriteAccess,
};

/// A user's read and write access to the user's rows of a user table, from
/// [`UserTableStore::write_as`](super::UserTableStore::write_as).
///
/// Each write is a separate transaction. For several writes in one transaction, see [`within`](UserWriteView::within).
#[derive(Clone)]
pub struct UserWriteView<'s> {
    rows: UserRows<'s>,
}

impl<'s> UserWriteView<'s> {
    pub(super) fn new(rows: UserRows<'s>) -> Self {
        Self { rows }
    }

    /// Returns the user's rows inside a transaction.
    pub fn within<'a>(&'a self, tx: &'a mut dyn Transaction) -> TableWriter<'a, RowId, UserTableRow> {
        TableWriter::new(RawWriter::new(TableRef::within(self.access(), tx), tx))
    }
}

impl<'s> Deref for UserWriteView<'s> {
    type Target = UserRows<'s>;

    fn deref(&self) -> &Self::Target {
        &self.rows
    }
}

impl EntityReader<RowId, UserTableRow> for UserWriteView<'_> {
    fn access(&self) -> Access<'_, UserTableRow> {
        self.rows.access()
    }
}

impl EntityWriter<RowId, UserTableRow> for &UserWriteView<'_> {
    fn write_access(&mut self) -> WriteAccess<'_, UserTableRow> {
        WriteAccess::one_shot((**self).access(), self.rows.store.backend())
    }
}

#[cfg(feature = "std")]
impl EntityWatch<RowId, UserTableRow> for UserWriteView<'_> {}
