//! The self-delimiting form of a part: NUL is written `00 FF`, and `00 00` is the terminator.
//!
//! The form keeps byte order. At the first difference either both bytes are content, or one part has ended. Its `00 00` is
//! below every byte that can follow in the other part, `00 FF` included.

use alloc::borrow::Cow;
use alloc::vec::Vec;

use super::storage_key::invalid;
use crate::error::Result;

const NUL: u8 = 0x00;
const ESCAPED: u8 = 0xFF;
const END: u8 = 0x00;

/// Appends `bytes`, escaped but not terminated: a byte prefix of every part that begins with `bytes`.
pub(crate) fn escape_into(bytes: &[u8], out: &mut Vec<u8>) {
    let mut pieces = bytes.split(|&byte| byte == NUL);
    if let Some(first) = pieces.next() {
        out.extend_from_slice(first);
    }
    for piece in pieces {
        out.extend_from_slice(&[NUL, ESCAPED]);
        out.extend_from_slice(piece);
    }
}

/// Appends the terminator.
pub(crate) fn terminate(out: &mut Vec<u8>) {
    out.extend_from_slice(&[NUL, END]);
}

/// Removes a part from the front of `input` and returns its unescaped bytes.
pub(crate) fn take<'a>(input: &mut &'a [u8]) -> Result<Cow<'a, [u8]>> {
    let whole = *input;
    let mut unescaped: Option<Vec<u8>> = None;
    let mut rest = whole;
    loop {
        let Some(nul) = rest.iter().position(|&byte| byte == NUL) else {
            return Err(invalid("key part", "it has no terminator", whole));
        };
        let (piece, tail) = rest.split_at(nul);
        match tail {
            [NUL, END, after @ ..] => {
                *input = after;
                return Ok(match unescaped {
                    None => Cow::Borrowed(piece),
                    Some(mut bytes) => {
                        bytes.extend_from_slice(piece);
                        Cow::Owned(bytes)
                    }
                });
            }
            [NUL, ESCAPED, after @ ..] => {
                let bytes = unescaped.get_or_insert_default();
                bytes.extend_from_slice(piece);
                bytes.push(NUL);
                rest = after;
            }
            _ => return Err(invalid("key part", "a NUL is followed by neither 00 nor FF", whole)),
        }
    }
}
