//! The simple values of a [`Payload`]: numbers, text and bytes.

use super::walk::Walk;
use super::{Node, Payload};

impl<'a> Payload<'a> {
    /// Returns the bool, or `None` for another type.
    pub fn as_bool(&self) -> Option<bool> {
        if let Node::Bool = self.node() { Some(self.bytes == [1]) } else { None }
    }

    /// Returns the unsigned integer, or `None` for another type.
    pub fn as_unsigned(&self) -> Option<u128> {
        match self.node() {
            Node::U8 | Node::U16 | Node::U32 | Node::U64 | Node::U128 => Some(self.integer()),
            _ => None,
        }
    }

    /// Returns the signed integer, or `None` for another type.
    ///
    /// ```
    /// use keyloft::shape::Shape;
    ///
    /// let bytes = postcard::to_allocvec(&-70_000_i64)?;
    /// assert_eq!(Shape::of::<i64>().read(&bytes).unwrap().as_signed(), Some(-70_000));
    /// # Ok::<(), postcard::Error>(())
    /// ```
    pub fn as_signed(&self) -> Option<i128> {
        match self.node() {
            Node::I8 => self.bytes.first().map(|byte| i128::from(byte.cast_signed())),
            Node::I16 | Node::I32 | Node::I64 | Node::I128 => {
                let zigzag = self.integer();
                let half = (zigzag >> 1).cast_signed();
                Some(if zigzag & 1 == 0 { half } else { !half })
            }
            _ => None,
        }
    }

    /// Returns the float, or `None` for another type. An `f32` becomes the `f64` of the same value.
    pub fn as_float(&self) -> Option<f64> {
        match self.node() {
            Node::F32 => self.as_f32().map(f64::from),
            Node::F64 => Some(f64::from_le_bytes(self.bytes.try_into().ok()?)),
            _ => None,
        }
    }

    /// Returns the text or the char, or `None` for another type.
    pub fn as_text(&self) -> Option<&'a str> {
        match self.node() {
            Node::Text | Node::Char => Walk::again(self.shape, self.bytes).text().ok(),
            _ => None,
        }
    }

    /// Returns the bytes that the value holds: bytes, a list of `u8` or an array of `u8`. Returns `None` for another type.
    pub fn as_bytes(&self) -> Option<&'a [u8]> {
        match self.node() {
            Node::Bytes => Walk::again(self.shape, self.bytes).bytes().ok(),
            Node::List(item) if *self.shape.node(*item) == Node::U8 => {
                Walk::again(self.shape, self.bytes).bytes().ok()
            }
            Node::Array(item, _) if *self.shape.node(*item) == Node::U8 => Some(self.bytes),
            _ => None,
        }
    }

    pub(super) fn as_f32(&self) -> Option<f32> {
        if let Node::F32 = self.node() { Some(f32::from_le_bytes(self.bytes.try_into().ok()?)) } else { None }
    }

    fn integer(&self) -> u128 {
        if let Node::U8 = self.node() {
            return self.bytes.first().copied().map_or(0, u128::from);
        }
        self.bytes.iter().rev().fold(0, |bits, byte| bits << 7 | u128::from(byte & 0x7F))
    }
}
