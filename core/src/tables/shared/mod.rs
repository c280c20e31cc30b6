//! Shared tables: rows of several users, under an access level.

mod row;
mod store;

pub use row::SharedTableRow;
pub use store::SharedTableStore;
