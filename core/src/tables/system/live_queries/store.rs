//! What the store of live queries does besides.

use alloc::borrow::ToOwned;

use super::{CONNECTION, LiveQuery};
use crate::backend::{StorageBackendExt, Transaction};
use crate::error::Result;
use crate::key::LiveQueryId;
use crate::store::{EntityStore, Handle, Query};
use crate::system_table::SystemTableStore;

impl SystemTableStore<LiveQueryId, LiveQuery> {
    /// Deletes every query of a connection that is lost; how many they were.
    ///
    /// # Errors
    ///
    /// As [`delete`](EntityStore::delete).
    pub fn remove_connection(&self, connection_id: &str) -> Result<u64> {
        self.backend().transaction(|tx| self.within(tx).remove_connection(connection_id))
    }
}

/// Inside a transaction; documented at the [store](SystemTableStore)'s methods of these names.
#[allow(missing_docs)]
impl<S: EntityStore<LiveQueryId, LiveQuery> + ?Sized, R: Transaction>
    Handle<'_, S, LiveQueryId, LiveQuery, R>
{
    pub fn remove_connection(&mut self, connection_id: &str) -> Result<u64> {
        let connection = connection_id.to_owned();
        self.delete_by(&CONNECTION, Query::range(&connection..=&connection))
    }
}
