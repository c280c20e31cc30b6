//! Tables that `#[derive(Entity)]` describes: the entity's type says what its table is.
//!
//! ```
//! # #[cfg(feature = "derive")] {
//! use std::sync::Arc;
//!
//! use keyloft::prelude::*;
//! use keyloft_memory::MemoryBackend;
//! use serde::{Deserialize, Serialize};
//!
//! #[derive(Serialize, Deserialize, Entity, Debug, PartialEq)]
//! #[table(name = "issues")]
//! struct Issue {
//!     #[key]
//!     id: u32,
//!     #[unique]
//!     slug: String,
//!     #[index(each)]
//!     tags: Vec<String>,
//! }
//!
//! let issues = Issue::table(Arc::new(MemoryBackend::new()));
//! let issue = Issue { id: 7, slug: "full-disk".into(), tags: vec!["disk".into(), "urgent".into()] };
//! issues.save(&issue)?;
//! assert_eq!(issues.find(&Issue::SLUG, "full-disk")?, Some((7, issue)));
//! assert_eq!(issues.find_all(&Issue::TAGS, "urgent")?.len(), 1);
//! # }
//! # Ok::<(), keyloft::Error>(())
//! ```
//!
//! | trait | implemented by | gives |
//! | --- | --- | --- |
//! | [`Versioned`] | every entity, also an older version of one | the schema version, and the upgrade to it |
//! | [`TableEntity`] | an entity with a table | the table and its [`Schema`](crate::Schema) |
//! | [`ExpiringEntity`] | an entity with a table and a time of expiry | the same, for a [`Clock`](crate::Clock) |
//! | [`Keyed`] | an entity that contains its key | the key |
//! | [`KeyedWriter`] | the writers of such entities | writes without a separate key |
//! | [`ExpiringWriter`] | the writers of entities that expire | the eviction |
//!
//! The derive of the feature `derive` implements the first four. Its documentation lists the attributes.

#[doc(hidden)] // for the code of the derive, which can not name `std`
pub use alloc::sync::Arc;

mod expiring;
mod expiring_entity;
mod expiry;
mod indexed;
mod keyed;
mod table_entity;
mod versioned;

pub use expiring::{Expiring, ExpiringWriter};
pub use expiring_entity::{ExpiringEntity, decode_head};
pub use expiry::Expiry;
pub use indexed::Indexed;
pub use keyed::{Keyed, KeyedWriter};
pub use table_entity::TableEntity;
pub use versioned::{Versioned, upgrade_through};
