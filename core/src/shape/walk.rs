//! [`Walk`]: the way through a payload by its shape.
//!
//! Nothing in it trusts the payload or the shape. It allocates nothing, every length is compared with the bytes that remain,
//! and both the nesting and the number of visited values are limited.

use super::node::{Field, Variant};
use super::{Node, NodeId, Shape};

/// The reason why a payload does not fit a shape.
type Result<T> = core::result::Result<T, &'static str>;

/// The deepest nesting of values.
const MAX_DEPTH: usize = 256;

/// The number of values that a payload may have for each of its bytes, and those it may have in addition. Structs around a
/// byte and values without bytes are values too, so that a few bytes can't claim millions of empty items.
const VALUES_OF_A_BYTE: usize = 64;
const MORE_VALUES: usize = 1024;

const SHORT: &str = "the payload ends inside a value";
const BAD_VARINT: &str = "an integer is too large for its type";
const BAD_TEXT: &str = "a text is not UTF-8";
pub(super) const BAD_VALUE: &str = "a row's column is malformed";

/// The bytes that a walk has not read yet.
#[derive(Clone)]
pub(super) struct Walk<'a> {
    pub(super) shape: &'a Shape,
    pub(super) rest: &'a [u8],
    values: usize,
}

/// A value whose beginning has been read. The values inside it follow.
#[derive(Clone)]
pub(super) struct Open<'a> {
    pub(super) node: &'a Node,
    /// The variant of an enum.
    pub(super) variant: Option<&'a Variant>,
    /// The number of the values inside, and of those that have been read.
    count: u64,
    read: u64,
}

impl<'a> Walk<'a> {
    pub(super) fn new(shape: &'a Shape, bytes: &'a [u8]) -> Self {
        let values = bytes.len().saturating_mul(VALUES_OF_A_BYTE).saturating_add(MORE_VALUES);
        Self { shape, rest: bytes, values }
    }

    /// Returns a walk through bytes that another walk has passed.
    pub(super) fn again(shape: &'a Shape, bytes: &'a [u8]) -> Self {
        Self { shape, rest: bytes, values: usize::MAX }
    }

    /// Passes a value, and returns its bytes.
    pub(super) fn value(&mut self, id: NodeId) -> Result<&'a [u8]> {
        let before = self.rest;
        self.pass(id, 0)?;
        Ok(before.get(..before.len() - self.rest.len()).unwrap_or_default())
    }

    fn pass(&mut self, id: NodeId, depth: usize) -> Result<()> {
        self.values = self.values.checked_sub(1).ok_or("it has more values than its length allows")?;
        if depth > MAX_DEPTH {
            return Err("its values are nested deeper than 256 levels");
        }
        let mut open = self.open(id)?;
        while let Some(inside) = open.next() {
            self.pass(inside, depth + 1)?;
        }
        Ok(())
    }

    /// Reads the beginning of a value: all of a simple value, the length of a list, the number of a variant.
    pub(super) fn open(&mut self, id: NodeId) -> Result<Open<'a>> {
        let node = self.shape.node(id);
        let mut variant = None;
        let mut count = 0;
        match node {
            Node::Unit => {}
            Node::Bool => drop(self.flag()?),
            Node::U8 | Node::I8 => drop(self.byte()?),
            Node::U16 | Node::I16 => drop(self.varint(16)?),
            Node::U32 | Node::I32 => drop(self.varint(32)?),
            Node::U64 | Node::I64 => drop(self.varint(64)?),
            Node::U128 | Node::I128 => drop(self.varint(128)?),
            Node::F32 => drop(self.take(4)?),
            Node::F64 => drop(self.take(8)?),
            Node::Char => {
                let mut chars = self.text()?.chars();
                if chars.next().is_none() || chars.next().is_some() {
                    return Err("a char is not one character");
                }
            }
            Node::Text => drop(self.text()?),
            Node::Bytes => drop(self.bytes()?),
            Node::Option(_) => count = u64::from(self.flag()?),
            Node::List(_) => count = self.length()?,
            Node::Map(..) => count = self.length()?.checked_mul(2).ok_or(SHORT)?,
            Node::Tuple(nodes) => count = length_of(nodes),
            Node::Array(_, length) => count = u64::from(*length),
            Node::Struct(fields) => count = length_of(fields),
            Node::Enum(variants) => {
                let number = usize::try_from(low(self.varint(32)?)).unwrap_or(usize::MAX);
                let found = variants.get(number).ok_or("an enum has no variant of this number")?;
                variant = Some(found);
                count = u64::from(found.content.is_some());
            }
            Node::Row => super::walk_row::columns(self, 0)?,
            Node::Value => super::walk_row::value(self, 0)?,
        }
        Ok(Open { node, variant, count, read: 0 })
    }

    pub(super) fn byte(&mut self) -> Result<u8> {
        let (byte, rest) = self.rest.split_first().ok_or(SHORT)?;
        self.rest = rest;
        Ok(*byte)
    }

    fn flag(&mut self) -> Result<bool> {
        match self.byte()? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err("a bool or an option is neither 0 nor 1"),
        }
    }

    pub(super) fn take(&mut self, count: usize) -> Result<&'a [u8]> {
        let (taken, rest) = self.rest.split_at_checked(count).ok_or(SHORT)?;
        self.rest = rest;
        Ok(taken)
    }

    /// Passes a varint, and returns its bytes.
    pub(super) fn varint(&mut self, bits: u32) -> Result<&'a [u8]> {
        let last = usize::try_from((bits - 1) / 7).unwrap_or_default();
        let before = self.rest;
        for at in 0..=last {
            let byte = self.byte()?;
            if byte < 0x80 {
                let excess = at == last && u32::from(byte) >> (bits % 7) != 0;
                return if excess { Err(BAD_VARINT) } else { Ok(before.get(..=at).unwrap_or_default()) };
            }
        }
        Err(BAD_VARINT)
    }

    /// Reads a number of items. They are not yet known to be there.
    pub(super) fn length(&mut self) -> Result<u64> {
        Ok(low(self.varint(64)?))
    }

    pub(super) fn bytes(&mut self) -> Result<&'a [u8]> {
        let length = usize::try_from(self.length()?).map_err(|_| SHORT)?;
        self.take(length)
    }

    pub(super) fn text(&mut self) -> Result<&'a str> {
        core::str::from_utf8(self.bytes()?).map_err(|_| BAD_TEXT)
    }
}

impl Open<'_> {
    /// Returns the node of the next value inside.
    pub(super) fn next(&mut self) -> Option<NodeId> {
        if self.read == self.count {
            return None;
        }
        let at = usize::try_from(self.read).unwrap_or(usize::MAX);
        self.read += 1;
        match self.node {
            Node::Option(id) | Node::List(id) | Node::Array(id, _) => Some(*id),
            Node::Map(key, value) => Some(if at.is_multiple_of(2) { *key } else { *value }),
            Node::Tuple(ids) => ids.get(at).copied(),
            Node::Struct(fields) => fields.get(at).map(Field::node),
            Node::Enum(_) => self.variant.and_then(|variant| variant.content),
            _ => None,
        }
    }
}

/// Returns the lowest 64 bits of a varint.
pub(super) fn low(varint: &[u8]) -> u64 {
    varint.iter().rev().fold(0, |bits, byte| bits << 7 | u64::from(byte & 0x7F))
}

fn length_of<T>(items: &[T]) -> u64 {
    u64::try_from(items.len()).unwrap_or(u64::MAX)
}
