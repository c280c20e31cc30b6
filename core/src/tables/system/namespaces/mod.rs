//! `system_namespaces`: what tables are grouped in.
//!
//! A name begins with a lower-case letter, lower-case letters, digits and underscores follow; `system` is reserved. A
//! namespace that has tables can't be deleted.
//!
//! `table_count` is the table's own: [`system_tables`](super::tables) keeps it. A new namespace counts the tables that
//! are there already, storing one again keeps its count, and what the entity that is stored says does not matter.
//!
//! ```
//! use std::sync::Arc;
//! use keyloft::prelude::*;
//! use keyloft::tables::system::{Namespace, SystemTables, TableMetadata, TableType};
//!
//! let system = SystemTables::new(Arc::new(keyloft_memory::MemoryBackend::new()));
//! let app = NamespaceId::new("app");
//! let notes = TableId::from_strings("app", "notes");
//! system.namespaces.insert(&app, &Namespace::new("app", 1_000))?;
//! system.tables.insert(&notes, &TableMetadata::new(notes.clone(), TableType::User, 2_000))?;
//! assert_eq!(system.namespaces.get(&app)?.map(|namespace| namespace.table_count), Some(1));
//!
//! assert_eq!(system.namespaces.delete(&app).unwrap_err().code(), "InUse");
//! system.tables.delete(&notes)?;
//! assert!(system.namespaces.delete(&app)?);
//! # Ok::<(), keyloft::Error>(())
//! ```

mod count;
mod namespace;
mod rules;

pub(super) use count::recount;
pub use namespace::Namespace;
pub(super) use rules::schema;
