//! `system_namespaces`: the namespaces, which group tables.
//!
//! A name begins with a lower-case letter, followed by lower-case letters, digits and underscores. The name `system` is
//! reserved. A namespace with tables can't be deleted.
//!
//! [`system_tables`](super::tables) maintains `table_count`. A new namespace starts with the number of its existing tables.
//! Writes of a namespace ignore the count of the given entity.
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

pub(super) use count::adjust_count;
pub use namespace::Namespace;
pub(super) use rules::declare;
