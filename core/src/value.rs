//! The envelope that every stored value is in: a format byte, the entity's schema version, then postcard.
//!
//! | bytes | what |
//! | --- | --- |
//! | 1 | the format, [`FORMAT`] |
//! | 1–5 | the entity's schema version: LEB128, no longer than it must be |
//! | rest | the entity in [postcard](https://postcard.jamesmunns.com/wire-format), and nothing after it |
//!
//! Postcard is positional: it does not notice a field that moved, and by itself ignores bytes that follow. Here these
//! are refused, and the version says which shape the fields have.

use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use crate::error::{DecodeReason, Result};

/// The format byte of this envelope.
pub const FORMAT: u8 = 1;

/// The bits of a LEB128 byte that carry the number, and the bit that says that more follow.
const LOW_BITS: u8 = 0x7F;
const MORE: u8 = 0x80;

/// A value, opened but not decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Envelope<'a> {
    /// The entity's schema version when it was written.
    pub version: u32,
    /// The entity in postcard.
    pub payload: &'a [u8],
}

impl<'a> Envelope<'a> {
    /// Opens a stored value.
    ///
    /// ```
    /// use keyloft::value::{Envelope, seal};
    ///
    /// let mut bytes = Vec::new();
    /// seal(3, &"milk", &mut bytes)?;
    /// assert_eq!(bytes, b"\x01\x03\x04milk");
    /// assert_eq!(Envelope::open(&bytes).unwrap().version, 3);
    /// # Ok::<(), postcard::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`DecodeReason::Truncated`], [`DecodeReason::UnknownFormat`] or [`DecodeReason::BadVersion`].
    #[inline]
    pub fn open(bytes: &'a [u8]) -> Result<Self, DecodeReason> {
        // Nearly all versions are of one byte.
        if let [FORMAT, version @ 0..=LOW_BITS, payload @ ..] = bytes {
            return Ok(Self { version: u32::from(*version), payload });
        }
        Self::open_long(bytes)
    }

    fn open_long(bytes: &'a [u8]) -> Result<Self, DecodeReason> {
        let (&format, mut rest) = bytes.split_first().ok_or(DecodeReason::Truncated)?;
        if format != FORMAT {
            return Err(DecodeReason::UnknownFormat(format));
        }
        let mut version = 0_u32;
        let mut shift = 0;
        loop {
            let (&byte, after) = rest.split_first().ok_or(DecodeReason::Truncated)?;
            rest = after;
            let bits = u32::from(byte & LOW_BITS);
            let shifted = bits.checked_shl(shift).filter(|shifted| shifted >> shift == bits);
            version |= shifted.ok_or(DecodeReason::BadVersion)?;
            if byte & MORE == 0 {
                // A last byte of nothing is a longer way to write the same number.
                return if byte == 0 && shift > 0 {
                    Err(DecodeReason::BadVersion)
                } else {
                    Ok(Self { version, payload: rest })
                };
            }
            shift += 7;
        }
    }
}

/// Appends the entity in its envelope.
///
/// # Errors
///
/// What postcard says: an entity whose `Serialize` fails, or a sequence of unknown length.
pub fn seal<T: Serialize + ?Sized>(
    version: u32,
    entity: &T,
    out: &mut Vec<u8>,
) -> Result<(), postcard::Error> {
    out.push(FORMAT);
    let mut rest = version;
    while let [low, _, _, _] = rest.to_le_bytes()
        && rest > u32::from(LOW_BITS)
    {
        out.push(low | MORE);
        rest >>= 7;
    }
    let [low, _, _, _] = rest.to_le_bytes();
    out.push(low);
    *out = postcard::to_extend(entity, core::mem::take(out))?;
    Ok(())
}

/// Decodes a payload, all of it: what an [`upgrade`](crate::EntityStore::upgrade) calls with the older type.
///
/// The entity may borrow from the payload.
///
/// ```
/// use keyloft::value::decode_payload;
///
/// assert_eq!(decode_payload::<&str>(b"\x04milk").unwrap(), "milk");
/// assert!(decode_payload::<&str>(b"\x04milk!").is_err());
/// ```
///
/// # Errors
///
/// [`Error::Decode`](crate::Error::Decode), without the partition and the key, which the store adds.
pub fn decode_payload<'a, T: Deserialize<'a>>(payload: &'a [u8]) -> Result<T> {
    Err(match postcard::take_from_bytes(payload) {
        Ok((entity, [])) => return Ok(entity),
        Ok((_, rest)) => DecodeReason::TrailingBytes(rest.len()),
        Err(error) => DecodeReason::Postcard(error),
    }
    .into())
}

#[cfg(test)]
mod tests;
