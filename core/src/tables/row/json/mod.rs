//! The JSON of rows and values, which the [module](super) documents.

mod portable_number;
mod read;
mod write;

pub(super) use read::{read_columns, read_value};
pub(super) use write::{write_columns, write_value};

/// The mark: the first character of the only key of an object that encodes another value than a map.
const MARK: char = '$';

const INT: &str = "$int";
const FLOAT: &str = "$float";
const BYTES: &str = "$bytes";
const TIMESTAMP: &str = "$timestamp";
