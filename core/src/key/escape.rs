//! The left part of `{left}:{right}`: `%` and `:` are written `%25` and `%3A`, so that the first colon ends it.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt::{self, Write as _};
use core::slice;

/// The byte that ends the left part.
pub(super) const SEPARATOR: u8 = b':';

/// The left part as it is written, without the separator.
pub(super) fn escaped(left: &str) -> impl Iterator<Item = u8> {
    left.as_bytes()
        .iter()
        .flat_map(|byte| match byte {
            b'%' => b"%25".as_slice(),
            b':' => b"%3A".as_slice(),
            other => slice::from_ref(other),
        })
        .copied()
}

/// Appends the left part and the separator.
pub(super) fn write_left(left: &str, out: &mut Vec<u8>) {
    if left.bytes().any(|byte| matches!(byte, b'%' | SEPARATOR)) {
        out.extend(escaped(left));
    } else {
        out.extend_from_slice(left.as_bytes());
    }
    out.push(SEPARATOR);
}

/// The left part, unescaped, and what follows the separator; or what is wrong.
pub(super) fn split(bytes: &[u8]) -> Result<(String, &[u8]), &'static str> {
    let colon = bytes.iter().position(|&byte| byte == SEPARATOR).ok_or("it has no colon")?;
    let (mut written, tail) = bytes.split_at(colon);
    let mut left = Vec::with_capacity(written.len());
    loop {
        written = match written {
            [] => break,
            [b'%', b'2', b'5', rest @ ..] => {
                left.push(b'%');
                rest
            }
            [b'%', b'3', b'A', rest @ ..] => {
                left.push(SEPARATOR);
                rest
            }
            [b'%', ..] => return Err("a percent sign in its left part begins neither %25 nor %3A"),
            [byte, rest @ ..] => {
                left.push(*byte);
                rest
            }
        };
    }
    let left = String::from_utf8(left).map_err(|_| "its left part is not UTF-8")?;
    Ok((left, tail.get(1..).unwrap_or_default()))
}

/// Writes the left part and the separator for people: the same form.
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
