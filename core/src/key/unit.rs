//! `()` as the key of a table with one row. It has no bytes.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use super::storage_key::invalid;
use super::{KeyShape, StorageKey};
use crate::error::Result;

impl StorageKey for () {
    fn encode(&self) -> Cow<'_, [u8]> {
        Cow::Borrowed(&[])
    }

    fn decode(bytes: &[u8]) -> Result<Self> {
        if bytes.is_empty() { Ok(()) } else { Err(invalid("()", "it is not empty", bytes)) }
    }

    fn encode_part(&self, _: &mut Vec<u8>) {}

    fn decode_part(_: &mut &[u8]) -> Result<Self> {
        Ok(())
    }

    fn describe(&self) -> String {
        String::from("()")
    }

    fn shape() -> KeyShape {
        KeyShape::Unit
    }
}
