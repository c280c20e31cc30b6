//! The six system tables. Each module has the entity, the indexes, the rules and the additional methods of one table.
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
//! Each entity [declares](SystemEntity) the indexes and rules of its table, and every [`SystemTableStore`] enforces them.
//! [`SystemTables::new`] creates all six stores, and [`User::store`](SystemEntity::store) creates one.
//! [`SystemTableStore::<UserId, User>::new`](SystemTableStore::new) creates one in another partition. A
//! [`Table`](crate::Table) in the partition of a system table refuses writes.
//!
//! The rules of some tables use other tables in the partitions above. `system_storages` refuses the deletion of a storage
//! that `system_tables` or `system_users` refers to. `system_tables` updates the counts in `system_namespaces`. A table in
//! another partition has no such rules.
//!
//! Times are in milliseconds since the Unix epoch. Decoding an unknown variant of an enum is an
//! [`ErrorKind::Decode`](crate::ErrorKind::Decode); there are no default variants.

mod code;
mod declare;
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
    /// The users.
    users: UserId => User, users::declare;
    /// The tables of rows.
    tables: TableId => TableMetadata, tables::declare;
    /// The background jobs.
    jobs: JobId => Job, jobs::declare;
    /// The namespaces that group tables.
    namespaces: NamespaceId => Namespace, namespaces::declare;
    /// The storages of table files.
    storages: StorageId => Storage, storages::declare;
    /// The live queries.
    live_queries: LiveQueryId => LiveQuery, live_queries::declare;
}
