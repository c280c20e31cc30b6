//! The bytes of rows and values, as the [module](super) describes them.

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

/// The bits of the one NaN that is stored. `f64::NAN` does not promise its own.
const NAN: u64 = 0x7FF8_0000_0000_0000;
