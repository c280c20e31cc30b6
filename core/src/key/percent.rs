//! The percent encoding of the left part of `{left}:{right}`.
//!
//! `%` and `:` are written `%25` and `%3A`, so the first colon ends the left part.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt::{self, Write as _};
use core::slice;

/// The byte that ends the left part.
pub(super) const SEPARATOR: u8 = b':';

/// Returns the encoded bytes of the left part, without the separator.
pub(super) fn encoded(left: &[u8]) -> impl Iterator<Item = u8> {
    left.iter()
        .flat_map(|byte| match byte {
            b'%' => b"%25".as_slice(),
            b':' => b"%3A".as_slice(),
            other => slice::from_ref(other),
        })
        .copied()
}

/// Appends the encoded left part and the separator.
pub(super) fn write_left(left: &[u8], out: &mut Vec<u8>) {
    if left.iter().any(|byte| matches!(byte, b'%' | &SEPARATOR)) {
        out.extend(encoded(left));
    } else {
        out.extend_from_slice(left);
    }
    out.push(SEPARATOR);
}

/// Returns the decoded left part and the bytes after the separator, or the reason why there is none.
pub(super) fn split(bytes: &[u8]) -> Result<(String, &[u8]), &'static str> {
    let colon = bytes.iter().position(|&byte| byte == SEPARATOR).ok_or("it has no colon")?;
    let (mut encoded, tail) = bytes.split_at(colon);
    let mut left = Vec::with_capacity(encoded.len());
    loop {
        encoded = match encoded {
            [] => break,
            [b'%', b'2', b'5', rest @ ..] => {
                left.push(b'%');
                rest
            }
            [b'%', b'3', b'A', rest @ ..] => {
                left.push(SEPARATOR);
                rest
            }
            [b'%', ..] => return Err("a percent sign in its left part begins neither `%25` nor `%3A`"),
            [byte, rest @ ..] => {
                left.push(*byte);
                rest
            }
        };
    }
    let left = String::from_utf8(left).map_err(|_| "its left part is not UTF-8")?;
    Ok((left, tail.get(1..).unwrap_or_default()))
}

/// Writes the encoded left part and the separator for people.
pub(super) fn display_left(left: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    for char in left.chars() {
        match char {
            '%' => f.write_str("%25")?,
            ':' => f.write_str("%3A")?,
            other => f.write_char(other)?,
        }
    }
    f.write_char(':')
}
