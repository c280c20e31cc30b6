//! The JSON of rows and values, which the [module](super) documents.

pub(crate) mod portable_number;
mod read;
mod write;

pub(super) use read::{read_columns, read_value};
pub(super) use write::{write_columns, write_value};

/// The mark: the first character of the only key of an object that encodes another value than a map.
pub(crate) const MARK: char = '$';

pub(crate) const INT: &str = "$int";
pub(crate) const FLOAT: &str = "$float";
pub(crate) const BYTES: &str = "$bytes";
pub(crate) const TIMESTAMP: &str = "$timestamp";
