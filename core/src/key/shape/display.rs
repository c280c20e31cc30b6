//! A [`KeyShape`] in words.

use core::fmt;

use super::{KeyPart, KeyShape, KeyVariant};

impl KeyShape {
    /// Returns the word for the shape without its parts.
    pub(super) fn word(&self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Unit => "unit",
            Self::Bool => "bool",
            Self::U8 => "u8",
            Self::U16 => "u16",
            Self::U32 => "u32",
            Self::U64 => "u64",
            Self::U128 => "u128",
            Self::I8 => "i8",
            Self::I16 => "i16",
            Self::I32 => "i32",
            Self::I64 => "i64",
            Self::I128 => "i128",
            Self::F32 => "f32",
            Self::F64 => "f64",
            Self::Text => "text",
            Self::Bytes => "bytes",
            Self::Uuid => "uuid",
            Self::Timestamp => "timestamp",
            Self::Array(_) => "byte array",
            Self::Option(_) => "Option",
            Self::Reverse(_) => "Reverse",
            Self::Parts(_) => "composite key",
            Self::Enum(_) => "variant",
            Self::Joined { .. } => "pair with a colon",
        }
    }
}

impl fmt::Display for KeyShape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Array(len) => write!(f, "{len} bytes"),
            Self::Option(inner) => write!(f, "optional {inner}"),
            Self::Reverse(inner) => write!(f, "descending {inner}"),
            Self::Parts(parts) => write_parts(parts, f),
            Self::Enum(variants) => write_variants(variants, f),
            Self::Joined { left, right } => write!(f, "({left}: text):({right})"),
            plain => f.write_str(plain.word()),
        }
    }
}

impl fmt::Display for KeyPart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.name {
            Some(name) => write!(f, "{name}: {}", self.shape),
            None => self.shape.fmt(f),
        }
    }
}

impl fmt::Display for KeyVariant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} = {}", self.name, self.number)?;
        if self.parts.is_empty() {
            return Ok(());
        }
        f.write_str(" ")?;
        write_parts(&self.parts, f)
    }
}

fn write_parts(parts: &[KeyPart], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    for (position, part) in parts.iter().enumerate() {
        write!(f, "{}{part}", if position == 0 { "(" } else { ", " })?;
    }
    f.write_str(if parts.is_empty() { "()" } else { ")" })
}

fn write_variants(variants: &[KeyVariant], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    for (position, variant) in variants.iter().enumerate() {
        write!(f, "{}{variant}", if position == 0 { "one of " } else { ", " })?;
    }
    if variants.is_empty() { f.write_str("one of none") } else { Ok(()) }
}
