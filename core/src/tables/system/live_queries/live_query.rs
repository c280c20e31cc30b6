//! [`LiveQuery`]: a query whose result is kept up to date.

use alloc::string::String;

use serde::{Deserialize, Serialize};

use crate::key::{NamespaceId, TableId, TableName, UserId};

/// A query whose result is kept up to date.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct LiveQuery {
    /// The connection that it was asked over.
    pub connection_id: String,
    /// The namespace of the table it reads.
    pub namespace_id: NamespaceId,
    /// The table it reads.
    pub table_name: TableName,
    /// What the connection calls it.
    pub query_id: String,
    /// Who asked.
    pub user_id: UserId,
    /// What they asked.
    pub query: String,
    /// How they want it.
    pub options: Option<String>,
    /// When it was asked.
    pub created_at: i64,
    /// When it was last told of a change.
    pub last_update: i64,
    /// How many changes it was told of.
    pub changes: u64,
    /// The node that holds the connection.
    pub node: String,
}

impl LiveQuery {
    /// A query asked now, which was told of no change yet.
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

    /// The table it reads.
    pub fn table_id(&self) -> TableId {
        TableId::new(self.namespace_id.clone(), self.table_name.clone())
    }
}
