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
//! Each entity [declares](SystemEntity) its table's indexes and rules, and every [`SystemTableStore`] has them:
//! [`SystemTables::new`] gives all six, [`User::store`](SystemEntity::store) one, and
//! [`SystemTableStore::<UserId, User>::new`](SystemTableStore::new) the same in a partition of your choice. A
//! [`Table`](crate::Table) in a partition of the system's refuses to write.
//!
//! The tables refer to each other by the partitions above: dropping a storage asks `system_tables` and `system_users`,
//! `system_tables` keeps the counts in `system_namespaces`. A table in another partition stands alone.
//!
//! Times are milliseconds since the Unix epoch. An enumeration's value that this program does not know is an
//! [`Error::Decode`](crate::Error::Decode), never a default.

mod code;
mod entity;
pub mod jobs;
mod list;
pub mod live_queries;
pub mod namespaces;
pub mod storages;
mod store;
pub mod tables;
#[cfg(test)]
mod tests;
pub mod users;

pub use entity::SystemEntity;
pub use jobs::{Job, JobStatus, JobType};
pub use live_queries::LiveQuery;
pub use namespaces::Namespace;
pub use storages::{Storage, StorageType};
pub use store::SystemTableStore;
pub use tables::{TableMetadata, TableType};
pub use users::{AuthType, StorageMode, User};

use crate::key::{JobId, LiveQueryId, NamespaceId, StorageId, TableId, UserId};

list::system_tables! {
    /// The users who may sign in.
    users: UserId => User, users::schema;
    /// The tables that hold rows.
    tables: TableId => TableMetadata, tables::schema;
    /// The jobs that run, or have run, in the background.
    jobs: JobId => Job, jobs::schema;
    /// The namespaces that group tables.
    namespaces: NamespaceId => Namespace, namespaces::schema;
    /// The storages that keep data.
    storages: StorageId => Storage, storages::schema;
    /// The queries whose results are kept up to date.
    live_queries: LiveQueryId => LiveQuery, live_queries::schema;
}
