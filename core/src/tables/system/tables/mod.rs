//! `system_tables`: the tables that hold rows.
//!
//! A table's entry counts in its [namespace](super::namespaces)' `table_count`: storing a new one and deleting one
//! change both in one transaction. A table may be there before its namespace, which then counts it when it is created.
//!
//! Only a shared table has an access level, and a private one has an owner. A table stays of its type. Deleting its entry
//! leaves its rows where they are; [`drop_table`](crate::SystemTableStore::drop_table) removes both.
//!
//! ```
//! use std::sync::Arc;
//! use keyloft::prelude::*;
//! use keyloft::tables::system::{SystemTables, TableMetadata, TableType};
//!
//! let system = SystemTables::new(Arc::new(keyloft_memory::MemoryBackend::new()));
//! let notes = TableId::from_strings("app", "notes");
//! let private = TableMetadata {
//!     access_level: Some(TableAccess::Private),
//!     ..TableMetadata::new(notes.clone(), TableType::Shared, 1_000)
//! };
//! let refused = system.tables.put(&notes, &private).unwrap_err();
//! assert_eq!(refused.code(), "Invalid");
//!
//! system.tables.put(&notes, &TableMetadata { owner: Some("alice".into()), ..private })?;
//! assert_eq!(system.tables.scan_prefix(&TableId::prefix("app"))?.len(), 1);
//! # Ok::<(), keyloft::Error>(())
//! ```

mod index;
mod metadata;
mod table_type;

pub use index::STORAGE;
pub(super) use index::schema;
pub use metadata::TableMetadata;
pub use table_type::TableType;
