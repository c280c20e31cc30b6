//! The catalog: the definitions of the tables, stored beside their rows.
//!
//! The partition `system_catalog` holds a [`CatalogEntry`] for each table: the parts of its key, the shape of its entity where
//! it is known, its schema version, and its indexes. A table is compared with its entry before its first use. A difference is
//! an [`Error::DefinitionMismatch`](crate::Error::DefinitionMismatch), which shows both sides and names the call that moves
//! the table. It is never wrong data, an empty result or a lost uniqueness.
//!
//! - A table that the catalog does not have is added by its first write.
//! - A [`Migration`] moves a table to the program's definition.
//! - An index answers only if it was built with its present definition.
//! - A program with an older definition is refused for every operation from the migration on.
//!
//! ```
//! use std::sync::Arc;
//! use keyloft::prelude::*;
//!
//! const NUMBER: UniqueIndex<u32, u32> = UniqueIndex::new("number", |number| Some(*number));
//!
//! # let backend: Arc<dyn StorageBackend> = Arc::new(keyloft_memory::MemoryBackend::new());
//! let old = Table::<JobId, u32>::new(backend.clone(), "jobs");
//! old.put(&"a".into(), &7)?;
//!
//! let new = Table::<JobId, u32>::with_schema(backend, Schema::new("jobs").index(NUMBER));
//! let refused = new.find(&NUMBER, &7).unwrap_err();
//! assert_eq!(refused.code(), "DefinitionMismatch");
//! assert!(refused.to_string().contains("the index `number`, which the database lacks"));
//!
//! new.migrate()?;
//! assert_eq!(new.find(&NUMBER, &7)?, Some(("a".into(), 7)));
//! assert_eq!(old.delete(&"a".into()).unwrap_err().code(), "DefinitionMismatch");
//! # Ok::<(), keyloft::Error>(())
//! ```
//!
//! # What is compared
//!
//! | part | agrees if |
//! | --- | --- |
//! | key | it encodes alike, and named fields have the same names |
//! | version | it is the same |
//! | entity | its shape is the same; an unknown shape agrees with every shape |
//! | indexes | both sides have the same ones, with the same kind, fields, shape of the values and revision |
//!
//! The shape of an entity is known if its type has `#[derive(Entity)]` or `#[derive(Shape)]`. Otherwise only the version
//! guards it: raise the version with every change to the fields.
//!
//! # Cost
//!
//! The comparison happens once for each state of the catalog. After it, a read or write compares one number, the
//! [`CatalogStamp`](crate::backend::CatalogStamp) of the backend. So a table notices a definition that another handle, tab or
//! process has changed. With an engine that has no stamps, each operation costs a lookup in the catalog.

mod check;
mod checked;
mod definition;
mod difference;
mod entry;
mod listing;
mod migration;

pub(crate) use check::{Agreement, IndexStates, check, check_new, register, set_built, unregister};
pub(crate) use checked::Checked;
pub use definition::{DefinedIndex, TableDefinition};
pub(crate) use difference::Difference;
pub use entry::{CatalogEntry, IndexState};
pub use listing::{table, tables};
pub use migration::{Migration, Plan, Progress, Step};
