//! [`trace`]: the shape of a type, by what it asks a [`Deserializer`] for.

use std::fmt;

use serde::de::value::U32Deserializer;
use serde::de::{
    self, Deserialize, DeserializeSeed, Deserializer, EnumAccess, IntoDeserializer, SeqAccess, VariantAccess,
    Visitor,
};

/// The shape of a stored value.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Shape {
    Bool,
    U32,
    U64,
    I64,
    String,
    Option(Box<Shape>),
    /// An enumeration: its name, and those of its variants in the order of their codes.
    Enum(&'static str, &'static [&'static str]),
    /// A struct: its fields in the order in which they are stored.
    Struct(Vec<(&'static str, Shape)>),
}

/// Returns the shape of `T`, as postcard stores it.
pub(super) fn trace<'de, T: Deserialize<'de>>() -> Shape {
    let mut shape = None;
    T::deserialize(Tracer(&mut shape)).expect("the type can be traced");
    shape.expect("the type asks for a value")
}

/// Gives the smallest value that is asked for, and writes down its shape.
struct Tracer<'a>(&'a mut Option<Shape>);

#[derive(Debug)]
struct Untraceable(String);

impl fmt::Display for Untraceable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Untraceable {}

impl de::Error for Untraceable {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self(message.to_string())
    }
}

impl<'de> Deserializer<'de> for Tracer<'_> {
    type Error = Untraceable;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Untraceable> {
        Err(Untraceable("the protocol has no codec for such a field: teach `trace` its shape".to_owned()))
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Untraceable> {
        *self.0 = Some(Shape::Bool);
        visitor.visit_bool(false)
    }

    fn deserialize_u32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Untraceable> {
        *self.0 = Some(Shape::U32);
        visitor.visit_u32(0)
    }

    fn deserialize_u64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Untraceable> {
        *self.0 = Some(Shape::U64);
        visitor.visit_u64(0)
    }

    fn deserialize_i64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Untraceable> {
        *self.0 = Some(Shape::I64);
        visitor.visit_i64(0)
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Untraceable> {
        *self.0 = Some(Shape::String);
        visitor.visit_str("")
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Untraceable> {
        self.deserialize_str(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Untraceable> {
        let mut inner = None;
        let value = visitor.visit_some(Tracer(&mut inner))?;
        *self.0 = inner.map(|shape| Shape::Option(Box::new(shape)));
        Ok(value)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Untraceable> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        names: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Untraceable> {
        let mut fields = Vec::new();
        let value = visitor.visit_seq(Fields { names, fields: &mut fields })?;
        *self.0 = Some(Shape::Struct(fields));
        Ok(value)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Untraceable> {
        *self.0 = Some(Shape::Enum(name, variants));
        visitor.visit_enum(FirstVariant)
    }

    fn is_human_readable(&self) -> bool {
        false
    }

    serde::forward_to_deserialize_any! {
        i8 i16 i32 i128 u8 u16 u128 f32 f64 char bytes byte_buf unit unit_struct seq tuple tuple_struct map
        identifier ignored_any
    }
}

/// The fields of a struct.
struct Fields<'a> {
    names: &'static [&'static str],
    fields: &'a mut Vec<(&'static str, Shape)>,
}

impl<'de> SeqAccess<'de> for Fields<'_> {
    type Error = Untraceable;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Untraceable> {
        let Some(name) = self.names.get(self.fields.len()) else { return Ok(None) };
        let mut shape = None;
        let value = seed.deserialize(Tracer(&mut shape))?;
        self.fields.extend(shape.map(|shape| (*name, shape)));
        Ok(Some(value))
    }
}

/// The first variant of an enumeration, which has no fields.
struct FirstVariant;

impl<'de> EnumAccess<'de> for FirstVariant {
    type Error = Untraceable;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self), Untraceable> {
        let first: U32Deserializer<Untraceable> = 0_u32.into_deserializer();
        Ok((seed.deserialize(first)?, self))
    }
}

impl<'de> VariantAccess<'de> for FirstVariant {
    type Error = Untraceable;

    fn unit_variant(self) -> Result<(), Untraceable> {
        Ok(())
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, _: T) -> Result<T::Value, Untraceable> {
        Err(Untraceable("the protocol has no codec for variants with fields".to_owned()))
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, _: V) -> Result<V::Value, Untraceable> {
        Err(Untraceable("the protocol has no codec for variants with fields".to_owned()))
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, Untraceable> {
        Err(Untraceable("the protocol has no codec for variants with fields".to_owned()))
    }
}
