//! `system_tables`: the metadata of tables of rows.
//!
//! The insertion and the deletion of a table update the `table_count` of its [namespace](super::namespaces) in the same
//! transaction. A table may be created before its namespace. The namespace counts its existing tables when it is created.
//!
//! Only a shared table has an access level. A private table must have an owner. The type of a table can't change. Deleting
//! the metadata does not delete the rows; [`drop_table`](crate::tables::TableDropper::drop_table) deletes both.
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
pub(super) use index::declare;
pub use metadata::TableMetadata;
pub use table_type::TableType;
