//! The stored form of a [`KeyShape`], in the encoding of keys: a number, then the content of the variant.
//!
//! Serde's derive would read a shape that nests as deeply as its bytes are many, and so overflow the stack. This form is read
//! to a limit.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{KeyPart, KeyShape, KeyVariant};
use crate::key::StorageKey;

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

impl Serialize for KeyShape {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut out = Vec::new();
        self.store(0, &mut out);
        out.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for KeyShape {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let bytes = Vec::<u8>::deserialize(deserializer)?;
        let mut rest = bytes.as_slice();
        let shape = Self::load(0, &mut rest).filter(|_| rest.is_empty());
        shape.ok_or_else(|| D::Error::custom("the shape of a key is malformed"))
    }
}

impl KeyShape {
    fn store(&self, depth: u32, out: &mut Vec<u8>) {
        let inside = depth + 1;
        match self {
            _ if depth > MAX_DEPTH => out.push(0),
            Self::Array(len) => {
                out.push(ARRAY);
                len.encode_part(out);
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
                    true.encode_part(out);
                    name.encode_part(out);
                    number.encode_part(out);
                    store_parts(parts, inside, out);
                }
                false.encode_part(out);
            }
            Self::Joined { left, right } => {
                out.push(JOINED);
                left.encode_part(out);
                right.store(inside, out);
            }
            plain => {
                let number = (0..).zip(&PLAIN).find(|(_, shape)| *shape == plain);
                out.push(number.map_or(0, |(number, _)| number));
            }
        }
    }

    fn load(depth: u32, input: &mut &[u8]) -> Option<Self> {
        if depth > MAX_DEPTH {
            return if take(input) == Some(0_u8) { Some(Self::Unknown) } else { None };
        }
        let inside = depth + 1;
        Some(match take(input)? {
            ARRAY => Self::Array(take(input)?),
            OPTION => Self::Option(Box::new(Self::load(inside, input)?)),
            REVERSE => Self::Reverse(Box::new(Self::load(inside, input)?)),
            PARTS => Self::Parts(load_parts(inside, input)?),
            ENUM => {
                let mut variants = Vec::new();
                while take(input)? {
                    let (name, number) = (take(input)?, take(input)?);
                    variants.push(KeyVariant { name, number, parts: load_parts(inside, input)? });
                }
                Self::Enum(variants)
            }
            JOINED => {
                let left = take(input)?;
                Self::Joined { left, right: Box::new(KeyPart::load(inside, input)?) }
            }
            number => PLAIN.get(usize::from(number))?.clone(),
        })
    }
}

impl KeyPart {
    fn store(&self, depth: u32, out: &mut Vec<u8>) {
        self.name.encode_part(out);
        self.shape.store(depth, out);
    }

    fn load(depth: u32, input: &mut &[u8]) -> Option<Self> {
        let name: Option<String> = take(input)?;
        Some(Self { name, shape: KeyShape::load(depth, input)? })
    }
}

fn store_parts(parts: &[KeyPart], depth: u32, out: &mut Vec<u8>) {
    for part in parts {
        true.encode_part(out);
        part.store(depth, out);
    }
    false.encode_part(out);
}

fn load_parts(depth: u32, input: &mut &[u8]) -> Option<Vec<KeyPart>> {
    let mut parts = Vec::new();
    while take(input)? {
        parts.push(KeyPart::load(depth, input)?);
    }
    Some(parts)
}

fn take<K: StorageKey>(input: &mut &[u8]) -> Option<K> {
    K::decode_part(input).ok()
}
