//! Shared tables: rows that several users see, by an access level.

mod row;
mod store;

pub use row::SharedTableRow;
pub use store::SharedTableStore;
