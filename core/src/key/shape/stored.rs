//! The stored form of a [`KeyShape`], in the encoding of keys: a number, then the content of the variant.
//!
//! A shape may nest as deeply as its bytes are many, which would overflow the stack. So it is read to a limit.

use alloc::boxed::Box;
use alloc::vec::Vec;

use super::{KeyPart, KeyShape, KeyVariant};
use crate::error::DecodeReason;
use crate::key::self_delimiting;
use crate::stored::Stored;

/// The number of shapes inside of each other that are stored. A shape that is deeper is stored as unknown.
const MAX_DEPTH: u32 = 33;

// The numbers leave room for more plain shapes.
const ARRAY: u8 = 64;
const OPTION: u8 = 65;
const REVERSE: u8 = 66;
const PARTS: u8 = 67;
const ENUM: u8 = 68;
const JOINED: u8 = 69;

/// Shapes are equal if their stored forms are. That compiles no comparison of each variant.
impl PartialEq for KeyShape {
    fn eq(&self, other: &Self) -> bool {
        let stored = |shape: &Self| {
            let mut out = Vec::new();
            shape.store(u32::MAX, &mut out);
            out
        };
        stored(self) == stored(other)
    }
}

impl KeyShape {
    /// Returns the stored form.
    ///
    /// ```
    /// use keyloft::StorageKey;
    /// use keyloft::key::KeyShape;
    ///
    /// let shape = Option::<u8>::shape();
    /// assert_eq!(shape.to_bytes(), [65, 3]);
    /// assert_eq!(KeyShape::from_bytes(&[65, 3])?, shape);
    /// assert!(KeyShape::from_bytes(&[65]).is_err());
    /// # Ok::<(), keyloft::error::DecodeReason>(())
    /// ```
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::new();
        self.store(MAX_DEPTH, &mut out);
        out
    }

    /// Reads the stored form.
    ///
    /// # Errors
    ///
    /// The reason, if the bytes are no shape.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, DecodeReason> {
        Stored::whole(bytes, Self::load)
    }

    /// Returns the number of the shape, without its content.
    pub(super) fn number(&self) -> u8 {
        match self {
            Self::Unknown => 0,
            Self::Unit => 1,
            Self::Bool => 2,
            Self::U8 => 3,
            Self::U16 => 4,
            Self::U32 => 5,
            Self::U64 => 6,
            Self::U128 => 7,
            Self::I8 => 8,
            Self::I16 => 9,
            Self::I32 => 10,
            Self::I64 => 11,
            Self::I128 => 12,
            Self::F32 => 13,
            Self::F64 => 14,
            Self::Text => 15,
            Self::Bytes => 16,
            Self::Uuid => 17,
            Self::Timestamp => 18,
            Self::Array(_) => ARRAY,
            Self::Option(_) => OPTION,
            Self::Reverse(_) => REVERSE,
            Self::Parts(_) => PARTS,
            Self::Enum(_) => ENUM,
            Self::Joined { .. } => JOINED,
        }
    }

    /// Returns the shape without content that has this number.
    pub(super) fn plain(number: u8) -> Option<Self> {
        Some(match number {
            0 => Self::Unknown,
            1 => Self::Unit,
            2 => Self::Bool,
            3 => Self::U8,
            4 => Self::U16,
            5 => Self::U32,
            6 => Self::U64,
            7 => Self::U128,
            8 => Self::I8,
            9 => Self::I16,
            10 => Self::I32,
            11 => Self::I64,
            12 => Self::I128,
            13 => Self::F32,
            14 => Self::F64,
            15 => Self::Text,
            16 => Self::Bytes,
            17 => Self::Uuid,
            18 => Self::Timestamp,
            _ => return None,
        })
    }

    /// Appends the stored form of a shape inside of which this many others may be stored, less one.
    fn store(&self, depth: u32, out: &mut Vec<u8>) {
        let Some(inside) = depth.checked_sub(1) else {
            return out.push(0);
        };
        out.push(self.number());
        match self {
            Self::Array(len) => out.extend_from_slice(&len.to_be_bytes()),
            Self::Option(inner) | Self::Reverse(inner) => inner.store(inside, out),
            Self::Parts(parts) => store_parts(parts, inside, out),
            Self::Enum(variants) => {
                for KeyVariant { name, number, parts } in variants {
                    out.push(1);
                    store_text(name, out);
                    out.push(*number);
                    store_parts(parts, inside, out);
                }
                out.push(0);
            }
            Self::Joined { left, right } => {
                store_text(left, out);
                right.store(inside, out);
            }
            _ => {}
        }
    }

    pub(crate) fn load(stored: &mut Stored<'_>) -> Self {
        Self::load_at(MAX_DEPTH, stored)
    }

    fn load_at(depth: u32, stored: &mut Stored<'_>) -> Self {
        let number = stored.byte();
        let Some(inside) = depth.checked_sub(1).or((number == 0).then_some(0)) else {
            stored.refuse();
            return Self::Unknown;
        };
        match number {
            ARRAY => {
                let mut len = 0;
                for _ in 0..4 {
                    len = len << 8 | u32::from(stored.byte());
                }
                Self::Array(len)
            }
            OPTION => Self::Option(Box::new(Self::load_at(inside, stored))),
            REVERSE => Self::Reverse(Box::new(Self::load_at(inside, stored))),
            PARTS => Self::Parts(load_parts(inside, stored)),
            ENUM => {
                let mut variants = Vec::new();
                while stored.flag() {
                    let (name, number) = (stored.delimited_text(), stored.byte());
                    variants.push(KeyVariant { name, number, parts: load_parts(inside, stored) });
                }
                Self::Enum(variants)
            }
            JOINED => {
                let left = stored.delimited_text();
                Self::Joined { left, right: Box::new(KeyPart::load(inside, stored)) }
            }
            number => Self::plain(number).unwrap_or_else(|| {
                stored.refuse();
                Self::Unknown
            }),
        }
    }
}

impl KeyPart {
    fn store(&self, depth: u32, out: &mut Vec<u8>) {
        out.push(u8::from(self.name.is_some()));
        if let Some(name) = &self.name {
            store_text(name, out);
        }
        self.shape.store(depth, out);
    }

    fn load(depth: u32, stored: &mut Stored<'_>) -> Self {
        let name = stored.option(Stored::delimited_text);
        Self { name, shape: KeyShape::load_at(depth, stored) }
    }
}

fn store_parts(parts: &[KeyPart], depth: u32, out: &mut Vec<u8>) {
    for part in parts {
        out.push(1);
        part.store(depth, out);
    }
    out.push(0);
}

fn load_parts(depth: u32, stored: &mut Stored<'_>) -> Vec<KeyPart> {
    let mut parts = Vec::new();
    while stored.flag() {
        parts.push(KeyPart::load(depth, stored));
    }
    parts
}

/// Appends a text as a part of a key.
fn store_text(text: &str, out: &mut Vec<u8>) {
    self_delimiting::escape_into(text.as_bytes(), out);
    self_delimiting::terminate(out);
}
