//! Integers, booleans and byte arrays as keys. Their width is fixed, so a part needs no terminator.

use alloc::borrow::Cow;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::storage_key::invalid;
use super::{KeyShape, StorageKey};
use crate::error::Result;
use crate::excerpt;

/// Splits the first `N` bytes off the front of `input`.
pub(super) fn take<const N: usize>(key_type: &'static str, input: &mut &[u8]) -> Result<[u8; N]> {
    match input.split_first_chunk::<N>() {
        Some((bytes, rest)) => {
            *input = rest;
            Ok(*bytes)
        }
        None => Err(invalid(key_type, "it is too short", input)),
    }
}

/// Implements [`StorageKey`] for a type of this [`KeyShape`] by its conversions to an array of bytes, from that array, and to text.
macro_rules! fixed_width {
    ($type:ty, $shape:ident, |$key:ident| $to:expr, |$bytes:ident| $from:expr, |$described:ident| $text:expr) => {
        impl StorageKey for $type {
            fn encode(&self) -> Cow<'_, [u8]> {
                let $key = self;
                Cow::Owned($to.to_vec())
            }

            fn decode(bytes: &[u8]) -> Result<Self> {
                let mut rest = bytes;
                let key = Self::decode_part(&mut rest)?;
                if rest.is_empty() {
                    Ok(key)
                } else {
                    Err(invalid(stringify!($type), "it is too long", bytes))
                }
            }

            fn describe(&self) -> String {
                let $described = self;
                $text
            }

            fn encode_part(&self, out: &mut Vec<u8>) {
                let $key = self;
                out.extend_from_slice(&$to);
            }

            fn decode_part(input: &mut &[u8]) -> Result<Self> {
                let $bytes = take(stringify!($type), input)?;
                $from
            }

            fn shape() -> KeyShape {
                KeyShape::$shape
            }
        }
    };
}

pub(super) use fixed_width;

macro_rules! unsigned {
    ($($type:ty: $shape:ident;)*) => {$(
        fixed_width!($type, $shape, |key| key.to_be_bytes(), |bytes| Ok(Self::from_be_bytes(bytes)), |key| key
            .to_string());
    )*};
}

macro_rules! signed {
    ($($type:ty: $shape:ident;)*) => {$(
        // With the sign bit flipped, negative numbers precede positive ones in byte order.
        fixed_width!(
            $type,
            $shape,
            |key| (key ^ Self::MIN).to_be_bytes(),
            |bytes| Ok(Self::from_be_bytes(bytes) ^ Self::MIN),
            |key| key.to_string()
        );
    )*};
}

unsigned! { u8: U8; u16: U16; u32: U32; u64: U64; u128: U128; }
signed! { i8: I8; i16: I16; i32: I32; i64: I64; i128: I128; }

fixed_width!(
    bool,
    Bool,
    |key| [u8::from(*key)],
    |bytes| match bytes {
        [0] => Ok(false),
        [1] => Ok(true),
        other => Err(invalid("bool", "it is neither 0 nor 1", &other)),
    },
    |key| key.to_string()
);

impl<const N: usize> StorageKey for [u8; N] {
    fn encode(&self) -> Cow<'_, [u8]> {
        Cow::Borrowed(self)
    }

    fn decode(bytes: &[u8]) -> Result<Self> {
        Self::try_from(bytes).map_err(|_| invalid("byte array", "its length differs", bytes))
    }

    fn encode_part(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self);
    }

    fn decode_part(input: &mut &[u8]) -> Result<Self> {
        take("byte array", input)
    }

    fn describe(&self) -> String {
        excerpt::excerpt(self)
    }

    fn shape() -> KeyShape {
        // An array of 4 GiB is longer than every key.
        KeyShape::Array(u32::try_from(N).unwrap_or(u32::MAX))
    }
}
