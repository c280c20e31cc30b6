//! The envelope of a stored value: a format byte, the entity's schema version, and the encoded entity.
//!
//! | bytes | content |
//! | --- | --- |
//! | 1 | the format, [`FORMAT`] |
//! | 1–5 | the entity's schema version, a varint of postcard in its shortest form |
//! | rest | the payload: the entity in the table's [codec](crate::store::Codec) |
//!
//! The default codec is [postcard](https://postcard.jamesmunns.com/wire-format). It stores fields without their names,
//! so it can't detect that a field moved. The version says which fields the entity has.
//!
//! Postcard accepts a varint that is longer than necessary, and bytes after an entity. [`Envelope::open`] refuses such
//! a version, and [`decode_payload`] refuses such bytes.
//!
//! A schema [without envelope](crate::Schema::without_envelope) stores the payload alone.

mod strict;

use alloc::vec::Vec;

use postcard::ser_flavors::Flavor;
use postcard::{Deserializer, Serializer};
use serde::{Deserialize, Serialize};

pub(crate) use self::strict::LEFT_OUT;
use self::strict::Strict;
use crate::error::{DecodeReason, Result};
use crate::stored::put_number;

/// The first byte of every envelope.
pub const FORMAT: u8 = 1;

/// A stored value, split into its version and its payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Envelope<'a> {
    /// The schema version that the entity was written with.
    pub version: u32,
    /// The entity in the table's codec.
    pub payload: &'a [u8],
}

impl<'a> Envelope<'a> {
    /// Splits a stored value.
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
    /// [`DecodeReason::Truncated`] if the value ends too early, [`DecodeReason::UnknownFormat`] if it begins with another
    /// byte than [`FORMAT`], and [`DecodeReason::BadVersion`] if the version is not a varint in its shortest form.
    #[inline]
    pub fn open(bytes: &'a [u8]) -> Result<Self, DecodeReason> {
        // Every read runs this, and nearly every version fits into one byte.
        if let [FORMAT, version @ 0..=0x7F, payload @ ..] = bytes {
            return Ok(Self { version: u32::from(*version), payload });
        }
        Self::open_long(bytes)
    }

    fn open_long(bytes: &'a [u8]) -> Result<Self, DecodeReason> {
        let (&format, rest) = bytes.split_first().ok_or(DecodeReason::Truncated)?;
        if format != FORMAT {
            return Err(DecodeReason::UnknownFormat(format));
        }
        let (version, payload) = postcard::take_from_bytes::<u32>(rest).map_err(|error| match error {
            postcard::Error::DeserializeUnexpectedEnd => DecodeReason::Truncated,
            _ => DecodeReason::BadVersion,
        })?;
        let written = rest.get(..rest.len() - payload.len()).unwrap_or_default();
        // Postcard accepts a varint that ends with a zero byte, which would be a second form of the same version.
        if written.len() > 1 && written.ends_with(&[0]) {
            return Err(DecodeReason::BadVersion);
        }
        Ok(Self { version, payload })
    }
}

/// Appends the entity to `out`, in postcard and in its envelope.
///
/// # Errors
///
/// The error of postcard, if the entity's `Serialize` fails or has a sequence of unknown length. Then `out` is empty.
pub fn seal<T: Serialize + ?Sized>(
    version: u32,
    entity: &T,
    out: &mut Vec<u8>,
) -> Result<(), postcard::Error> {
    append_header(version, out);
    append_payload(entity, out).inspect_err(|_| out.clear())
}

/// Appends the header of an envelope: the format and the version.
pub(crate) fn append_header(version: u32, out: &mut Vec<u8>) {
    out.push(FORMAT);
    put_number(version, out);
}

/// Appends the entity in postcard to `out`. `postcard::to_extend` does the same with twice the code for each type.
pub(crate) fn append_payload<T: Serialize + ?Sized>(
    entity: &T,
    out: &mut Vec<u8>,
) -> Result<(), postcard::Error> {
    entity.serialize(&mut Serializer { output: Append(out) })
}

/// Appends the entity in postcard to `out`, and refuses a struct that leaves out a field.
pub(crate) fn append_strictly<T: Serialize + ?Sized>(
    entity: &T,
    out: &mut Vec<u8>,
) -> Result<(), postcard::Error> {
    entity.serialize(Strict(&mut Serializer { output: Append(out) }))
}

/// The end of a buffer, to which postcard writes. Postcard's own buffers would have to be moved there and back.
struct Append<'a>(&'a mut Vec<u8>);

impl Flavor for Append<'_> {
    type Output = ();

    #[inline]
    fn try_push(&mut self, byte: u8) -> postcard::Result<()> {
        self.0.push(byte);
        Ok(())
    }

    #[inline]
    fn try_extend(&mut self, bytes: &[u8]) -> postcard::Result<()> {
        self.0.extend_from_slice(bytes);
        Ok(())
    }

    fn finalize(self) -> postcard::Result<()> {
        Ok(())
    }
}

/// Decodes a payload in postcard. The entity may borrow from it.
///
/// The upgrade of a [`Schema`](crate::Schema::version) calls it with the older type.
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
/// The reason, to which a table adds the place.
pub fn decode_payload<'a, T: Deserialize<'a>>(payload: &'a [u8]) -> Result<T, DecodeReason> {
    let mut deserializer = Deserializer::from_bytes(payload);
    let entity = T::deserialize(&mut deserializer).map_err(DecodeReason::Postcard)?;
    match deserializer.finalize() {
        Ok([]) => Ok(entity),
        Ok(rest) => Err(DecodeReason::TrailingBytes(rest.len())),
        Err(error) => Err(DecodeReason::Postcard(error)),
    }
}

#[cfg(test)]
mod tests;
