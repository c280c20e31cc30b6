//! Rows: named columns of values whose types are not known when the program is compiled.
//!
//! A [`Row`] is a serde type like any other, so it can be an entity or a field of one. It has two forms, and serde's
//! `is_human_readable` chooses: the bytes that are stored, and JSON. Both lose nothing, and both refuse values nested
//! deeper than [`MAX_DEPTH`] when they are written as well as when they are read, so what is stored can be read again.
//!
//! # As bytes
//!
//! The number of columns, then each column's name and value, in the order of the names: equal rows have equal bytes,
//! and columns that are out of order, or named twice, are refused. A value is its tag in one byte, then what follows
//! from it in [postcard](https://postcard.jamesmunns.com/wire-format). The tags never change.
//!
//! | tag | value | followed by |
//! | --- | --- | --- |
//! | 0 | null | |
//! | 1 | bool: false | |
//! | 2 | bool: true | |
//! | 3 | int | the zigzag varint |
//! | 4 | float | its 8 bytes, little-endian; a NaN is always `00 00 00 00 00 00 f8 7f` |
//! | 5 | text | its length, its UTF-8 |
//! | 6 | bytes | their length, the bytes |
//! | 7 | timestamp | the zigzag varint |
//! | 8 | list | its length, the values |
//! | 9 | map | its length, the keys as text without a tag, each with its value, in the order of the keys |
//!
//! # As JSON
//!
//! A row is an object. Null, bool, text, list and map are JSON's own. What JSON has no form for is an object whose only
//! key begins with `$`:
//!
//! | value | JSON |
//! | --- | --- |
//! | int up to 2⁵³ − 1 either way | `42` |
//! | other int | `{"$int":"9007199254740993"}` |
//! | float with a fraction, of at most 15 significant digits and 22 decimal places | `1.5` |
//! | other float | `{"$float":"1"}`, `{"$float":"-0"}`, `{"$float":"1e300"}`, `{"$float":"0.30000000000000004"}`, `{"$float":"NaN"}`, `{"$float":"Infinity"}`, `{"$float":"-Infinity"}` |
//! | bytes | `{"$bytes":"00ff"}` |
//! | timestamp up to 2⁵³ − 1 either way | `{"$timestamp":1700000000000}` |
//! | other timestamp | `{"$timestamp":"9007199254740993"}` |
//! | map whose only key begins with `$` | `{"$$price":5}` for the key `$price` |
//!
//! So the JSON passes unharmed through programs whose only number is the float, write 1.0 as `1`, or put keys in another
//! order, and through readers that are off by one in a float's last digit, as `serde_json` is unless told otherwise.
//!
//! Read, a number without fraction and exponent is an int, any other a float. A number from 2⁶³ on is refused, for
//! readers don't agree what an integer of that size is: a float is written `{"$float":"…"}`. A key that is there twice
//! is refused, and so is an object whose only key begins with `$` and is none of these.

mod binary;
mod columns;
mod convert;
mod json;
#[cfg(test)]
mod tests;
mod value;

pub use columns::Row;
pub use value::Value;

/// How deep lists and maps may be nested in a row's column.
pub const MAX_DEPTH: usize = 64;

/// What both forms say of values nested deeper.
const TOO_DEEP: &str = "lists and maps are nested deeper than 64 levels";
