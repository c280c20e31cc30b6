//! The bytes of a [`KeyValue`], written by its shape.

use alloc::vec::Vec;

use super::decode::TWO_SECONDS;
use super::fault::Fault;
use super::{KeyPart, KeyShape, KeyValue};
use crate::error::Result;
use crate::key::{StorageKey, percent, self_delimiting};

const ANOTHER_TYPE: &str = "the value has another type";
const ANOTHER_COUNT: &str = "the number of parts differs";

impl KeyShape {
    /// Returns the bytes of a key, as [`StorageKey::encode`] of the key type does.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidKey`](crate::ErrorKind::InvalidKey) if the value is no key of this shape.
    pub fn encode(&self, value: &KeyValue) -> Result<Vec<u8>> {
        let mut out = Vec::new();
        self.or_bytes().write(value, true, &mut out).map_err(|fault| fault.of_text(value.shown()))?;
        Ok(out)
    }

    /// Returns the bytes that every key with these left parts begins with, as [`Prefix::of`](crate::Prefix::of) does.
    ///
    /// Without parts, it is the prefix of every key.
    ///
    /// ```
    /// use keyloft::key::KeyValue;
    /// use keyloft::{StorageKey, UserRowId};
    ///
    /// let of_bob = UserRowId::shape().prefix(&[KeyValue::Text("bob".into())])?;
    /// assert_eq!(of_bob, UserRowId::prefix("bob").as_bytes());
    /// # Ok::<(), keyloft::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidKey`](crate::ErrorKind::InvalidKey) if the values are no left parts of this shape.
    pub fn prefix(&self, left: &[KeyValue]) -> Result<Vec<u8>> {
        let mut out = Vec::new();
        let written = match (self.or_bytes(), left) {
            (_, []) => Ok(()),
            (Self::Parts(parts), left) if left.len() < parts.len() => {
                parts.iter().zip(left).try_for_each(|(part, value)| part.shape.write(value, false, &mut out))
            }
            (Self::Joined { .. }, [KeyValue::Text(left)]) => {
                percent::write_left(left.as_bytes(), &mut out);
                Ok(())
            }
            (shape, _) => Err(shape.fault(ANOTHER_COUNT)),
        };
        written.map_err(|fault| fault.of_text(left.first().map(KeyValue::shown).unwrap_or_default()))?;
        Ok(out)
    }

    /// Appends a key in its self-delimiting form, or in the form of the last part.
    pub(super) fn write(&self, value: &KeyValue, last: bool, out: &mut Vec<u8>) -> Result<(), Fault> {
        match (self, value) {
            (Self::Unit, KeyValue::Unit) => {}
            (Self::Bool, KeyValue::Bool(value)) => out.push((*value).into()),
            (Self::F32, KeyValue::F32(number)) => number.encode_part(out),
            (Self::F64, KeyValue::F64(number)) => number.encode_part(out),
            (Self::Array(width), KeyValue::Bytes(bytes)) => self.write_array(*width, bytes, out)?,
            (Self::Uuid, KeyValue::Bytes(bytes)) => self.write_array(16, bytes, out)?,
            (Self::Timestamp, KeyValue::Timestamp { seconds, nanoseconds }) => {
                if *nanoseconds >= TWO_SECONDS {
                    return Err(self.fault("no type has such a time"));
                }
                (*seconds, *nanoseconds).encode_part(out);
            }
            (Self::Option(_), KeyValue::None) => out.push(0),
            (Self::Option(inner), KeyValue::Some(value)) => {
                out.push(1);
                inner.write(value, last, out)?;
            }
            (Self::Reverse(inner), value) => {
                let start = out.len();
                inner.write(value, false, out)?;
                for byte in out.iter_mut().skip(start) {
                    *byte = !*byte;
                }
            }
            (Self::Parts(parts), KeyValue::Parts(values)) => self.write_parts(parts, values, last, out)?,
            (Self::Enum(variants), KeyValue::Variant { name, parts }) => {
                let variant = variants.iter().find(|variant| variant.name == *name);
                let variant = variant.ok_or_else(|| self.fault("it has no such variant"))?;
                out.push(variant.number);
                self.write_parts(&variant.parts, parts, last, out)?;
            }
            (Self::Text, KeyValue::Text(text)) => delimit(text.as_bytes(), last, out),
            (Self::Bytes, KeyValue::Bytes(bytes)) => delimit(bytes, last, out),
            (Self::Joined { right, .. }, KeyValue::Parts(parts)) => {
                let [KeyValue::Text(left), tail] = parts.as_slice() else {
                    return Err(self.fault(ANOTHER_TYPE));
                };
                let mut whole = Vec::new();
                percent::write_left(left.as_bytes(), &mut whole);
                right.shape.write(tail, true, &mut whole)?;
                delimit(&whole, last, out);
            }
            _ => self.write_integer(value, out)?,
        }
        Ok(())
    }

    fn write_integer(&self, value: &KeyValue, out: &mut Vec<u8>) -> Result<(), Fault> {
        let (width, signed) = self.integer().ok_or_else(|| self.fault(ANOTHER_TYPE))?;
        // The shift to the left puts the bytes of the number first. Bits that it loses are out of range.
        let unused = u128::BITS - 8 * width;
        let (at_top, fits) = match value {
            KeyValue::Unsigned(number) if !signed => {
                (number << unused, number << unused >> unused == *number)
            }
            KeyValue::Signed(number) if signed => {
                let at_top = number << unused;
                (at_top.cast_unsigned() ^ (1 << (u128::BITS - 1)), at_top >> unused == *number)
            }
            _ => return Err(self.fault(ANOTHER_TYPE)),
        };
        if !fits {
            return Err(self.fault("it is out of range"));
        }
        out.extend(at_top.to_be_bytes().into_iter().zip(0..width).map(|(byte, _)| byte));
        Ok(())
    }

    fn write_array(&self, width: u32, bytes: &[u8], out: &mut Vec<u8>) -> Result<(), Fault> {
        if u32::try_from(bytes.len()) != Ok(width) {
            return Err(self.fault("its length differs"));
        }
        out.extend_from_slice(bytes);
        Ok(())
    }

    fn write_parts(
        &self,
        parts: &[KeyPart],
        values: &[KeyValue],
        last: bool,
        out: &mut Vec<u8>,
    ) -> Result<(), Fault> {
        if parts.len() != values.len() {
            return Err(self.fault(ANOTHER_COUNT));
        }
        (1..).zip(parts.iter().zip(values)).try_for_each(|(number, (part, value))| {
            part.shape.write(value, last && number == parts.len(), out)
        })
    }
}

/// Appends a key of any length, with its end if it is not the last part.
fn delimit(bytes: &[u8], last: bool, out: &mut Vec<u8>) {
    if last {
        out.extend_from_slice(bytes);
    } else {
        self_delimiting::escape_into(bytes, out);
        self_delimiting::terminate(out);
    }
}
