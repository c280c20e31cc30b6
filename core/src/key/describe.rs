//! [`describe`]: an encoded key in messages.

use alloc::string::String;

use super::StorageKey;
use crate::excerpt::{excerpt, excerpt_of_text};

/// Returns the key of these bytes as its type describes it, or the bytes if they are no key.
pub(crate) fn describe<K: StorageKey>(bytes: &[u8]) -> String {
    match K::decode(bytes) {
        Ok(key) => excerpt_of_text(key.describe()),
        Err(_) => excerpt(bytes),
    }
}
