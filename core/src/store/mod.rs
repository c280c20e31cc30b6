//! Stores: typed keys and entities over a backend's bytes.
//!
//! [`EntityStore`] is the store; [`Handle`] is the same inside a transaction or on a snapshot, under the same names.
//! A [`Query`] says which entities, a [`Schema`] what a store knows of its table: the entity's version and its indexes.

mod change;
mod clear;
mod cursor;
mod delete_by;
mod entity;
mod entity_store;
mod entry;
mod forward;
mod handle;
mod hidden;
mod index;
mod iter;
mod load;
mod mismatch;
mod page;
mod query;
mod reads;
mod reindex;
mod schema;
mod upkeep;
mod verify;
#[cfg(feature = "std")]
mod watch;
mod writes;

pub use change::Change;
pub use clear::clear_table;
pub use cursor::Cursor;
pub use entity::Entity;
pub use entity_store::EntityStore;
pub use entry::Entry;
pub use handle::Handle;
pub use hidden::Hidden;
pub use index::{Index, IndexDefinition, IndexOn, UniqueIndex};
pub use iter::Iter;
pub use mismatch::Mismatch;
pub use page::Page;
pub use query::Query;
pub use schema::Schema;
#[cfg(feature = "std")]
pub use watch::{Changes, Event, Watch};
