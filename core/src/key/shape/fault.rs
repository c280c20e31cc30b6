//! [`Fault`]: the reason why bytes, a value or a text is no key of a shape.

use alloc::string::String;
use core::fmt;

use super::KeyShape;
use crate::error::{Error, ErrorKind, Place};

/// The reason why bytes, a value or a text is no key of a shape.
#[derive(Debug)]
pub(super) struct Fault {
    key_type: &'static str,
    reason: &'static str,
}

impl Fault {
    /// Returns the error of the whole key.
    pub(super) fn of_bytes(self, key: &[u8]) -> Error {
        Error::from(ErrorKind::InvalidKey {
            place: Place::key_bytes(key),
            key_type: self.key_type,
            reason: self.reason,
        })
    }

    /// Returns the error of a key that is shown as this text.
    pub(super) fn of_text(self, key: String) -> Error {
        Error::from(ErrorKind::InvalidKey {
            place: Place::Key(key),
            key_type: self.key_type,
            reason: self.reason,
        })
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not a {}: {}", self.key_type, self.reason)
    }
}

impl KeyShape {
    pub(super) fn fault(&self, reason: &'static str) -> Fault {
        Fault { key_type: self.word(), reason }
    }

    /// Returns the shape itself, or that of bytes if a part of it is unknown: then nothing says where the part ends.
    pub(super) fn or_bytes(&self) -> &Self {
        if self.is_known() { self } else { &Self::Bytes }
    }

    fn is_known(&self) -> bool {
        match self {
            Self::Unknown => false,
            Self::Option(inner) | Self::Reverse(inner) => inner.is_known(),
            Self::Parts(parts) => parts.iter().all(|part| part.shape.is_known()),
            Self::Enum(variants) => {
                variants.iter().flat_map(|variant| &variant.parts).all(|part| part.shape.is_known())
            }
            Self::Joined { right, .. } => right.shape.is_known(),
            _ => true,
        }
    }

    /// Returns the width in bytes of an integer, and true if it has a sign.
    pub(super) fn integer(&self) -> Option<(u32, bool)> {
        Some(match self {
            Self::U8 => (1, false),
            Self::U16 => (2, false),
            Self::U32 => (4, false),
            Self::U64 => (8, false),
            Self::U128 => (16, false),
            Self::I8 => (1, true),
            Self::I16 => (2, true),
            Self::I32 => (4, true),
            Self::I64 => (8, true),
            Self::I128 => (16, true),
            _ => return None,
        })
    }
}
