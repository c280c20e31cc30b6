//! [`Node`]: one type within a shape.

use alloc::string::String;
use alloc::vec::Vec;

/// The number of a node in its [`Shape`](super::Shape), or in the [`Shapes`](super::Shapes) that build one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub u32);

/// One type within a shape. It refers to the types inside it by their numbers.
///
/// The [module](super) lists how each of them is encoded. The order of the variants is stored, and never changes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Node {
    /// `()`, or a struct without fields.
    Unit,
    /// `bool`.
    Bool,
    /// `u8`.
    U8,
    /// `u16`.
    U16,
    /// `u32`.
    U32,
    /// `u64` or `usize`.
    U64,
    /// `u128`.
    U128,
    /// `i8`.
    I8,
    /// `i16`.
    I16,
    /// `i32`.
    I32,
    /// `i64` or `isize`.
    I64,
    /// `i128`.
    I128,
    /// `f32`.
    F32,
    /// `f64`.
    F64,
    /// `char`.
    Char,
    /// Text.
    Text,
    /// Bytes, of a type that serializes them as bytes. A `Vec<u8>` is a list of `u8`.
    Bytes,
    /// A value or none.
    Option(NodeId),
    /// Any number of values.
    List(NodeId),
    /// Any number of keys, each with a value.
    Map(NodeId, NodeId),
    /// Values of different types: a tuple, or a struct whose fields have no names.
    Tuple(Vec<NodeId>),
    /// A fixed number of values of one type: an array, or a tuple whose types are equal.
    Array(NodeId, u32),
    /// A struct whose fields have names.
    Struct(Vec<Field>),
    /// An enum.
    Enum(Vec<Variant>),
    /// A [`Row`](crate::Row).
    Row,
    /// A [`Value`](crate::Value).
    Value,
}

/// A field of a struct.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Field {
    /// The name, as serde writes it.
    pub name: String,
    /// The type.
    pub node: NodeId,
}

/// A variant of an enum.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Variant {
    /// The name, as serde writes it.
    pub name: String,
    /// The type of the content: the type of the only field without a name, otherwise a tuple or a struct of the fields.
    /// A variant without fields has none.
    pub content: Option<NodeId>,
}

impl Node {
    /// Calls the closure for each number inside the node, which it may change.
    pub(super) fn each_id(&mut self, visit: &mut dyn FnMut(&mut NodeId)) {
        match self {
            Self::Option(id) | Self::List(id) | Self::Array(id, _) => visit(id),
            Self::Map(key, value) => {
                visit(key);
                visit(value);
            }
            Self::Tuple(ids) => ids.iter_mut().for_each(visit),
            Self::Struct(fields) => fields.iter_mut().for_each(|field| visit(&mut field.node)),
            Self::Enum(variants) => {
                variants.iter_mut().filter_map(|variant| variant.content.as_mut()).for_each(visit);
            }
            _ => {}
        }
    }

    /// Returns a part's name, and its type if it has one: of a value of a tuple, which has no name, of a field or a variant.
    pub(super) fn part(&self, at: usize) -> Option<(&str, Option<NodeId>)> {
        match self {
            Self::Tuple(ids) => ids.get(at).map(|id| ("", Some(*id))),
            Self::Struct(fields) => fields.get(at).map(|field| (field.name.as_str(), Some(field.node))),
            Self::Enum(variants) => variants.get(at).map(|variant| (variant.name.as_str(), variant.content)),
            _ => None,
        }
    }

    /// Returns the number of values of a tuple or an array, otherwise 0.
    pub(super) fn width(&self) -> usize {
        match self {
            Self::Tuple(ids) => ids.len(),
            Self::Array(_, count) => usize::try_from(*count).unwrap_or(usize::MAX),
            _ => 0,
        }
    }

    /// Returns a value of a tuple or an array.
    pub(super) fn item(&self, at: usize) -> Option<NodeId> {
        match self {
            Self::Tuple(ids) => ids.get(at).copied(),
            Self::Array(item, _) if at < self.width() => Some(*item),
            _ => None,
        }
    }

    /// Returns the bits of an integer, and `true` if it is signed.
    pub(super) fn integer(&self) -> Option<(u32, bool)> {
        Some(match self {
            Self::U8 => (8, false),
            Self::U16 => (16, false),
            Self::U32 => (32, false),
            Self::U64 => (64, false),
            Self::U128 => (128, false),
            Self::I8 => (8, true),
            Self::I16 => (16, true),
            Self::I32 => (32, true),
            Self::I64 => (64, true),
            Self::I128 => (128, true),
            _ => return None,
        })
    }
}
