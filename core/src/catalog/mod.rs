//! The catalog: the definitions of the tables, stored beside their rows.
//!
//! The partition `system_catalog` holds a [`CatalogEntry`] for each table: the parts of its key, the shape of its entity where
//! it is known, its schema version, and its indexes. A table is compared with its entry before its first use. A difference is
//! an [`ErrorKind::DefinitionMismatch`](crate::ErrorKind::DefinitionMismatch), which shows both sides and names the call that moves
//! the table. It is never wrong data, an empty result or a lost uniqueness.
//!
//! - The first entity that a table stores adds the table to the catalog.
//! - A [`Migration`] moves a table to the program's definition. [`migrate`](crate::EntityStore::migrate) is short for the
//!   migration of one table.
//! - An index answers only if it has the entries of all rows by its present definition.
//! - A program with an older definition is refused for every operation from the first transaction of the migration on.
//!
//! The guides to [migrations](crate::guide::migrations) and [rolling deploys](crate::guide::rolling_deploys) have the details.
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
//! | key | it encodes alike, and named fields have the same names; an unknown part agrees with every part |
//! | version | it is the same |
//! | entity | its shape is the same; an unknown shape agrees with every shape |
//! | indexes | both sides have the same ones, with the same kind, fields, shape of the values and revision; an unknown shape of the values agrees with every shape |
//!
//! An index by a function is another one than an index on fields. A migration by a program that knows less keeps what the
//! catalog knows.
//!
//! The shape of an entity is known if the table comes from `#[derive(Entity)]`, or its schema has a
//! [`shape`](crate::Schema::shape), as that of a [`Row`](crate::Row) has. Otherwise only the version guards it: raise the
//! version with every change to the fields.
//! The shape of a key is known for all key types of this crate and for derived ones. The encoding of a custom
//! [codec](crate::store::Codec) is unknown.
//!
//! Functions can't be compared: raise the revision of an index whose function returns other values. Guards, completions and
//! the visibility of rows are not part of the definition.
//!
//! # Read it
//!
//! [`tables`] and [`table`] return the entries: for tools, for a status page, and for the decision to drop the types of old
//! versions. Each [scope](crate::layers::Scoped) has its own catalog. An export contains the catalog, and
//! [`clear_table`](crate::store::clear_table) removes the table from it.
//!
//! Rows that are written through the backend, without a table, don't add a table. If a table with indexes is later opened over
//! them, it refuses writes until a migration has built its indexes.
//!
//! # Cost
//!
//! The comparison happens once for each state of the catalog. After it, a read or write compares one number, the
//! [`CatalogStamp`](crate::backend::CatalogStamp) of the backend. So a table notices a definition that another handle, tab or
//! process has changed. With an engine that has no stamps, and while a migration is unfinished, each operation costs a lookup
//! in the catalog.

mod check;
mod checked;
mod definition;
mod difference;
mod entry;
mod listing;
mod migration;
mod stored;
mod values;

pub(crate) use check::{Agreement, IndexStates, check, check_new, register, set_built, unregister};
pub(crate) use checked::Checked;
pub use definition::{DefinedIndex, TableDefinition};
pub(crate) use difference::Difference;
pub use entry::{CatalogEntry, IndexState};
pub use listing::{table, tables};
pub use migration::{Migration, Plan, Progress, Step};
