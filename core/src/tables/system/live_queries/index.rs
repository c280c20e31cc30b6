//! The indexes of `system_live_queries`.

use alloc::string::String;

use super::LiveQuery;
use crate::key::{TableId, UserId};
use crate::store::Index;
use crate::tables::system::declare::Declare;

/// The index of live queries by their user.
pub const USER: Index<LiveQuery, UserId> = Index::new("user", |query| Some(query.user_id.clone()));

/// The index of live queries by their connection.
pub const CONNECTION: Index<LiveQuery, String> =
    Index::new("connection", |query| Some(query.connection_id.clone()));

/// The index of live queries by their table.
pub const TABLE: Index<LiveQuery, TableId> = Index::new("table", |query| Some(query.table_id()));

pub(in crate::tables::system) fn declare(table: &mut impl Declare<LiveQuery>) {
    table.index(&USER);
    table.index(&CONNECTION);
    table.index(&TABLE);
}
