//! `Vec<u8>` as a key, whose bytes are its own.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use super::{KeyShape, PrefixBy, StorageKey};
use crate::error::Result;
use crate::excerpt;

impl StorageKey for Vec<u8> {
    fn encode(&self) -> Cow<'_, [u8]> {
        Cow::Borrowed(self)
    }

    fn decode(bytes: &[u8]) -> Result<Self> {
        Ok(bytes.to_vec())
    }

    fn describe(&self) -> String {
        excerpt::excerpt(self)
    }

    fn shape() -> KeyShape {
        KeyShape::Bytes
    }
}

impl PrefixBy<&[u8]> for Vec<u8> {
    fn write_prefix(start: &[u8], out: &mut Vec<u8>) {
        out.extend_from_slice(start);
    }
}
