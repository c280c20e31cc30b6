//! Payloads as JSON, which the [module](super) documents.

mod error;
mod parser;
mod read;
mod read_parts;
mod read_simple;
mod row;
mod serde;
mod text;
mod write;

pub use error::InvalidJson;

use super::{Node, NodeId, Shape};

/// The only key of the object around the value of an option, if the value may be null.
const SOME: &str = "Some";

/// The floats that JSON has no number for.
const NAN: &str = "NaN";
const INFINITY: &str = "Infinity";
const MINUS_INFINITY: &str = "-Infinity";

/// The largest integer that is a number in JSON: JavaScript's largest safe integer. The smallest has the same digits.
const MAX_SAFE: u128 = 0x1F_FFFF_FFFF_FFFF;

/// Returns `true` if a value of the type may be null in JSON.
fn may_be_null(shape: &Shape, id: NodeId) -> bool {
    matches!(shape.node(id), Node::Unit | Node::Option(_) | Node::Value)
}

/// Returns `true` if every value of the type is text as the key of a JSON object.
fn is_key(shape: &Shape, id: NodeId) -> bool {
    match shape.node(id) {
        Node::Bool | Node::Char | Node::Text | Node::Bytes => true,
        Node::Enum(variants) => variants.iter().all(|variant| variant.content.is_none()),
        node => node.integer().is_some(),
    }
}
