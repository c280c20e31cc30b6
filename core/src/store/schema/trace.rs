//! [`trace`]: a number for everything that a `Serialize` writes, with the names and the counts that postcard leaves out.

use core::fmt::{self, Display, Formatter};

use serde::ser::{self, Serialize, Serializer};

/// Returns a number that is the same for two values whose `Serialize` writes the same names, counts and values. The items
/// of sequences and maps may be in another order, because those of a hash table are.
///
/// It is `None` if `Serialize` fails.
pub(super) fn trace<T: Serialize + ?Sized>(value: &T) -> Option<u64> {
    value.serialize(Trace).ok()
}

/// A `Serialize` that failed. Its text is not needed.
#[derive(Debug)]
pub(super) struct Failed;

impl Display for Failed {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("the entity's `Serialize` failed")
    }
}

impl core::error::Error for Failed {}

impl ser::Error for Failed {
    fn custom<T: Display>(_: T) -> Self {
        Self
    }
}

type Result<T> = core::result::Result<T, Failed>;

/// The serializer of one value.
struct Trace;

/// The serializer of the parts of a value, whose traces it joins.
struct Parts {
    trace: u64,
    /// The trace of the key whose value follows, in a map.
    key: u64,
}

/// The kinds of values, with which their traces begin.
mod kind {
    pub(super) const NUMBER: u64 = 1;
    pub(super) const TEXT: u64 = 2;
    pub(super) const BYTES: u64 = 3;
    pub(super) const NONE: u64 = 4;
    pub(super) const SOME: u64 = 5;
    pub(super) const UNIT: u64 = 6;
    pub(super) const VARIANT: u64 = 7;
    pub(super) const LIST: u64 = 8;
    pub(super) const TUPLE: u64 = 9;
    pub(super) const MAP: u64 = 10;
    pub(super) const STRUCT: u64 = 11;
}

/// Returns the trace of a number after another trace. It mixes all bits of both.
fn mix(trace: u64, number: u64) -> u64 {
    let mixed = (trace ^ number).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    (mixed ^ (mixed >> 32)).wrapping_mul(0xD6E8_FEB8_6659_FD93).rotate_left(27)
}

fn bytes(kind: u64, bytes: &[u8]) -> u64 {
    bytes.iter().fold(mix(kind, count(bytes.len())), |trace, byte| mix(trace, u64::from(*byte)))
}

fn count(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}

impl Parts {
    fn new(kind: u64, number: u64) -> Self {
        Self { trace: mix(kind, number), key: 0 }
    }

    fn of_variant(index: u32, count: u64) -> Self {
        Self { trace: mix(mix(kind::VARIANT, u64::from(index)), count), key: 0 }
    }

    /// Adds a part whose place counts.
    fn add<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<()> {
        self.trace = mix(self.trace, value.serialize(Trace)?);
        Ok(())
    }

    /// Adds a part whose name and place count.
    fn add_named<T: Serialize + ?Sized>(&mut self, name: &str, value: &T) -> Result<()> {
        self.trace = mix(self.trace, bytes(kind::TEXT, name.as_bytes()));
        self.add(value)
    }

    /// Adds an item whose place does not count.
    fn add_item(&mut self, item: u64) {
        self.trace = self.trace.wrapping_add(mix(item, item));
    }
}

macro_rules! numbers {
    ($($method:ident($type:ty) $number:ident => $trace:expr;)*) => {$(
        fn $method(self, $number: $type) -> Result<u64> {
            Ok(mix(kind::NUMBER, $trace))
        }
    )*};
}

impl Serializer for Trace {
    type Ok = u64;
    type Error = Failed;
    type SerializeSeq = Parts;
    type SerializeTuple = Parts;
    type SerializeTupleStruct = Parts;
    type SerializeTupleVariant = Parts;
    type SerializeMap = Parts;
    type SerializeStruct = Parts;
    type SerializeStructVariant = Parts;

    fn is_human_readable(&self) -> bool {
        false
    }

    numbers! {
        serialize_bool(bool) v => u64::from(v);
        serialize_i8(i8) v => v.cast_unsigned().into();
        serialize_i16(i16) v => v.cast_unsigned().into();
        serialize_i32(i32) v => v.cast_unsigned().into();
        serialize_i64(i64) v => v.cast_unsigned();
        serialize_i128(i128) v => halves(v.cast_unsigned());
        serialize_u8(u8) v => v.into();
        serialize_u16(u16) v => v.into();
        serialize_u32(u32) v => v.into();
        serialize_u64(u64) v => v;
        serialize_u128(u128) v => halves(v);
        serialize_f32(f32) v => v.to_bits().into();
        serialize_f64(f64) v => v.to_bits();
        serialize_char(char) v => u32::from(v).into();
    }

    fn serialize_str(self, v: &str) -> Result<u64> {
        Ok(bytes(kind::TEXT, v.as_bytes()))
    }

    fn serialize_bytes(self, v: &[u8]) -> Result<u64> {
        Ok(bytes(kind::BYTES, v))
    }

    fn serialize_none(self) -> Result<u64> {
        Ok(mix(kind::NONE, 0))
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<u64> {
        Ok(mix(kind::SOME, value.serialize(Self)?))
    }

    fn serialize_unit(self) -> Result<u64> {
        Ok(mix(kind::UNIT, 0))
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<u64> {
        self.serialize_unit()
    }

    fn serialize_unit_variant(self, _: &'static str, index: u32, _: &'static str) -> Result<u64> {
        Ok(Parts::of_variant(index, 0).trace)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<u64> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        index: u32,
        _: &'static str,
        value: &T,
    ) -> Result<u64> {
        let mut parts = Parts::of_variant(index, 1);
        parts.add(value)?;
        Ok(parts.trace)
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Parts> {
        Ok(Parts::new(kind::LIST, 0))
    }

    fn serialize_tuple(self, len: usize) -> Result<Parts> {
        Ok(Parts::new(kind::TUPLE, count(len)))
    }

    fn serialize_tuple_struct(self, _: &'static str, len: usize) -> Result<Parts> {
        self.serialize_tuple(len)
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        index: u32,
        _: &'static str,
        len: usize,
    ) -> Result<Parts> {
        Ok(Parts::of_variant(index, count(len)))
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Parts> {
        Ok(Parts::new(kind::MAP, 0))
    }

    fn serialize_struct(self, _: &'static str, len: usize) -> Result<Parts> {
        Ok(Parts::new(kind::STRUCT, count(len)))
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        index: u32,
        _: &'static str,
        len: usize,
    ) -> Result<Parts> {
        Ok(Parts::of_variant(index, count(len)))
    }
}

fn halves(number: u128) -> u64 {
    number.to_le_bytes().iter().fold(0, |trace, byte| mix(trace, u64::from(*byte)))
}

macro_rules! parts {
    ($($trait:ident $method:ident($($name:ident)?) $add:ident;)*) => {$(
        impl ser::$trait for Parts {
            type Ok = u64;
            type Error = Failed;

            fn $method<T: Serialize + ?Sized>(&mut self, $($name: &'static str,)? value: &T) -> Result<()> {
                self.$add($($name,)? value)
            }

            fn end(self) -> Result<u64> {
                Ok(self.trace)
            }
        }
    )*};
}

parts! {
    SerializeTuple serialize_element() add;
    SerializeTupleStruct serialize_field() add;
    SerializeTupleVariant serialize_field() add;
    SerializeStruct serialize_field(name) add_named;
    SerializeStructVariant serialize_field(name) add_named;
}

impl ser::SerializeSeq for Parts {
    type Ok = u64;
    type Error = Failed;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<()> {
        self.add_item(value.serialize(Trace)?);
        Ok(())
    }

    fn end(self) -> Result<u64> {
        Ok(self.trace)
    }
}

impl ser::SerializeMap for Parts {
    type Ok = u64;
    type Error = Failed;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<()> {
        self.key = key.serialize(Trace)?;
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<()> {
        self.add_item(mix(self.key, value.serialize(Trace)?));
        Ok(())
    }

    fn end(self) -> Result<u64> {
        Ok(self.trace)
    }
}
