//! `String` as a key, whose bytes are its UTF-8.

use alloc::borrow::{Cow, ToOwned};
use alloc::string::String;
use alloc::vec::Vec;

use super::storage_key::invalid;
use super::{KeyShape, PrefixBy, StorageKey};
use crate::error::Result;
use crate::excerpt;

impl StorageKey for String {
    fn encode(&self) -> Cow<'_, [u8]> {
        Cow::Borrowed(self.as_bytes())
    }

    fn decode(bytes: &[u8]) -> Result<Self> {
        match core::str::from_utf8(bytes) {
            Ok(text) => Ok(text.to_owned()),
            Err(_) => Err(invalid("String", "it is not UTF-8", bytes)),
        }
    }

    fn describe(&self) -> String {
        excerpt::excerpt(self.as_bytes())
    }

    fn shape() -> KeyShape {
        KeyShape::Text
    }
}

impl PrefixBy<&str> for String {
    fn write_prefix(start: &str, out: &mut Vec<u8>) {
        out.extend_from_slice(start.as_bytes());
    }
}
