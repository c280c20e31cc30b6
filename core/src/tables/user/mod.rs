//! User tables: rows that each belong to one user.

mod row;
mod rows;
mod store;
mod write_view;

pub use row::UserTableRow;
pub use rows::UserRows;
pub use store::UserTableStore;
pub use write_view::UserWriteView;
