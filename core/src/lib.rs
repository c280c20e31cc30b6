//! Typed storage that runs the same on a native disk, in a browser tab, in a worker at the edge and in CI.
//!
//! A *table* holds entities under typed keys; a *backend* keeps the bytes. Code over tables is written once and runs
//! unchanged on every backend.
//!
//! ```
//! use std::sync::Arc;
//!
//! use keyloft::prelude::*;
//! use keyloft_memory::MemoryBackend;
//! use serde::{Deserialize, Serialize};
//!
//! # #[cfg(feature = "derive")] {
//! #[derive(Serialize, Deserialize, Entity, Debug, PartialEq)]
//! #[table(name = "settings")]
//! struct Setting {
//!     #[key]
//!     user: UserId,
//!     #[index]
//!     theme: String,
//!     font_size: u8,
//! }
//!
//! let settings = Setting::table(Arc::new(MemoryBackend::new()));
//! settings.save(&Setting { user: "alice".into(), theme: "dark".into(), font_size: 12 })?;
//! settings.update(&"alice".into(), |setting| {
//!     setting.font_size += 2;
//!     Ok(())
//! })?;
//! assert_eq!(settings.get(&"alice".into())?.map(|setting| setting.font_size), Some(14));
//! assert_eq!(settings.find_all(&Setting::THEME, "dark")?.len(), 1);
//! # }
//! # Ok::<(), keyloft::Error>(())
//! ```
//!
//! | to | see |
//! | --- | --- |
//! | describe a table by its entity | [`entity`], and the derive [`Entity`](derive@Entity) |
//! | define a key type | [`StorageKey`], [`Prefix`] |
//! | store and read entities | [`Table`], [`EntityReader`], [`EntityWriter`], [`Query`], [`Page`] |
//! | write several entities at once, or read one snapshot | [`StorageBackendExt::transaction`], [`EntityStore::within`], [`EntityReader::at`] |
//! | find entities by values other than their keys | [`Schema`], [`UniqueIndex`], [`Index`], [`IndexReader`] |
//! | change an entity's fields, or a table's indexes or keys | [`catalog`], [`EntityStore::migrate`] |
//! | manage users, namespaces and jobs | [`tables::system`] |
//! | store rows without a fixed shape | [`Row`], [`UserTableStore`], [`SharedTableStore`], [`StreamTableStore`] |
//! | act for a user | [`Principal`], [`access`] |
//! | follow changes | [`layers::Observed`](layers), [`store::EntityWatch`](store) |
//! | move or compare databases | [`transfer`] |
//! | read and write tables without their types | [`untyped`] |
//! | handle errors | [`Error`](struct@Error), [`Error::code`] |
//! | read a guide, an example first | [`guide`] |
//!
//! The backends are separate crates: `keyloft-memory`, `keyloft-redb`, `keyloft-fjall`, `keyloft-opfs`.
//! `keyloft-conformance` tests a custom backend.
//!
//! # What it is not
//!
//! Keyloft is not a query language, a server or an object mapper. Serde encodes your types, and an entity refers to
//! another by its key. Keyloft has no clock and does no I/O: the program passes a [`Clock`] to code that needs the
//! time, and a [`StorageBackend`] keeps the bytes.
//!
//! # Features
//!
//! Keyloft needs `alloc`. The features `std` and `derive` are on by default.
//!
//! | feature | adds |
//! | --- | --- |
//! | `std` | the change feed, watches, the lock of engines with one writer, [`transfer`] over the streams of `std::io` |
//! | `derive` | the derives `Entity`, `Shape` and `StorageKey` |
//! | `chrono`, `jiff`, `time`, `uuid` | the keys and shapes of the crate's types |
//! | `tracing` | spans and events of the layer [`Instrumented`](layers) |

#![no_std]

extern crate alloc;
#[cfg(any(test, feature = "std"))]
extern crate std;

// The code that the derives generate names the crate as its users do.
extern crate self as keyloft;

pub mod access;
pub mod backend;
pub mod catalog;
mod checksum;
pub mod clock;
pub mod entity;
mod enum_text;
pub mod error;
mod excerpt;
#[cfg(any(doc, doctest))]
pub mod guide;
pub mod key;
pub mod layers;
mod maybe_send;
pub mod scrub;
pub mod shape;
pub mod store;
mod stored;
#[cfg(feature = "std")]
mod sync;
pub mod tables;
pub mod transfer;
pub mod untyped;
pub mod value;

pub use access::{CrossUserTableStore, Principal, Role, TableAccess};
pub use backend::{Partition, Read, Snapshot, StorageBackend, StorageBackendExt, Transaction};
pub use clock::Clock;
pub use entity::{ExpiringEntity, ExpiringWriter, Keyed, KeyedWriter, TableEntity};
pub use enum_text::UnknownName;
pub use error::{Error, ErrorKind, Result};
pub use key::{
    AsKey, JobId, LiveQueryId, NamespaceId, Prefix, PrefixBy, RowId, StorageId, StorageKey, TableId,
    TableName, TotalF32, TotalF64, UserId, UserName, UserRowId,
};
#[cfg(feature = "derive")]
pub use keyloft_derive::{Entity, Shape, StorageKey};
pub use maybe_send::{MaybeSend, MaybeSync};
#[cfg(feature = "std")]
pub use store::{Changes, EntityWatch, Event, Watch};
pub use store::{
    Cursor, Entity, EntityReader, EntityRepair, EntityStore, EntityWriter, Index, IndexReader, Page, Query,
    Schema, Table, TableReader, TableWriter, UniqueIndex,
};
pub use tables::row::{Row, Value};
pub use tables::shared::{SharedTableRow, SharedTableStore};
pub use tables::stream::{StreamTableRow, StreamTableStore};
pub use tables::system::{
    AuthType, Job, JobStatus, JobType, LiveQuery, Namespace, Storage, StorageMode, StorageType, SystemEntity,
    SystemTableStore, SystemTables, TableMetadata, TableType, User,
};
pub use tables::user::{UserTableRow, UserTableStore};

/// The names that most code over tables uses: tables, keys, queries and errors.
pub mod prelude {
    pub use crate::access::{CrossUserTableStore, Principal, Role, TableAccess};
    pub use crate::backend::{StorageBackend, StorageBackendExt, Transaction};
    pub use crate::clock::Clock;
    pub use crate::entity::{Expiring, ExpiringEntity, ExpiringWriter, Keyed, KeyedWriter, TableEntity};
    pub use crate::error::{Error, ErrorKind, Result};
    pub use crate::key::{
        JobId, LiveQueryId, NamespaceId, Prefix, RowId, StorageId, StorageKey, TableId, TableName, UserId,
        UserName, UserRowId,
    };
    pub use crate::store::{
        Cursor, EntityReader, EntityRepair, EntityStore, EntityWriter, Index, IndexReader, Page, Query,
        Schema, Table, TableWriter, UniqueIndex,
    };
    #[cfg(feature = "std")]
    pub use crate::store::{EntityWatch, Event};
    pub use crate::tables::row::{Row, Value};
    pub use crate::tables::shared::{SharedTableRow, SharedTableStore};
    pub use crate::tables::stream::{StreamTableRow, StreamTableStore};
    pub use crate::tables::system::jobs::{JobReader, JobWriter};
    pub use crate::tables::system::live_queries::LiveQueryWriter;
    pub use crate::tables::system::users::UserReader;
    pub use crate::tables::system::{SystemEntity, SystemTableStore, SystemTables};
    pub use crate::tables::user::{UserTableRow, UserTableStore};
    pub use crate::tables::{RowReader, RowWriter, TableDropper};
    #[cfg(feature = "derive")]
    pub use keyloft_derive::{Entity, Shape, StorageKey};
}
