//! The indexes of `system_live_queries`.

use alloc::string::String;

use super::LiveQuery;
use crate::backend::Partition;
use crate::key::{LiveQueryId, TableId, UserId};
use crate::shape::Shape;
use crate::store::{Index, Postcard, Schema};

/// The index of live queries by their user.
pub const USER: Index<LiveQuery, UserId> = Index::new("user", |query| Some(query.user_id.clone()));

/// The index of live queries by their connection.
pub const CONNECTION: Index<LiveQuery, String> =
    Index::new("connection", |query| Some(query.connection_id.clone()));

/// The index of live queries by their table.
pub const TABLE: Index<LiveQuery, TableId> = Index::new("table", |query| Some(query.table_id()));

pub(in crate::tables::system) fn schema(partition: Partition) -> Schema<LiveQueryId, LiveQuery> {
    Schema::with_codec(partition, Postcard)
        .shape(Shape::of::<LiveQuery>())
        .index(USER)
        .index(CONNECTION)
        .index(TABLE)
}
