//! Stream tables: rows that expire.

mod row;
mod store;

pub use row::{Expiring, StreamTableRow};
pub use store::StreamTableStore;
pub(super) use store::expires_index;
