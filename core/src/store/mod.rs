//! Tables: typed keys and entities over a backend's bytes.
//!
//! | trait | methods |
//! | --- | --- |
//! | [`EntityReader`] | all reads by key |
//! | [`IndexReader`] | all reads by an index |
//! | [`EntityWriter`] | all writes |
//! | [`EntityRepair`] | rebuild indexes, discard entries that can't be decoded |
//! | [`EntityWatch`] | follow changes |
//! | [`EntityStore`] | a table in a backend: reads, writes and repair, also `within` a transaction |
//!
//! [`Table`] is the store of an application's tables. A [`Schema`] defines a table: its partition, its version and its
//! indexes. A [`Query`] selects entities by their keys or by their values in one index, and a [`Select`] by several
//! conditions.

pub(crate) mod access;
mod entity;
mod entity_store;
pub(crate) mod index;
pub(crate) mod read;
mod repeats;
pub(crate) mod schema;
mod select;
mod table;
#[cfg(feature = "std")]
mod watch;
mod write;

pub use access::Access;
pub(crate) use access::ReadSource;
pub use entity::Entity;
pub use entity_store::EntityStore;
pub use index::{ClosureIndex, Index, IndexDefinition, IndexOn, UniqueIndex};
pub(crate) use index::{IndexUpdate, Values};
pub use read::{
    Cursor, EntityReader, Entry, IndexReader, Iter, Mismatch, Page, Query, Skipped, TableReader, Walk,
};
pub use schema::{Change, Codec, Postcard, Schema, Sight, Visibility};
pub(crate) use schema::{Layout, Outline, version_mismatch};
pub use select::{Plan, Reads, Select};
pub use table::Table;
#[cfg(feature = "std")]
pub use watch::{Changes, EntityWatch, Event, Watch};
pub(crate) use write::TableRef;
pub use write::{EntityRepair, EntityWriter, RawWriter, TableWriter, WriteAccess, clear_table};
