//! The predefined tables: the system's tables, and tables of rows.

mod drop;
pub mod row;
mod row_access;
mod shape;
pub mod shared;
pub mod stream;
pub mod system;
mod system_columns;
pub mod user;

pub use drop::TableDropper;
pub use row_access::{IncludeDeleted, RowReader, RowWriter};
pub use system_columns::SystemColumns;
