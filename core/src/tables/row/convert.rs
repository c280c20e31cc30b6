//! Lossless conversions into a [`Value`]: from numbers, texts, bytes, lists, maps, and `Option`s of these.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use super::Value;

/// Implements `From<$from>` by a variant whose content has a lossless conversion from the type.
macro_rules! from {
    ($($from:ty => $variant:ident),* $(,)?) => {
        $(impl From<$from> for Value {
            fn from(value: $from) -> Self {
                Self::$variant(value.into())
            }
        })*
    };
}

from! {
    bool => Bool,
    i8 => Int,
    i16 => Int,
    i32 => Int,
    i64 => Int,
    u8 => Int,
    u16 => Int,
    u32 => Int,
    f32 => Float,
    f64 => Float,
    &str => Text,
    String => Text,
    &[u8] => Bytes,
    Vec<u8> => Bytes,
    Vec<Value> => List,
    BTreeMap<String, Value> => Map,
}

impl<const LEN: usize> From<&[u8; LEN]> for Value {
    fn from(bytes: &[u8; LEN]) -> Self {
        Self::Bytes(bytes.into())
    }
}

impl<V: Into<Value>> From<Option<V>> for Value {
    /// Converts `None` into null.
    fn from(value: Option<V>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}
