//! [`Field`]: a value of an entity's field, and the entity itself.

use alloc::string::String;
use alloc::vec::Vec;

use super::{Stored, put_bytes, put_number, put_varint};

/// A type with a stored form: the one that serde's derive has in postcard.
pub trait Field {
    /// Appends the stored form.
    fn store(&self, out: &mut Vec<u8>);

    /// Reads the stored form.
    fn load(stored: &mut Stored<'_>) -> Self;
}

impl Field for bool {
    fn store(&self, out: &mut Vec<u8>) {
        out.push(u8::from(*self));
    }

    fn load(stored: &mut Stored<'_>) -> Self {
        stored.flag()
    }
}

impl Field for u32 {
    fn store(&self, out: &mut Vec<u8>) {
        put_number(*self, out);
    }

    fn load(stored: &mut Stored<'_>) -> Self {
        stored.number()
    }
}

impl Field for u64 {
    fn store(&self, out: &mut Vec<u8>) {
        put_varint(*self, out);
    }

    fn load(stored: &mut Stored<'_>) -> Self {
        stored.varint(64)
    }
}

/// The sign is the lowest bit.
impl Field for i64 {
    fn store(&self, out: &mut Vec<u8>) {
        put_varint((self << 1 ^ self >> 63).cast_unsigned(), out);
    }

    #[inline(never)] // most entities have several
    fn load(stored: &mut Stored<'_>) -> Self {
        let number = stored.varint(64);
        (number >> 1).cast_signed() ^ -(number & 1).cast_signed()
    }
}

impl Field for String {
    fn store(&self, out: &mut Vec<u8>) {
        put_bytes(self.as_bytes(), out);
    }

    fn load(stored: &mut Stored<'_>) -> Self {
        stored.text()
    }
}

impl<T: Field> Field for Option<T> {
    fn store(&self, out: &mut Vec<u8>) {
        out.push(u8::from(self.is_some()));
        if let Some(value) = self {
            value.store(out);
        }
    }

    fn load(stored: &mut Stored<'_>) -> Self {
        stored.option(T::load)
    }
}
