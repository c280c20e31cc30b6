//! The two forms against literal bytes and JSON, hostile input, and laws over any row.

mod binary;
mod json;
mod laws;

use super::Value;

/// A list in a list, so many lists deep.
fn nested(levels: usize) -> Value {
    (0..levels).fold(Value::Null, |inner, _| Value::List([inner].into()))
}

/// A map in a map, so many maps deep, each in the form that takes most in JSON.
fn nested_maps(levels: usize, innermost: Value) -> Value {
    (0..levels).fold(innermost, |inner, _| Value::map([("$int", inner)]))
}
