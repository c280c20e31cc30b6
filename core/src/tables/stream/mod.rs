//! Stream tables: rows that expire.

mod row;
mod store;

pub use row::StreamTableRow;
pub use store::StreamTableStore;
