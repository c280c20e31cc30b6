//! The value of a key's bytes, read by its shape.

use alloc::boxed::Box;
use alloc::string::ToString;
use alloc::vec::Vec;

use super::fault::Fault;
use super::{KeyPart, KeyShape, KeyValue};
use crate::error::Result;
use crate::key::{StorageKey, percent, self_delimiting};

/// The nanoseconds that no timestamp has: chrono counts a leap second as part of the second before.
pub(super) const TWO_SECONDS: u32 = 2_000_000_000;

impl KeyShape {
    /// Returns the key that has these bytes.
    ///
    /// Bytes of a shape with an unknown part are returned as they are.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidKey`](crate::ErrorKind::InvalidKey) if no key of this shape has them.
    pub fn decode(&self, bytes: &[u8]) -> Result<KeyValue> {
        self.or_bytes().read_whole(bytes).map_err(|fault| fault.of_bytes(bytes))
    }

    /// Checks that a key of this shape has these bytes.
    ///
    /// It accepts the bytes that [`StorageKey::decode`] of the key type accepts, and no other, with two exceptions. Types of
    /// timestamps share a shape, so it accepts the times of all of them. And it accepts all bytes if a part is unknown.
    ///
    /// ```
    /// use keyloft::StorageKey;
    ///
    /// let shape = <(String, u16)>::shape();
    /// assert!(shape.check(b"attic\0\0\x01\x02").is_ok());
    /// let error = shape.check(b"attic\0\0\x01").unwrap_err();
    /// assert_eq!(
    ///     error.to_string(),
    ///     "key `6174746963000001` is not a u16: it is too short; check the table's key type and where the bytes come from"
    /// );
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidKey`](crate::ErrorKind::InvalidKey) if no key of this shape has them.
    pub fn check(&self, bytes: &[u8]) -> Result<()> {
        self.decode(bytes).map(drop)
    }

    /// Reads a key that has all of these bytes.
    pub(super) fn read_whole(&self, bytes: &[u8]) -> Result<KeyValue, Fault> {
        let mut rest = bytes;
        let value = self.read(&mut rest, true)?;
        if rest.is_empty() { Ok(value) } else { Err(self.fault("it is too long")) }
    }

    /// Removes a key from the front of `input`: in its self-delimiting form, or in the form of the last part, which may
    /// take all bytes.
    fn read(&self, input: &mut &[u8], last: bool) -> Result<KeyValue, Fault> {
        if let Some((width, signed)) = self.integer() {
            return Ok(number(self.take(width, input)?, width, signed));
        }
        Ok(match self {
            Self::Unit => KeyValue::Unit,
            Self::Bool => match self.take(1, input)? {
                [0] => KeyValue::Bool(false),
                [1] => KeyValue::Bool(true),
                _ => return Err(self.fault("it is neither 0 nor 1")),
            },
            Self::F32 => KeyValue::F32(self.typed(4, input)?),
            Self::F64 => KeyValue::F64(self.typed(8, input)?),
            Self::Array(width) => KeyValue::Bytes(self.take(*width, input)?.to_vec()),
            Self::Uuid => KeyValue::Bytes(self.take(16, input)?.to_vec()),
            Self::Timestamp => {
                let (seconds, nanoseconds) = self.typed(12, input)?;
                if nanoseconds >= TWO_SECONDS {
                    return Err(self.fault("no type has such a time"));
                }
                KeyValue::Timestamp { seconds, nanoseconds }
            }
            Self::Option(inner) => match self.take(1, input)? {
                [0] => KeyValue::None,
                [1] => KeyValue::Some(Box::new(inner.read(input, last)?)),
                _ => return Err(self.fault("it begins with neither 00 nor 01")),
            },
            Self::Reverse(inner) => {
                let flipped: Vec<u8> = input.iter().map(|byte| !byte).collect();
                let mut rest = flipped.as_slice();
                let value = inner.read(&mut rest, false)?;
                *input = input.get(flipped.len() - rest.len()..).unwrap_or_default();
                value
            }
            Self::Parts(parts) => KeyValue::Parts(read_parts(parts, input, last)?),
            Self::Enum(variants) => {
                let number = self.take(1, input)?;
                let variant = variants.iter().find(|variant| [variant.number] == number);
                let variant = variant.ok_or_else(|| self.fault("it begins with the byte of no variant"))?;
                let parts = read_parts(&variant.parts, input, last)?;
                KeyValue::Variant { name: variant.name.clone(), parts }
            }
            Self::Text | Self::Bytes | Self::Unknown | Self::Joined { .. } if last => {
                self.delimited(core::mem::take(input))?
            }
            Self::Text | Self::Bytes | Self::Unknown | Self::Joined { .. } => {
                let part = self_delimiting::take(input)
                    .map_err(|_| self.fault("a part has no terminator, or a NUL in it is not escaped"))?;
                self.delimited(&part)?
            }
            _ => return Err(self.fault("its shape is not known")),
        })
    }

    /// Reads a key of any length, whose end is known.
    fn delimited(&self, bytes: &[u8]) -> Result<KeyValue, Fault> {
        match self {
            Self::Text => match core::str::from_utf8(bytes) {
                Ok(text) => Ok(KeyValue::Text(text.to_string())),
                Err(_) => Err(self.fault("it is not UTF-8")),
            },
            Self::Joined { right, .. } => {
                let (left, tail) = percent::split(bytes).map_err(|reason| self.fault(reason))?;
                let right = right.shape.read_whole(tail)?;
                Ok(KeyValue::Parts(Vec::from([KeyValue::Text(left), right])))
            }
            _ => Ok(KeyValue::Bytes(bytes.to_vec())),
        }
    }

    /// Removes this number of bytes from the front of `input`.
    fn take<'a>(&self, width: u32, input: &mut &'a [u8]) -> Result<&'a [u8], Fault> {
        let split = usize::try_from(width).ok().and_then(|width| input.split_at_checked(width));
        let (bytes, rest) = split.ok_or_else(|| self.fault("it is too short"))?;
        *input = rest;
        Ok(bytes)
    }

    /// Removes a key of a type of this width from the front of `input`.
    fn typed<K: StorageKey>(&self, width: u32, input: &mut &[u8]) -> Result<K, Fault> {
        K::decode(self.take(width, input)?).map_err(|_| self.fault("it is too short"))
    }
}

fn read_parts(parts: &[KeyPart], input: &mut &[u8], last: bool) -> Result<Vec<KeyValue>, Fault> {
    let count = parts.len();
    let read = |(number, part): (usize, &KeyPart)| part.shape.read(input, last && number == count);
    (1..).zip(parts).map(read).collect()
}

fn number(bytes: &[u8], width: u32, signed: bool) -> KeyValue {
    let number = bytes.iter().fold(0, |number: u128, byte| number << 8 | u128::from(*byte));
    if !signed {
        return KeyValue::Unsigned(number);
    }
    // The shift to the left puts the sign bit, which is stored flipped, at the top. The shift back repeats it.
    let unused = u128::BITS - 8 * width;
    let at_top = (number << unused) ^ (1 << (u128::BITS - 1));
    KeyValue::Signed(at_top.cast_signed() >> unused)
}
