//! Rows: named columns of values whose types are known at run time only.
//!
//! A [`Row`] is a serde type, so it can be an entity or a field of an entity. It has two lossless forms: stored bytes and
//! JSON. Serde's `is_human_readable` selects the form. Both refuse to write or read values that are nested deeper than
//! [`MAX_DEPTH`], so every stored row can be read.
//!
//! # As bytes
//!
//! The form is the number of columns, followed by each column's name and value in the order of the names. Equal rows have
//! equal bytes, because columns that are out of order or duplicated are refused. A value is a tag of one byte, followed by
//! its content in [postcard](https://postcard.jamesmunns.com/wire-format). The tags never change.
//!
//! | tag | value | followed by |
//! | --- | --- | --- |
//! | 0 | null | |
//! | 1 | bool: false | |
//! | 2 | bool: true | |
//! | 3 | int | the zigzag varint |
//! | 4 | float | the 8 bytes, little-endian; a NaN is always `00 00 00 00 00 00 f8 7f` |
//! | 5 | text | the length, the UTF-8 |
//! | 6 | bytes | the length, the bytes |
//! | 7 | timestamp | the zigzag varint |
//! | 8 | list | the length, the values |
//! | 9 | map | the length, then each key as text without a tag and its value, in the order of the keys |
//!
//! # As JSON
//!
//! A row is an object. Null, bool, text, list and map have the form of JSON. Every other value is a number, or an object
//! whose only key begins with `$`:
//!
//! | value | JSON |
//! | --- | --- |
//! | int from −(2⁵³ − 1) to 2⁵³ − 1 | `42` |
//! | other int | `{"$int":"9007199254740993"}` |
//! | float with a fraction, of at most 15 significant digits and 22 decimal places | `1.5` |
//! | other float | `{"$float":"1"}`, `{"$float":"-0"}`, `{"$float":"1e300"}`, `{"$float":"0.30000000000000004"}`, `{"$float":"NaN"}`, `{"$float":"Infinity"}`, `{"$float":"-Infinity"}` |
//! | bytes | `{"$bytes":"00ff"}` |
//! | timestamp from −(2⁵³ − 1) to 2⁵³ − 1 | `{"$timestamp":1700000000000}` |
//! | other timestamp | `{"$timestamp":"9007199254740993"}` |
//! | map whose only key begins with `$` | `{"$$price":5}` for the key `$price` |
//!
//! A row therefore survives programs that read every number as a float, that write 1.0 as `1`, or that reorder keys. It
//! also survives a parser whose floats can be wrong in the last digit, as those of `serde_json` can by default.
//!
//! A number without fraction and exponent is read as an int, and every other number as a float. A number of 2⁶³ or more is
//! refused, because parsers disagree on integers of that size; a float of that size must be written as
//! `{"$float":"…"}`. A duplicate key is refused. An object whose only key begins with `$` is refused if the table does not
//! list it.

pub(crate) mod binary;
mod columns;
mod convert;
pub(crate) mod json;
#[cfg(test)]
mod tests;
mod value;

pub use columns::Row;
pub use value::Value;

/// The deepest nesting of lists and maps in a row's column.
pub const MAX_DEPTH: usize = 64;

/// The error of both forms for a value that is nested deeper than [`MAX_DEPTH`].
const TOO_DEEP: &str = "lists and maps are nested deeper than 64 levels";
