//! The stored form of a [`KeyShape`], in the encoding of keys: a number, then the content of the variant.
//!
//! A shape may nest as deeply as its bytes are many, which would overflow the stack. So it is read to a limit.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::mem::discriminant;

use super::{KeyPart, KeyShape, KeyVariant};
use crate::error::DecodeReason;
use crate::key::self_delimiting;
use crate::stored::Stored;

/// The number of shapes inside of each other that are stored. A shape that is deeper is stored as unknown.
const MAX_DEPTH: u32 = 32;

/// The shapes without content. A shape's number is its place.
static PLAIN: [KeyShape; 19] = [
    KeyShape::Unknown,
    KeyShape::Unit,
    KeyShape::Bool,
    KeyShape::U8,
    KeyShape::U16,
    KeyShape::U32,
    KeyShape::U64,
    KeyShape::U128,
    KeyShape::I8,
    KeyShape::I16,
    KeyShape::I32,
    KeyShape::I64,
    KeyShape::I128,
    KeyShape::F32,
    KeyShape::F64,
    KeyShape::Text,
    KeyShape::Bytes,
    KeyShape::Uuid,
    KeyShape::Timestamp,
];

// The numbers leave room for more plain shapes.
const ARRAY: u8 = 64;
const OPTION: u8 = 65;
const REVERSE: u8 = 66;
const PARTS: u8 = 67;
const ENUM: u8 = 68;
const JOINED: u8 = 69;

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
        self.store(0, &mut out);
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

    fn store(&self, depth: u32, out: &mut Vec<u8>) {
        let inside = depth + 1;
        match self {
            _ if depth > MAX_DEPTH => out.push(0),
            Self::Array(len) => {
                out.push(ARRAY);
                out.extend_from_slice(&len.to_be_bytes());
            }
            Self::Option(inner) => {
                out.push(OPTION);
                inner.store(inside, out);
            }
            Self::Reverse(inner) => {
                out.push(REVERSE);
                inner.store(inside, out);
            }
            Self::Parts(parts) => {
                out.push(PARTS);
                store_parts(parts, inside, out);
            }
            Self::Enum(variants) => {
                out.push(ENUM);
                for KeyVariant { name, number, parts } in variants {
                    out.push(1);
                    store_text(name, out);
                    out.push(*number);
                    store_parts(parts, inside, out);
                }
                out.push(0);
            }
            Self::Joined { left, right } => {
                out.push(JOINED);
                store_text(left, out);
                right.store(inside, out);
            }
            plain => {
                let number = (0..).zip(&PLAIN).find(|(_, shape)| discriminant(*shape) == discriminant(plain));
                out.push(number.map_or(0, |(number, _)| number));
            }
        }
    }

    pub(crate) fn load(stored: &mut Stored<'_>) -> Self {
        Self::load_at(0, stored)
    }

    fn load_at(depth: u32, stored: &mut Stored<'_>) -> Self {
        let inside = depth + 1;
        match stored.byte() {
            number if depth > MAX_DEPTH && number != 0 => {
                stored.refuse();
                Self::Unknown
            }
            ARRAY => {
                let len = [(); 4].map(|()| stored.byte());
                Self::Array(u32::from_be_bytes(len))
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
            number => PLAIN.get(usize::from(number)).cloned().unwrap_or_else(|| {
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
