//! The encoding of rows and values as bytes, which the [module](super) documents.

mod bytes;
mod read;
mod write;

pub(super) use read::{read_columns, read_value};
pub(super) use write::{write_columns, write_value};

const NULL: u8 = 0;
const FALSE: u8 = 1;
const TRUE: u8 = 2;
const INT: u8 = 3;
const FLOAT: u8 = 4;
const TEXT: u8 = 5;
const BYTES: u8 = 6;
const TIMESTAMP: u8 = 7;
const LIST: u8 = 8;
const MAP: u8 = 9;

/// The bits of the only stored NaN. The standard library does not specify the bits of `f64::NAN`.
const NAN: u64 = 0x7FF8_0000_0000_0000;
