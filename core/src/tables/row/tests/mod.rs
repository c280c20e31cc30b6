//! The two forms: literal bytes and JSON, hostile input, and laws of all rows.

mod binary;
mod json;
mod laws;

use super::Value;

/// Returns lists nested `levels` deep.
fn nested(levels: usize) -> Value {
    (0..levels).fold(Value::Null, |inner, _| Value::List([inner].into()))
}

/// Returns maps nested `levels` deep, each with a key that is longest in JSON.
fn nested_maps(levels: usize, innermost: Value) -> Value {
    (0..levels).fold(innermost, |inner, _| Value::map([("$int", inner)]))
}
