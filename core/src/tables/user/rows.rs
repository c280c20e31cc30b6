//! [`UserRows`]: one user's rows of a user table.

use alloc::sync::Arc;
use alloc::vec::Vec;
use core::ops::Bound;

use super::UserTableRow;
use crate::backend::{KeySpan, Read, StorageBackend, Transaction, after_prefix};
use crate::error::Result;
use crate::key::{Prefix, RowId, UserId, UserRowId};
#[cfg(feature = "std")]
use crate::layers::Filter;
#[cfg(feature = "std")]
use crate::store::Watch;
use crate::store::{Cursor, Handle, Page, Query};
use crate::tables::{IncludeDeleted, RowStore};

/// One user's rows of a user table: [`UserTableStore::read_as`](super::UserTableStore::read_as) makes one.
///
/// Its keys are row ids. The user is not among them, so that no call can name another's row:
///
/// ```compile_fail
/// # use std::sync::Arc;
/// # use keyloft::prelude::*;
/// # let backend = Arc::new(keyloft_memory::MemoryBackend::new());
/// # let notes = UserTableStore::new(backend, &TableId::from_strings("app", "notes"));
/// let bob = Principal::new("bob", Role::User);
/// notes.read_as(&bob).get(&UserRowId::from_strings("alice", "1"));
/// ```
#[derive(Clone)]
pub struct UserRows<S, R> {
    store: S,
    reader: R,
    user: UserId,
}

/// The entries of a page or a scan.
type Entries = Vec<(RowId, UserTableRow)>;

/// Reads; documented at the [store](crate::EntityStore)'s methods of these names.
#[allow(missing_docs)]
impl<S: RowStore<UserRowId, UserTableRow>, R: Read> UserRows<S, R> {
    pub(super) fn new(store: S, reader: R, user: UserId) -> Self {
        Self { store, reader, user }
    }

    /// Whose rows they are.
    pub fn user_id(&self) -> &UserId {
        &self.user
    }

    pub fn get(&self, row: &RowId) -> Result<Option<UserTableRow>> {
        self.handle().get(&self.key(row))
    }

    pub fn get_many(&self, rows: &[RowId]) -> Result<Vec<Option<UserTableRow>>> {
        self.handle().get_many(&self.keys(rows))
    }

    pub fn contains(&self, row: &RowId) -> Result<bool> {
        self.handle().contains(&self.key(row))
    }

    pub fn count(&self) -> Result<u64> {
        self.count_in(Query::all())
    }

    pub fn count_in(&self, query: impl Into<Query<RowId>>) -> Result<u64> {
        self.handle().count_in(self.query(query))
    }

    pub fn first(&self) -> Result<Option<(RowId, UserTableRow)>> {
        Ok(self.scan(Query::all().limit(1))?.pop())
    }

    pub fn last(&self) -> Result<Option<(RowId, UserTableRow)>> {
        Ok(self.scan(Query::all().reverse().limit(1))?.pop())
    }

    pub fn scan_all(&self) -> Result<Entries> {
        self.scan(Query::all())
    }

    pub fn scan_prefix(&self, prefix: &Prefix<RowId>) -> Result<Entries> {
        self.scan(prefix)
    }

    pub fn scan(&self, query: impl Into<Query<RowId>>) -> Result<Entries> {
        Ok(by_row(self.handle().scan(self.query(query))?))
    }

    pub fn page(
        &self,
        query: impl Into<Query<RowId>>,
        limit: usize,
        after: Option<&Cursor>,
    ) -> Result<Page<RowId, UserTableRow>> {
        let Page { entries, next } = self.handle().page(self.query(query), limit, after)?;
        Ok(Page { entries: by_row(entries), next })
    }

    /// The same with the deleted rows in sight.
    pub fn include_deleted(self) -> UserRows<IncludeDeleted<S>, R> {
        UserRows { store: IncludeDeleted { store: self.store }, reader: self.reader, user: self.user }
    }

    /// The same user's rows as a snapshot, or a transaction, sees them.
    pub fn at<'r>(&self, reader: &'r dyn Read) -> UserRows<S, &'r dyn Read>
    where
        S: Clone,
    {
        UserRows { store: self.store.clone(), reader, user: self.user.clone() }
    }

    pub(super) fn store(&self) -> S
    where
        S: Copy,
    {
        self.store
    }

    pub(super) fn reader(&self) -> &R {
        &self.reader
    }

    fn handle(&self) -> Handle<'_, S, UserRowId, UserTableRow, &R> {
        Handle::new(&self.store, &self.reader)
    }

    fn key(&self, row: &RowId) -> UserRowId {
        UserRowId::new(self.user.clone(), row.as_bytes())
    }

    fn keys(&self, rows: &[RowId]) -> Vec<UserRowId> {
        rows.iter().map(|row| self.key(row)).collect()
    }

    /// The query over the user's rows that is this one over their ids.
    fn query(&self, query: impl Into<Query<RowId>>) -> Query<UserRowId> {
        let prefix = UserRowId::prefix(&self.user);
        let under = |row: Vec<u8>| [prefix.as_bytes(), &row].concat();
        query.into().map_span(|span| KeySpan {
            lower: match span.lower {
                Bound::Unbounded => Bound::Included(prefix.as_bytes().to_vec()),
                bound => bound.map(under),
            },
            upper: match span.upper {
                Bound::Unbounded => after_prefix(prefix.as_bytes()),
                bound => bound.map(under),
            },
        })
    }
}

impl<S: RowStore<UserRowId, UserTableRow>> UserRows<S, &Arc<dyn StorageBackend>> {
    /// The rows of the query one by one, as they are now, whatever is written while the iterator is open.
    ///
    /// # Errors
    ///
    /// What the backend reports.
    #[allow(clippy::iter_not_returning_iterator)] // it is in the `Ok`
    pub fn iter(
        &self,
        query: impl Into<Query<RowId>>,
    ) -> Result<impl Iterator<Item = Result<(RowId, UserTableRow)>>> {
        let rows = Handle::new(&self.store, self.reader.snapshot()?).iter(self.query(query));
        Ok(rows.map(|entry| entry.map(|(key, row)| (key.into_parts().1, row))))
    }
}

#[cfg(feature = "std")]
impl<S: RowStore<UserRowId, UserTableRow> + Clone> UserRows<S, &Arc<dyn StorageBackend>> {
    /// The user's rows of the query and their changes: see [`EntityStore::watch`](crate::EntityStore::watch).
    ///
    /// # Errors
    ///
    /// As there.
    pub fn watch(&self, query: impl Into<Query<RowId>>) -> Result<Watch<S, UserRowId, UserTableRow>> {
        Watch::of(self.store.clone(), self.query(query), Filter::DEFAULT_CAPACITY)
    }
}

/// Writes, inside a transaction; documented at the methods of these names of the [store](crate::EntityStore) and of
/// [`RowStore`].
#[allow(missing_docs)]
impl<S: RowStore<UserRowId, UserTableRow>, R: Transaction> UserRows<S, R> {
    pub fn put(&mut self, row: &RowId, entity: &UserTableRow) -> Result<()> {
        let key = self.key(row);
        self.handle_mut().put(&key, entity)
    }

    pub fn put_many(&mut self, entries: &[(RowId, UserTableRow)]) -> Result<()> {
        entries.iter().try_for_each(|(row, entity)| self.put(row, entity))
    }

    pub fn insert(&mut self, row: &RowId, entity: &UserTableRow) -> Result<()> {
        let key = self.key(row);
        self.handle_mut().insert(&key, entity)
    }

    pub fn update(
        &mut self,
        row: &RowId,
        change: impl FnMut(&mut UserTableRow) -> Result<()>,
    ) -> Result<UserTableRow> {
        let key = self.key(row);
        self.handle_mut().update(&key, change)
    }

    pub fn delete(&mut self, row: &RowId) -> Result<bool> {
        let key = self.key(row);
        self.handle_mut().delete(&key)
    }

    pub fn delete_many(&mut self, rows: &[RowId]) -> Result<u64> {
        let keys = self.keys(rows);
        self.handle_mut().delete_many(&keys)
    }

    /// Removes all of the user's rows; how many they were.
    pub fn delete_all(&mut self) -> Result<u64> {
        let prefix = UserRowId::prefix(&self.user);
        self.handle_mut().delete_prefix(&prefix)
    }

    pub fn soft_delete(&mut self, row: &RowId, now: i64) -> Result<bool> {
        let key = self.key(row);
        self.handle_mut().soft_delete(&key, now)
    }

    pub fn restore(&mut self, row: &RowId, now: i64) -> Result<bool> {
        let key = self.key(row);
        self.handle_mut().restore(&key, now)
    }

    fn handle_mut(&mut self) -> Handle<'_, S, UserRowId, UserTableRow, &mut R> {
        Handle::new(&self.store, &mut self.reader)
    }
}

fn by_row(entries: Vec<(UserRowId, UserTableRow)>) -> Entries {
    entries.into_iter().map(|(key, row)| (key.into_parts().1, row)).collect()
}
