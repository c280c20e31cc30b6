//! The decoding of rows and values from bytes.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use serde::Deserializer;
use serde::de::{DeserializeSeed, Error, MapAccess, SeqAccess, Unexpected, Visitor};

use super::super::{MAX_DEPTH, TOO_DEEP, Value};
use super::bytes::Bytes;
use super::{BYTES, FALSE, FLOAT, INT, LIST, MAP, NAN, NULL, TEXT, TIMESTAMP, TRUE};
use crate::excerpt;

/// The largest capacity of a list before its items have been read. The stored length may be false.
const MAX_CAPACITY: usize = 64;

pub(in super::super) fn read_value<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Value, D::Error> {
    ValueReader { depth: 0 }.deserialize(deserializer)
}

pub(in super::super) fn read_columns<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<BTreeMap<String, Value>, D::Error> {
    EntriesReader { depth: 0 }.deserialize(deserializer)
}

/// A reader of a value inside `depth` lists and maps.
struct ValueReader {
    depth: usize,
}

impl<'de> DeserializeSeed<'de> for ValueReader {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_tuple(2, self)
    }
}

impl<'de> Visitor<'de> for ValueReader {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value's tag and content")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let depth = self.depth + 1;
        let tag = seq.next_element()?.ok_or_else(|| A::Error::invalid_length(0, &self))?;
        if depth > MAX_DEPTH && matches!(tag, LIST | MAP) {
            return Err(A::Error::custom(TOO_DEEP));
        }
        let value = match tag {
            NULL => seq.next_element()?.map(|()| Value::Null),
            FALSE => seq.next_element()?.map(|()| Value::Bool(false)),
            TRUE => seq.next_element()?.map(|()| Value::Bool(true)),
            INT => seq.next_element()?.map(Value::Int),
            FLOAT => match seq.next_element::<f64>()? {
                Some(float) if float.is_nan() && float.to_bits() != NAN => {
                    return Err(A::Error::custom("a NaN that is not in the stored form"));
                }
                float => float.map(Value::Float),
            },
            TEXT => seq.next_element()?.map(Value::Text),
            BYTES => seq.next_element()?.map(|Bytes(bytes)| Value::Bytes(bytes)),
            TIMESTAMP => seq.next_element()?.map(Value::Timestamp),
            LIST => seq.next_element_seed(ItemsReader { depth })?.map(Value::List),
            MAP => seq.next_element_seed(EntriesReader { depth })?.map(Value::Map),
            _ => {
                let found = Unexpected::Unsigned(tag.into());
                return Err(A::Error::invalid_value(found, &"a value's tag, from 0 to 9"));
            }
        };
        value.ok_or_else(|| A::Error::invalid_length(1, &self))
    }
}

/// A reader of a list's items inside `depth` lists and maps.
struct ItemsReader {
    depth: usize,
}

impl<'de> DeserializeSeed<'de> for ItemsReader {
    type Value = Vec<Value>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Vec<Value>, D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for ItemsReader {
    type Value = Vec<Value>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list's items")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Vec<Value>, A::Error> {
        let mut items = Vec::with_capacity(seq.size_hint().unwrap_or_default().min(MAX_CAPACITY));
        while let Some(item) = seq.next_element_seed(ValueReader { depth: self.depth })? {
            items.push(item);
        }
        Ok(items)
    }
}

/// A reader of a row's columns or a map's entries, with values inside `depth` lists and maps.
struct EntriesReader {
    depth: usize,
}

impl<'de> DeserializeSeed<'de> for EntriesReader {
    type Value = BTreeMap<String, Value>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for EntriesReader {
    type Value = BTreeMap<String, Value>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("names and their values, in the order of the names")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut entries = BTreeMap::new();
        while let Some(key) = map.next_key::<String>()? {
            if entries.last_key_value().is_some_and(|(last, _)| *last >= key) {
                return Err(A::Error::custom(format_args!(
                    "`{}` is out of order or a duplicate",
                    excerpt::excerpt(key.as_bytes())
                )));
            }
            entries.insert(key, map.next_value_seed(ValueReader { depth: self.depth })?);
        }
        Ok(entries)
    }
}
