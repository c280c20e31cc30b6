//! Stream tables: rows that pass, each with a time to live.

mod row;
mod store;

pub use row::{Expiring, StreamTableRow};
pub use store::StreamTableStore;
pub(super) use store::expires_index;
