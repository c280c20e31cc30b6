//! Tables without their Rust types, as the [catalog](crate::catalog) defines them: for tools, and for programs that serve any
//! table.
//!
//! An [`UntypedTable`] has the reads and writes of every table. Its keys are bytes and its entities are payloads, which the shapes
//! in the catalog turn into text and JSON, and back.
//!
//! ```
//! # #[cfg(feature = "derive")] {
//! use std::sync::Arc;
//! use keyloft::prelude::*;
//! use keyloft::untyped::UntypedTable;
//! use serde::{Deserialize, Serialize};
//!
//! #[derive(Serialize, Deserialize, Entity)]
//! #[table(name = "notes")]
//! struct Note {
//!     #[key]
//!     id: u32,
//!     #[unique]
//!     slug: String,
//! }
//!
//! # let backend: Arc<dyn StorageBackend> = Arc::new(keyloft_memory::MemoryBackend::new());
//! Note::table(backend.clone()).save(&Note { id: 7, slug: "milk".into() })?;
//!
//! // Another program, which knows nothing of `Note`:
//! let notes = UntypedTable::open(backend, "notes")?.expect("it was written");
//! let slug = notes.index("slug")?;
//! let found = notes.find_all(&slug, &b"milk".to_vec())?;
//! let (key, note) = &found[0];
//! assert_eq!(notes.key_text(key), "7");
//! assert_eq!(notes.to_json(note), Some(r#"{"id":7,"slug":"milk"}"#.into()));
//!
//! let bread = notes.key_from_text("8")?;
//! notes.put(&bread, &notes.from_json(&bread, r#"{"id": 8, "slug": "bread"}"#)?)?;
//! assert_eq!(notes.count_by(&slug, ..)?, 2);
//! # }
//! # Ok::<(), keyloft::Error>(())
//! ```
//!
//! # What it reads
//!
//! It reads all rows that are stored, also those that the table's own type hides: rows that have expired, and tombstones. A row
//! of an older version is an [`UntypedEntity`] of that version, whose shape is not known any more, so it has no JSON.
//!
//! # What it writes
//!
//! Only what keeps the table whole. A write is refused, with the reason, if
//!
//! - the table belongs to the system or holds a user's rows, whose types have rules that the catalog does not know;
//! - the shape of the entities is unknown, or the payload is not of that shape;
//! - the key is none of the table, or not the one that the entity contains;
//! - an index is by a function, or a row of an older version is replaced or deleted and has index entries.
//!
//! A guard or a completion of the program's schema does not run.

mod entity;
mod index;
mod rules;
mod table;

pub use entity::UntypedEntity;
pub use index::UntypedIndex;
pub use table::UntypedTable;
