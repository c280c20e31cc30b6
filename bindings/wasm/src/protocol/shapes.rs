//! The tags of the stored shapes of keys and entities.

use keyloft::key::{KeyPart, KeyShape};
use keyloft::shape::{Node, NodeId};

/// The documentation and the name of an enumeration, and the names and tags of its variants.
pub(super) type Tags = (&'static str, &'static str, Vec<(&'static str, u8)>);

/// Returns the enumerations of tags.
pub(super) fn tags() -> [Tags; 2] {
    [
        ("The tags of the shapes of keys.", "KeyTag", keys()),
        ("The tags of the nodes in the shapes of entities.", "NodeTag", nodes()),
    ]
}

/// Names the variants, each with an example, and calls the function for their tags.
macro_rules! tags {
    ($tag:expr; $($enum:ident :: $variant:ident $content:tt),+ $(,)?) => {
        vec![$((stringify!($variant), $tag(&tags!(@ $enum $variant $content)))),+]
    };
    (@ $enum:ident $variant:ident {}) => { $enum::$variant };
    (@ $enum:ident $variant:ident ($($value:expr),+)) => { $enum::$variant($($value),+) };
    (@ $enum:ident $variant:ident { $($field:ident: $value:expr),+ }) => { $enum::$variant { $($field: $value),+ } };
}

fn keys() -> Vec<(&'static str, u8)> {
    let inner = || Box::new(KeyShape::Text);
    tags![
        tag_of_key;
        KeyShape::Unknown {},
        KeyShape::Unit {},
        KeyShape::Bool {},
        KeyShape::U8 {},
        KeyShape::U16 {},
        KeyShape::U32 {},
        KeyShape::U64 {},
        KeyShape::U128 {},
        KeyShape::I8 {},
        KeyShape::I16 {},
        KeyShape::I32 {},
        KeyShape::I64 {},
        KeyShape::I128 {},
        KeyShape::F32 {},
        KeyShape::F64 {},
        KeyShape::Text {},
        KeyShape::Bytes {},
        KeyShape::Array(1),
        KeyShape::Uuid {},
        KeyShape::Timestamp {},
        KeyShape::Option(inner()),
        KeyShape::Reverse(inner()),
        KeyShape::Parts(Vec::new()),
        KeyShape::Enum(Vec::new()),
        KeyShape::Joined {
            left: String::new(),
            right: Box::new(KeyPart { name: None, shape: KeyShape::Text })
        },
    ]
}

fn nodes() -> Vec<(&'static str, u8)> {
    let inner = NodeId(0);
    tags![
        Node::tag;
        Node::Unit {},
        Node::Bool {},
        Node::U8 {},
        Node::U16 {},
        Node::U32 {},
        Node::U64 {},
        Node::U128 {},
        Node::I8 {},
        Node::I16 {},
        Node::I32 {},
        Node::I64 {},
        Node::I128 {},
        Node::F32 {},
        Node::F64 {},
        Node::Char {},
        Node::Text {},
        Node::Bytes {},
        Node::Option(inner),
        Node::List(inner),
        Node::Map(inner, inner),
        Node::Tuple(Vec::new()),
        Node::Array(inner, 1),
        Node::Struct(Vec::new()),
        Node::Enum(Vec::new()),
        Node::Row {},
        Node::Value {},
    ]
}

fn tag_of_key(shape: &KeyShape) -> u8 {
    shape.to_bytes()[0]
}
