//! The six tables of the system: entity, indexes, rules and the store's own methods, each in its folder.
//!
//! | table | partition | key | entity |
//! | --- | --- | --- | --- |
//! | [`users`] | `system_users` | [`UserId`] | [`User`] |
//! | [`tables`] | `system_tables` | [`TableId`] | [`TableMetadata`] |
//! | [`jobs`] | `system_jobs` | [`JobId`] | [`Job`] |
//! | [`namespaces`] | `system_namespaces` | [`NamespaceId`] | [`Namespace`] |
//! | [`storages`] | `system_storages` | [`StorageId`] | [`Storage`] |
//! | [`live_queries`] | `system_live_queries` | [`LiveQueryId`] | [`LiveQuery`] |
//!
//! Every store of these types has the table's indexes and rules, however it is made:
//! [`SystemTables::new`] gives all six, `User::store(backend)` one, and
//! [`SystemTableStore::<UserId, User>::new`](SystemTableStore::new) the same in a partition of your choice.
//!
//! The tables refer to each other by the partitions above: dropping a storage asks `system_tables` and `system_users`,
//! `system_tables` keeps the counts in `system_namespaces`. A table in another partition stands alone.
//!
//! Times are milliseconds since the Unix epoch. An enumeration's value that this program does not know is an
//! [`Error::Decode`](crate::Error::Decode), never a default.

mod code;
pub mod jobs;
mod list;
pub mod live_queries;
pub mod namespaces;
pub mod storages;
pub mod tables;
#[cfg(test)]
mod tests;
pub mod users;

use alloc::sync::Arc;
use core::any::TypeId;

pub use jobs::{Job, JobStatus, JobType};
pub use live_queries::LiveQuery;
pub use namespaces::Namespace;
pub use storages::{Storage, StorageType};
pub use tables::{TableMetadata, TableType};
pub use users::{AuthType, StorageMode, User};

use crate::backend::{Partition, StorageBackend};
use crate::key::{JobId, LiveQueryId, NamespaceId, StorageId, StorageKey, TableId, UserId};
use crate::store::{Entity, Schema};
use crate::system_table::SystemTableStore;

list::system_tables! {
    /// Who may sign in.
    users: UserId => User, users::schema;
    /// The tables that hold rows.
    tables: TableId => TableMetadata, tables::schema;
    /// What runs, or has run, in the background.
    jobs: JobId => Job, jobs::schema;
    /// What tables are grouped in.
    namespaces: NamespaceId => Namespace, namespaces::schema;
    /// Where data is kept.
    storages: StorageId => Storage, storages::schema;
    /// The queries whose results are kept up to date.
    live_queries: LiveQueryId => LiveQuery, live_queries::schema;
}
