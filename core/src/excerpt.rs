//! Excerpts of bytes and texts for messages.

use alloc::borrow::Cow;
use alloc::format;
use alloc::string::String;
use core::fmt::Display;

/// The number of bytes of a key that a message shows.
const SHOWN: usize = 64;

/// Returns the bytes as text if they are printable UTF-8, else in hex. Programs must not parse it: a text may look like
/// hex.
pub(crate) fn text_or_hex(bytes: &[u8]) -> Cow<'_, str> {
    match core::str::from_utf8(bytes) {
        Ok(text) if !text.chars().any(char::is_control) => Cow::Borrowed(text),
        _ => Cow::Owned(hex::encode(bytes)),
    }
}

/// Returns the first bytes as [`text_or_hex`] does, with an ellipsis if more follow.
pub(crate) fn excerpt(bytes: &[u8]) -> String {
    let mut shown = bytes.get(..SHOWN).unwrap_or(bytes);
    if shown.len() < bytes.len() && core::str::from_utf8(bytes).is_ok() {
        // A cut inside a character would turn the excerpt of a text into hex.
        while core::str::from_utf8(shown).is_err() {
            shown = shown.split_last().map_or(&[], |(_, rest)| rest);
        }
    }
    let mut text = text_or_hex(shown).into_owned();
    if shown.len() < bytes.len() {
        text.push('…');
    }
    text
}

/// Returns the excerpts of the two parts of a key, joined by a colon.
pub(crate) fn excerpt_of_pair(left: &[u8], right: &[u8]) -> String {
    let mut text = excerpt(left);
    text.push(':');
    text.push_str(&excerpt(right));
    text
}

/// Truncates a text that is longer than a message shows.
pub(crate) fn excerpt_of_text(mut text: String) -> String {
    if let Some((end, _)) = text.char_indices().nth(2 * SHOWN) {
        text.truncate(end);
        text.push('…');
    }
    text
}

/// Returns the text of a part that differs between the database and the program, such as `its schema version is 1 in the
/// database, 2 in this program`. It is compiled once for all parts.
pub(crate) fn both_sides(part: &str, stored: &dyn Display, program: &dyn Display) -> String {
    format!("{part} {stored} in the database, {program} in this program")
}
