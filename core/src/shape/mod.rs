//! The encoding of entities, as data.
//!
//! A [`Shape`] says how a type encodes in [postcard](https://postcard.jamesmunns.com/wire-format), so that two programs can
//! compare their types, and a program without the type can read its values. [`HasShape`] gives the shape of a type.
//!
//! ```
//! use keyloft::shape::{Fields, HasShape, NodeId, Shape, Shapes};
//!
//! struct Size {
//!     width: u32,
//!     height: u32,
//! }
//!
//! impl HasShape for Size {
//!     fn shape_in(shapes: &mut Shapes) -> NodeId {
//!         shapes.define_struct::<Self>(Fields::Named(&[("width", u32::shape_in), ("height", u32::shape_in)]))
//!     }
//! }
//!
//! assert_eq!(Shape::of::<Size>().to_string(), "{width: u32, height: u32}");
//! ```
//!
//! # Encoding
//!
//! A shape is a list of [nodes](Node) without repetitions. They refer to each other by their places in the list, and are in
//! the order of the first visit, level by level from the root, which is the first node. Equal types have equal shapes on
//! every target.
//!
//! | node | values in postcard |
//! | --- | --- |
//! | unit | no bytes |
//! | bool | a byte, 0 or 1 |
//! | `u8`, `i8` | a byte |
//! | other unsigned integers | a varint |
//! | other signed integers | a zigzag varint |
//! | `f32`, `f64` | 4 or 8 bytes, little-endian |
//! | text, char | the length, the UTF-8 |
//! | bytes | the length, the bytes |
//! | option | 0, or 1 and the value |
//! | list | the number of items, the items |
//! | map | the number of entries, then each key and its value |
//! | tuple, array, struct | the values |
//! | enum | the place of the variant, from 0, as a varint, then its content |
//! | row, value | as the module [`row`](crate::tables::row) documents |
//!
//! # JSON
//!
//! [`Payload::to_json`] writes a value as JSON, and [`Shape::encode_json`] reads it back without loss, even if JavaScript
//! has parsed and written it in between, but for the sign of −0.0. The form is that of serde, except where JSON or
//! JavaScript lack a value:
//!
//! | node | JSON |
//! | --- | --- |
//! | unit | `null` |
//! | bool, text, char | a bool, a string |
//! | integer from −(2⁵³ − 1) to 2⁵³ − 1 | `42` |
//! | other integer | `"9007199254740993"` |
//! | float | `0.5`, `"NaN"`, `"Infinity"`, `"-Infinity"` |
//! | bytes | `"00ff"`, in hex |
//! | option | `null`, or the value |
//! | option of a type that may be `null` itself: unit, option, value | `null`, or `{"Some":…}` |
//! | list, tuple, array | `[…]` |
//! | map whose keys are text, char, bool, integer, bytes, or an enum without contents | `{"key":…}` |
//! | other map | `[[key,value],…]` |
//! | struct | `{"field":…}` |
//! | enum | `"Variant"`, or `{"Variant":…}` with the content |
//! | row, value | as the module [`row`](crate::tables::row#as-json) documents |

mod difference;
mod display;
mod graph;
mod has_shape;
mod json;
mod malformed;
mod minimal;
mod node;
mod path;
mod payload;
mod shapes;
mod simple;
mod stored;
#[cfg(test)]
mod tests;
mod types;
mod walk;
mod walk_row;

pub use graph::Shape;
pub use has_shape::HasShape;
pub use json::InvalidJson;
pub use malformed::Malformed;
pub use node::{Field, Node, NodeId, Variant};
pub use payload::{Items, Payload};
pub use shapes::{Fields, Part, Shapes};
