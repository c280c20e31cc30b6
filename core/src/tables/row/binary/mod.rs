//! The encoding of rows and values as bytes, which the [module](super) documents.

mod bytes;
mod read;
mod write;

pub(super) use read::{read_columns, read_value};
pub(super) use write::{write_columns, write_value};

pub(crate) const NULL: u8 = 0;
pub(crate) const FALSE: u8 = 1;
pub(crate) const TRUE: u8 = 2;
pub(crate) const INT: u8 = 3;
pub(crate) const FLOAT: u8 = 4;
pub(crate) const TEXT: u8 = 5;
pub(crate) const BYTES: u8 = 6;
pub(crate) const TIMESTAMP: u8 = 7;
pub(crate) const LIST: u8 = 8;
pub(crate) const MAP: u8 = 9;

/// The bits of the only stored NaN. The standard library does not specify the bits of `f64::NAN`.
pub(crate) const NAN: u64 = 0x7FF8_0000_0000_0000;
