//! The tables, all under the methods of [`DocTable`].
//!
//! | module | its tables |
//! | --- | --- |
//! | `system` | the system's: users, tables, jobs, namespaces, storages, live queries |
//! | `rows` | the rows of users, shared tables and streams |
//! | `defined` | collections and other tables whose definition is data |
//! | `bytes` | partitions of bytes |

mod action;
mod bytes;
mod column_index;
mod defined;
mod doc;
mod doc_codec;
mod doc_table;
mod encoded_table;
#[cfg(all(feature = "durable-object", target_family = "wasm", target_os = "unknown"))]
mod evicted;
mod field_index;
mod named_index;
mod open;
mod open_table;
mod payload_check;
mod read_index;
mod redefine;
mod rights;
mod rows;
mod system;

pub(crate) use action::Action;
use action::unknown_action;
pub(crate) use defined::{Defined, remove};
pub(crate) use doc::Doc;
pub(crate) use doc_table::DocTable;
pub(crate) use encoded_table::EncodedTable;
#[cfg(all(feature = "durable-object", target_family = "wasm", target_os = "unknown"))]
pub(crate) use evicted::{can_evict, evicted};
pub(crate) use named_index::NamedIndex;
pub(crate) use open::{open, own_name};
pub(crate) use open_table::OpenTable;
pub(crate) use redefine::redefine;
pub(crate) use rights::Permission;

/// The schema of a table of documents.
type DocSchema = keyloft::Schema<Vec<u8>, Doc>;

/// A table of documents in a backend.
type Store = keyloft::Table<Vec<u8>, Doc>;
