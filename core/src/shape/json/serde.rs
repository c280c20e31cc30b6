//! The parser as serde's deserializer, for rows and values.

use serde::de::{DeserializeSeed, Error, MapAccess, SeqAccess, Visitor};
use serde::{Deserializer, forward_to_deserialize_any};

use super::InvalidJson;
use super::parser::Parser;

impl<'de> Deserializer<'de> for &mut Parser<'_> {
    type Error = InvalidJson;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, InvalidJson> {
        match self.peek() {
            Some(b'"') => visitor.visit_string(self.string()?),
            Some(b'[') => {
                self.expect("[")?;
                visitor.visit_seq(Inside { parser: self, is_first: true })
            }
            Some(b'{') => {
                self.expect("{")?;
                visitor.visit_map(Inside { parser: self, is_first: true })
            }
            Some(b'-' | b'0'..=b'9') => {
                let number = self.number()?;
                if let Ok(integer) = number.parse::<i64>() {
                    visitor.visit_i64(integer)
                } else if let Ok(integer) = number.parse::<u64>() {
                    visitor.visit_u64(integer)
                } else {
                    let float = number.parse().map_err(|_| InvalidJson::custom("a number is malformed"))?;
                    visitor.visit_f64(float)
                }
            }
            _ if self.eat("null") => visitor.visit_unit(),
            _ if self.eat("true") => visitor.visit_bool(true),
            _ if self.eat("false") => visitor.visit_bool(false),
            _ => Err(self.expected("a value")),
        }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

/// A parser inside a list or an object.
struct Inside<'a, 'b> {
    parser: &'a mut Parser<'b>,
    is_first: bool,
}

impl Inside<'_, '_> {
    fn next(&mut self, end: &str) -> Result<bool, InvalidJson> {
        let is_first = core::mem::replace(&mut self.is_first, false);
        self.parser.next_item(is_first, end)
    }
}

impl<'de> SeqAccess<'de> for Inside<'_, '_> {
    type Error = InvalidJson;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, InvalidJson> {
        if self.next("]")? { seed.deserialize(&mut *self.parser).map(Some) } else { Ok(None) }
    }
}

impl<'de> MapAccess<'de> for Inside<'_, '_> {
    type Error = InvalidJson;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, InvalidJson> {
        if !self.next("}")? {
            return Ok(None);
        }
        if self.parser.peek() != Some(b'"') {
            return Err(self.parser.expected("text"));
        }
        seed.deserialize(&mut *self.parser).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, InvalidJson> {
        self.parser.expect(":")?;
        seed.deserialize(&mut *self.parser)
    }
}
