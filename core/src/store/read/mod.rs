//! Reads of a table: of its newest state, on a snapshot and inside a transaction.

mod by_index;
mod copies;
mod cursor;
mod encoded_rows;
mod entry;
mod index_entries;
mod index_reader;
mod iter;
mod mismatch;
mod page;
mod query;
mod raw;
mod reader;
mod scan;
mod table_reader;
mod verify;
mod verify_portion;
mod walk;

pub(crate) use copies::Copies;
pub use cursor::Cursor;
pub use entry::Entry;
#[cfg(feature = "std")]
pub(crate) use index_entries::Hit;
pub(crate) use index_entries::{Chunk, IndexEntries, IndexEntry, next_entries};
pub use index_reader::IndexReader;
pub use iter::Iter;
pub use mismatch::Mismatch;
pub use page::{Page, Skipped};
pub use query::Query;
pub(crate) use raw::{RawReader, count_entries, decode_key};
pub use reader::EntityReader;
pub(crate) use scan::Scan;
pub use table_reader::TableReader;
pub(super) use verify::{IndexedValues, Rest};
pub use walk::Walk;
