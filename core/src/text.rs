//! Bytes shown to people.

use alloc::borrow::Cow;
use alloc::string::String;

use crate::key::StorageKey;

/// How many bytes of a key an error shows.
const SHOWN: usize = 64;

/// The bytes as text if they are printable UTF-8, else in hex; nothing parses it.
pub(crate) fn for_people(bytes: &[u8]) -> Cow<'_, str> {
    match core::str::from_utf8(bytes) {
        Ok(text) if !text.chars().any(char::is_control) => Cow::Borrowed(text),
        _ => Cow::Owned(hex::encode(bytes)),
    }
}

/// The same, cut to what fits in a message.
pub(crate) fn in_brief(bytes: &[u8]) -> String {
    let mut shown = bytes.get(..SHOWN).unwrap_or(bytes);
    if shown.len() < bytes.len() && core::str::from_utf8(bytes).is_ok() {
        // Cut between characters, not inside one.
        while core::str::from_utf8(shown).is_err() {
            shown = shown.split_last().map_or(&[], |(_, rest)| rest);
        }
    }
    let mut text = for_people(shown).into_owned();
    if shown.len() < bytes.len() {
        text.push('…');
    }
    text
}

/// A key of two parts.
pub(crate) fn of_pair(left: &[u8], right: &[u8]) -> String {
    let mut text = in_brief(left);
    text.push(':');
    text.push_str(&in_brief(right));
    text
}

/// The key for people, as its type has it.
pub(crate) fn of_key<K: StorageKey>(bytes: &[u8]) -> String {
    cut(bytes, K::decode(bytes).ok().map(|key| key.describe()))
}

fn cut(bytes: &[u8], described: Option<String>) -> String {
    let Some(mut text) = described else { return in_brief(bytes) };
    if let Some((end, _)) = text.char_indices().nth(2 * SHOWN) {
        text.truncate(end);
        text.push('…');
    }
    text
}
