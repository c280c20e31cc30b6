//! Writes of a table, each in a separate transaction or several in one.

mod access;
mod batch;
mod clear;
mod delete_by;
mod delete_in;
mod load;
mod raw;
mod raw_repair;
mod repair;
mod table_writer;
mod writer;

pub(crate) use access::TableRef;
pub use access::WriteAccess;
pub use clear::clear_table;
pub(super) use load::load;
pub use raw::RawWriter;
pub use repair::EntityRepair;
pub use table_writer::TableWriter;
pub use writer::EntityWriter;
