//! Cases on the tables over a backend.

pub(crate) mod access;
pub(crate) mod costs;
pub(crate) mod reserved;
pub(crate) mod row_tables;
pub(crate) mod system_entities;
pub(crate) mod system_jobs;
pub(crate) mod system_live_queries;
pub(crate) mod system_namespaces;
mod system_samples;
pub(crate) mod system_storages;
pub(crate) mod system_tables;
pub(crate) mod system_users;
pub(crate) mod views;
