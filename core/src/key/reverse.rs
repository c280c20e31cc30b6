//! [`Reverse`] as a key: the self-delimiting form of the key inside, with every bit flipped.
//!
//! The self-delimiting form is needed in the last position too. Without it, `a` would be a prefix of `ab` with and without
//! flipped bits, and so come first in both orders.

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use core::cmp::Reverse;

use super::storage_key::invalid;
use super::{KeyShape, StorageKey};
use crate::error::{ErrorKind, Result};

impl<K: StorageKey> StorageKey for Reverse<K> {
    fn encode(&self) -> Cow<'_, [u8]> {
        let mut out = Vec::new();
        self.encode_part(&mut out);
        Cow::Owned(out)
    }

    fn decode(bytes: &[u8]) -> Result<Self> {
        let mut rest = bytes;
        let key = Self::decode_part(&mut rest)?;
        if rest.is_empty() { Ok(key) } else { Err(invalid("Reverse", "it is too long", bytes)) }
    }

    fn encode_part(&self, out: &mut Vec<u8>) {
        let start = out.len();
        self.0.encode_part(out);
        for byte in out.iter_mut().skip(start) {
            *byte = !*byte;
        }
    }

    fn decode_part(input: &mut &[u8]) -> Result<Self> {
        let whole = *input;
        let flipped: Vec<u8> = whole.iter().map(|byte| !byte).collect();
        let mut rest = flipped.as_slice();
        let key = K::decode_part(&mut rest).map_err(|error| match *error.kind() {
            // The message shows the bytes as they are stored.
            ErrorKind::InvalidKey { key_type, reason, .. } => invalid(key_type, reason, whole),
            _ => error,
        })?;
        *input = whole.get(flipped.len() - rest.len()..).unwrap_or_default();
        Ok(Self(key))
    }

    fn describe(&self) -> String {
        self.0.describe()
    }

    fn shape() -> KeyShape {
        KeyShape::Reverse(Box::new(K::shape()))
    }
}
