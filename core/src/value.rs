//! The envelope of a stored value: a format byte, a checksum, the entity's schema version, and the encoded entity.
//!
//! | bytes | content |
//! | --- | --- |
//! | 1 | the format, [`FORMAT`] |
//! | 4 | the checksum of the partition, the key, and the bytes that follow |
//! | 1–5 | the entity's schema version, a varint of postcard in its shortest form |
//! | rest | the payload: the entity in the table's [codec](crate::store::Codec) |
//!
//! The default codec is [postcard](https://postcard.jamesmunns.com/wire-format). It stores fields without their names,
//! so it can't detect that a field moved. The version says which fields the entity has.
//!
//! The checksum finds damage that the engine didn't notice: changed bytes, and a value under another key or in another table
//! than its own. It is the lower half, little-endian, of `hash(bytes) ^ hash(key).rotate_left(32) ^ hash(partition)`, where the
//! bytes are those after the checksum, and `hash` is rapidhash V3 Micro with the seed 0. The partition is its stored name without
//! the [scopes](crate::layers::Scoped) around it, so the tables of a scope can be moved to another one. The checksum is no
//! protection against intent, because everybody can compute it.
//!
//! Postcard accepts a varint that is longer than necessary, and bytes after an entity. [`Envelope::open`] refuses such
//! a version, and [`decode_payload`] refuses such bytes.
//!
//! Inside an entity, postcard also accepts bytes that it does not write: a map that has a key twice, a `char` of several
//! characters, and long forms of integers. Damage can't make such bytes, because the checksum finds it, but a program that
//! seals payloads itself can. A comparison in each read would cost as much as a write. So a read returns the entity, as if the
//! bytes were its own, and [`verify`](crate::EntityReader::verify) and a [scrub](crate::scrub) by the entity's type report them.
//!
//! A schema [without envelope](crate::Schema::without_envelope) stores the payload alone.

mod strict;

use alloc::vec::Vec;

use postcard::ser_flavors::Flavor;
use postcard::{Deserializer, Serializer};
use serde::{Deserialize, Serialize};

pub(crate) use self::strict::LEFT_OUT;
use self::strict::Strict;
use crate::backend::Partition;
use crate::checksum::checksum;
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
    /// Splits the value that is stored under the key in the partition.
    ///
    /// ```
    /// use keyloft::Partition;
    /// use keyloft::value::{Envelope, seal};
    ///
    /// let notes = Partition::from("notes");
    /// let mut bytes = Vec::new();
    /// seal(&notes, b"7", 3, &"milk", &mut bytes)?;
    /// assert_eq!(bytes[5..], *b"\x03\x04milk");
    /// assert_eq!(Envelope::open(&notes, b"7", &bytes).unwrap().version, 3);
    /// assert!(Envelope::open(&notes, b"8", &bytes).is_err());
    /// # Ok::<(), postcard::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`DecodeReason::Truncated`] if the value ends too early, [`DecodeReason::UnknownFormat`] if it begins with another
    /// byte than [`FORMAT`], [`DecodeReason::WrongChecksum`] if it is damaged or belongs to another key or partition, and
    /// [`DecodeReason::BadVersion`] if the version is not a varint in its shortest form.
    #[inline]
    pub fn open(partition: &Partition, key: &[u8], bytes: &'a [u8]) -> Result<Self, DecodeReason> {
        let &[FORMAT, a, b, c, d, ref content @ ..] = bytes else { return Err(no_envelope(bytes)) };
        if checksum(partition.checksum(), key, content) != [a, b, c, d] {
            return Err(DecodeReason::WrongChecksum);
        }
        // Nearly every version fits into one byte.
        match content {
            [version @ 0..=0x7F, payload @ ..] => Ok(Self { version: u32::from(*version), payload }),
            _ => Self::open_long(content),
        }
    }

    #[cold]
    fn open_long(rest: &'a [u8]) -> Result<Self, DecodeReason> {
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

#[cold]
fn no_envelope(bytes: &[u8]) -> DecodeReason {
    match bytes.first() {
        Some(&format) if format != FORMAT => DecodeReason::UnknownFormat(format),
        _ => DecodeReason::Truncated,
    }
}

/// Appends the entity to `out`, in postcard and in the envelope of a value under the key in the partition.
///
/// # Errors
///
/// The error of postcard, if the entity's `Serialize` fails or has a sequence of unknown length. Then `out` is empty.
pub fn seal<T: Serialize + ?Sized>(
    partition: &Partition,
    key: &[u8],
    version: u32,
    entity: &T,
    out: &mut Vec<u8>,
) -> Result<(), postcard::Error> {
    let header = Header::append(version, out);
    append_payload(entity, out).inspect_err(|_| out.clear())?;
    header.complete(partition, key, out);
    Ok(())
}

/// Appends the payload to `out`, in the envelope of a value under the key in the partition.
///
/// ```
/// use keyloft::Partition;
/// use keyloft::value::{Envelope, seal_payload};
///
/// let notes = Partition::from("notes");
/// let mut bytes = Vec::new();
/// seal_payload(&notes, b"7", 3, b"\x04milk", &mut bytes);
/// assert_eq!(Envelope::open(&notes, b"7", &bytes).unwrap().payload, b"\x04milk");
/// ```
pub fn seal_payload(partition: &Partition, key: &[u8], version: u32, payload: &[u8], out: &mut Vec<u8>) {
    let header = Header::append(version, out);
    out.extend_from_slice(payload);
    header.complete(partition, key, out);
}

/// Returns the value of one key with the checksum of another.
///
/// # Errors
///
/// The reason why the value is not in an envelope of its key.
pub(crate) fn moved(
    partition: &Partition,
    key: &[u8],
    stored: &[u8],
    to: &[u8],
) -> Result<Vec<u8>, DecodeReason> {
    Envelope::open(partition, key, stored)?;
    let mut moved = stored.to_vec();
    Header { start: 0 }.complete(partition, to, &mut moved);
    Ok(moved)
}

/// The header of an envelope, whose checksum is not there before the payload is.
pub(crate) struct Header {
    /// The position of the envelope in its buffer.
    start: usize,
}

impl Header {
    /// Appends the header of an envelope: the format, the place of the checksum, and the version.
    pub(crate) fn append(version: u32, out: &mut Vec<u8>) -> Self {
        let start = out.len();
        out.extend_from_slice(&[FORMAT, 0, 0, 0, 0]);
        put_number(version, out);
        Self { start }
    }

    /// Fills in the checksum, after the payload was appended.
    pub(crate) fn complete(self, partition: &Partition, key: &[u8], out: &mut [u8]) {
        if let Some([_, a, b, c, d, content @ ..]) = out.get_mut(self.start..) {
            [*a, *b, *c, *d] = checksum(partition.checksum(), key, content);
        }
    }
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
