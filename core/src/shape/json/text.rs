//! JSON's strings.

use core::fmt::{Result, Write};

/// Writes a string in quotes.
pub(super) fn write_string(text: &str, out: &mut dyn Write) -> Result {
    out.write_char('"')?;
    let mut plain = text;
    while let Some(at) = plain.find(|char: char| char < ' ' || char == '"' || char == '\\') {
        let (before, from) = plain.split_at(at);
        out.write_str(before)?;
        let mut chars = from.chars();
        match chars.next() {
            Some('"') => out.write_str("\\\"")?,
            Some('\\') => out.write_str("\\\\")?,
            Some('\u{8}') => out.write_str("\\b")?,
            Some('\t') => out.write_str("\\t")?,
            Some('\n') => out.write_str("\\n")?,
            Some('\u{C}') => out.write_str("\\f")?,
            Some('\r') => out.write_str("\\r")?,
            Some(char) => write!(out, "\\u{:04x}", u32::from(char))?,
            None => {}
        }
        plain = chars.as_str();
    }
    out.write_str(plain)?;
    out.write_char('"')
}
