//! Texts in the text of a key: bare, or in quotes as in JSON.

use alloc::string::String;

/// The bits of `NaN`.
pub(super) const NAN_32: u32 = 0x7FC0_0000;

/// The bits of `NaN`.
pub(super) const NAN_64: u64 = 0x7FF8_0000_0000_0000;

/// Returns true if the character ends a bare text inside of parentheses.
pub(super) fn is_separator(char: char) -> bool {
    matches!(char, ',' | '(' | ')')
}

/// Appends a text. It gets quotes if it must have them, or if it could not be read back without.
pub(super) fn write(text: &str, must_quote: bool, in_parts: bool, out: &mut String) {
    let needs_quotes = must_quote
        || text.is_empty()
        || text.starts_with('"')
        || text.trim() != text
        || text.chars().any(|char| char.is_control() || in_parts && is_separator(char));
    if !needs_quotes {
        out.push_str(text);
        return;
    }
    out.push('"');
    for char in text.chars() {
        match char {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            // All of them are below U+0100.
            control if control.is_control() => {
                out.push_str("\\u00");
                out.push_str(&hex::encode([u8::try_from(control).unwrap_or_default()]));
            }
            other => out.push(other),
        }
    }
    out.push('"');
}

/// Removes a text in quotes, whose first quote is read already, from the front of `input`, and returns it unescaped.
///
/// It returns `None` if the text has no end or an unknown escape.
pub(super) fn take_quoted(input: &mut &str) -> Option<String> {
    let mut text = String::new();
    let mut chars = input.chars();
    loop {
        match chars.next()? {
            '"' => break,
            '\\' => text.push(match chars.next()? {
                same @ ('"' | '\\' | '/') => same,
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                'u' => {
                    let digits = chars.as_str().get(..4)?;
                    let code = u32::from_str_radix(digits, 16).ok().filter(|_| !digits.starts_with('+'))?;
                    chars = chars.as_str().get(4..)?.chars();
                    char::from_u32(code)?
                }
                _ => return None,
            }),
            other => text.push(other),
        }
    }
    *input = chars.as_str();
    Some(text)
}
