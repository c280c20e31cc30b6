//! User tables: rows that are one user's own.

mod row;
mod rows;
mod store;
mod write_view;

pub use row::UserTableRow;
pub use rows::UserRows;
pub use store::UserTableStore;
pub use write_view::UserWriteView;
