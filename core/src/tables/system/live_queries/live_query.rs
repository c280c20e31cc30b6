//! [`LiveQuery`]: a query whose client receives every change to the result.

use alloc::string::String;

use serde::{Deserialize, Serialize};

use crate::key::{NamespaceId, TableId, TableName, UserId};
use crate::tables::shape::stored;

/// A query whose client receives every change to the result.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct LiveQuery {
    /// The client's connection.
    pub connection_id: String,
    /// The namespace of the queried table.
    pub namespace_id: NamespaceId,
    /// The name of the queried table.
    pub table_name: TableName,
    /// The id of the query within the connection.
    pub query_id: String,
    /// The client's user.
    pub user_id: UserId,
    /// The text of the query.
    pub query: String,
    /// The options of the query.
    pub options: Option<String>,
    /// The time of creation.
    pub created_at: i64,
    /// The time of the last change that was sent.
    pub last_update: i64,
    /// The number of changes that were sent.
    pub changes: u64,
    /// The node of the connection.
    pub node: String,
}

stored!(LiveQuery {
    connection_id: String,
    namespace_id: NamespaceId,
    table_name: TableName,
    query_id: String,
    user_id: UserId,
    query: String,
    options: Option<String>,
    created_at: i64,
    last_update: i64,
    changes: u64,
    node: String,
});

impl LiveQuery {
    /// Creates a live query that is created at `now`, without changes.
    pub fn new(
        connection_id: impl Into<String>,
        query_id: impl Into<String>,
        table_id: TableId,
        user_id: impl Into<UserId>,
        query: impl Into<String>,
        node: impl Into<String>,
        now: i64,
    ) -> Self {
        let (namespace_id, table_name) = table_id.into_parts();
        Self {
            connection_id: connection_id.into(),
            namespace_id,
            table_name,
            query_id: query_id.into(),
            user_id: user_id.into(),
            query: query.into(),
            options: None,
            created_at: now,
            last_update: now,
            changes: 0,
            node: node.into(),
        }
    }

    /// Returns the id of the queried table.
    pub fn table_id(&self) -> TableId {
        TableId::new(self.namespace_id.clone(), self.table_name.clone())
    }
}
