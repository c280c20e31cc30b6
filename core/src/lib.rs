//! Typed storage that runs the same on a native disk, in a browser tab, in a worker at the edge and in CI.
//!
//! A *store* turns typed keys and serde entities into bytes; a *backend* keeps the bytes. Stores are written once and
//! know no engine; backends know no types.
//!
//! ```
//! use std::sync::Arc;
//!
//! use keyloft::prelude::*;
//! use keyloft_memory::MemoryBackend;
//! use serde::{Deserialize, Serialize};
//!
//! #[derive(Serialize, Deserialize, Debug, PartialEq)]
//! struct Setting {
//!     theme: String,
//!     font_size: u8,
//! }
//!
//! let settings = SystemTableStore::<UserId, Setting>::new(Arc::new(MemoryBackend::new()), "settings");
//! let alice = UserId::new("alice");
//! settings.put(&alice, &Setting { theme: "dark".into(), font_size: 12 })?;
//! settings.update(&alice, |setting| {
//!     setting.font_size += 2;
//!     Ok(())
//! })?;
//! assert_eq!(settings.get(&alice)?.map(|setting| setting.font_size), Some(14));
//! # Ok::<(), keyloft::Error>(())
//! ```
//!
//! | to | see |
//! | --- | --- |
//! | make keys of your own | [`StorageKey`], [`Prefix`] |
//! | store and read entities | [`EntityStore`], [`SystemTableStore`], [`Query`], [`Page`] |
//! | write several at once, or read one state | [`StorageBackendExt::transaction`], [`EntityStore::within`], [`EntityStore::at`] |
//! | find entities by something else than their keys | [`Schema`], [`UniqueIndex`], [`Index`] |
//! | change an entity's fields | [`Schema::version`] |
//! | have users, namespaces, jobs | [`tables::system`] |
//! | hold rows without a fixed shape | [`Row`], [`UserTableStore`], [`SharedTableStore`], [`StreamTableStore`] |
//! | act for somebody | [`Principal`], [`access`] |
//! | follow what changes | [`layers::Observed`](layers), [`EntityStore`]`::watch` |
//! | move or compare databases | [`transfer`] |
//! | handle errors | [`Error`](enum@Error), [`Error::code`] |
//!
//! The backends are crates of their own: `keyloft-memory`, `keyloft-redb`, `keyloft-opfs`; `keyloft-conformance` tests
//! yours.
//!
//! # What it is not
//!
//! Not a query language, not a server, not an object mapper: entities are what serde makes of your types, and relations
//! are keys. It has no clock and does no I/O: what needs the time is given a [`Clock`], what keeps bytes is a
//! [`StorageBackend`]. It needs `alloc`; the feature `std`
//! adds what waits for other threads.

#![no_std]

extern crate alloc;
#[cfg(any(test, feature = "std"))]
extern crate std;

// What `#[derive(StorageKey)]` writes names the crate as its users do.
extern crate self as keyloft;

pub mod access;
pub mod backend;
pub mod clock;
pub mod error;
pub mod key;
pub mod layers;
mod maybe_send;
pub mod store;
mod system_table;
pub mod tables;
mod text;
pub mod transfer;
pub mod value;

pub use access::{CrossUserTableStore, Principal, Role, TableAccess};
pub use backend::{Partition, Read, Snapshot, StorageBackend, StorageBackendExt, Transaction};
pub use clock::Clock;
pub use error::{Error, Result};
pub use key::{
    AsKey, JobId, LiveQueryId, NamespaceId, Prefix, PrefixBy, RowId, StorageId, StorageKey, TableId,
    TableName, UserId, UserName, UserRowId,
};
#[cfg(feature = "derive")]
pub use keyloft_derive::StorageKey;
pub use maybe_send::{MaybeSend, MaybeSync};
#[cfg(feature = "std")]
pub use store::{Changes, Event, Watch};
pub use store::{Cursor, Entity, EntityStore, Index, Page, Query, Schema, UniqueIndex};
pub use system_table::SystemTableStore;
pub use tables::RowStore;
pub use tables::row::{Row, Value};
pub use tables::shared::{SharedTableRow, SharedTableStore};
pub use tables::stream::{StreamTableRow, StreamTableStore};
pub use tables::system::{
    AuthType, Job, JobStatus, JobType, LiveQuery, Namespace, Storage, StorageMode, StorageType, SystemTables,
    TableMetadata, TableType, User,
};
pub use tables::user::{UserTableRow, UserTableStore};

/// Everything that code over stores usually names.
pub mod prelude {
    pub use crate::access::{CrossUserTableStore, Principal, Role, TableAccess};
    pub use crate::backend::{Partition, Read, Snapshot, StorageBackend, StorageBackendExt, Transaction};
    pub use crate::clock::Clock;
    pub use crate::key::{
        JobId, LiveQueryId, NamespaceId, Prefix, RowId, StorageId, StorageKey, TableId, TableName, UserId,
        UserName, UserRowId,
    };
    pub use crate::store::{Cursor, Entity, EntityStore, Index, Page, Query, Schema, UniqueIndex};
    pub use crate::system_table::SystemTableStore;
    pub use crate::tables::RowStore;
    pub use crate::tables::row::{Row, Value};
    pub use crate::tables::shared::{SharedTableRow, SharedTableStore};
    pub use crate::tables::stream::{StreamTableRow, StreamTableStore};
    pub use crate::tables::system::{
        AuthType, Job, JobStatus, JobType, LiveQuery, Namespace, Storage, StorageMode, StorageType,
        SystemTables, TableMetadata, TableType, User,
    };
    pub use crate::tables::user::{UserTableRow, UserTableStore};
    #[cfg(feature = "derive")]
    pub use keyloft_derive::StorageKey;
}
