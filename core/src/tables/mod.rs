//! The tables: those of the system, and those that hold rows.

mod drop;
pub mod row;
pub mod shared;
pub mod stream;
pub mod system;
mod system_columns;
pub mod user;

pub use system_columns::{IncludeDeleted, RowStore, SystemColumns};
