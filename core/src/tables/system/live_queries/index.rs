//! What live queries are found by.

use alloc::string::String;

use super::LiveQuery;
use crate::backend::Partition;
use crate::key::{LiveQueryId, TableId, UserId};
use crate::store::{Index, Schema};

/// Who asked.
pub const USER: Index<LiveQuery, UserId> = Index::new("user", |query| Some(query.user_id.clone()));

/// The connection it was asked over.
pub const CONNECTION: Index<LiveQuery, String> =
    Index::new("connection", |query| Some(query.connection_id.clone()));

/// The table it reads.
pub const TABLE: Index<LiveQuery, TableId> = Index::new("table", |query| Some(query.table_id()));

pub(in crate::tables::system) fn schema(partition: Partition) -> Schema<LiveQueryId, LiveQuery> {
    Schema::new(partition).index(USER).index(CONNECTION).index(TABLE)
}
