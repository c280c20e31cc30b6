//! The parsing of rows and values from JSON.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use serde::Deserializer;
use serde::de::{DeserializeSeed, Error, MapAccess, SeqAccess, Unexpected, Visitor};

use super::super::{MAX_DEPTH, TOO_DEEP, Value};
use super::portable_number::{self, TOO_LARGE};
use super::{BYTES, FLOAT, INT, MARK, TIMESTAMP};
use crate::excerpt;

const ROW: &str = "an object of columns";
const VALUE: &str = "null, a bool, a number of at most 64 bits, text, a list or an object";

pub(in super::super) fn read_value<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Value, D::Error> {
    ValueReader { depth: 0 }.deserialize(deserializer)
}

pub(in super::super) fn read_columns<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<BTreeMap<String, Value>, D::Error> {
    deserializer.deserialize_map(ColumnsReader)
}

struct ColumnsReader;

impl<'de> Visitor<'de> for ColumnsReader {
    type Value = BTreeMap<String, Value>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(ROW)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        entries(map, 0)
    }
}

/// A reader of a value inside `depth` lists and objects.
struct ValueReader {
    depth: usize,
}

impl<'de> DeserializeSeed<'de> for ValueReader {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for ValueReader {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(VALUE)
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, bool: bool) -> Result<Value, E> {
        Ok(Value::Bool(bool))
    }

    fn visit_i64<E>(self, int: i64) -> Result<Value, E> {
        Ok(Value::Int(int))
    }

    fn visit_u64<E: Error>(self, int: u64) -> Result<Value, E> {
        let small = i64::try_from(int).map(Value::Int);
        small.map_err(|_| E::invalid_value(Unexpected::Unsigned(int), &"an integer below 2⁶³"))
    }

    fn visit_f64<E: Error>(self, float: f64) -> Result<Value, E> {
        if float.abs() < TOO_LARGE {
            Ok(Value::Float(float))
        } else {
            let wanted = "a number below 2⁶³: write a larger float as `{\"$float\":\"…\"}`";
            Err(E::invalid_value(Unexpected::Float(float), &wanted))
        }
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(Value::Text(text.into()))
    }

    fn visit_string<E>(self, text: String) -> Result<Value, E> {
        Ok(Value::Text(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let depth = self.depth + 1;
        if depth > MAX_DEPTH {
            return Err(A::Error::custom(TOO_DEEP));
        }
        let mut items = Vec::new();
        while let Some(item) = seq.next_element_seed(ValueReader { depth })? {
            items.push(item);
        }
        Ok(Value::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Value, A::Error> {
        let depth = self.depth + 1;
        // At the limit, an object is allowed if it encodes bytes or another value that is not a map. Only its key shows
        // that.
        if depth > MAX_DEPTH + 1 {
            return Err(A::Error::custom(TOO_DEEP));
        }
        let value = unmark(entries(map, depth)?)?;
        if depth > MAX_DEPTH && matches!(value, Value::Map(_)) {
            return Err(A::Error::custom(TOO_DEEP));
        }
        Ok(value)
    }
}

/// Reads columns or entries with values inside `depth` lists and objects.
fn entries<'de, A: MapAccess<'de>>(mut map: A, depth: usize) -> Result<BTreeMap<String, Value>, A::Error> {
    let mut entries = BTreeMap::new();
    while let Some(key) = map.next_key::<String>()? {
        if entries.contains_key(&key) {
            let key = excerpt::excerpt(key.as_bytes());
            return Err(A::Error::custom(format_args!("`{key}` is a duplicate")));
        }
        entries.insert(key, map.next_value_seed(ValueReader { depth })?);
    }
    Ok(entries)
}

/// Returns the value of an object: a map, or the value of an object with a mark.
fn unmark<E: Error>(mut entries: BTreeMap<String, Value>) -> Result<Value, E> {
    if entries.len() == 1
        && let Some(only) = entries.first_entry()
        && only.key().starts_with(MARK)
    {
        let (key, value) = only.remove_entry();
        return marked(&key, value);
    }
    Ok(Value::Map(entries))
}

/// Returns the value of an object whose only key begins with the mark.
fn marked<E: Error>(key: &str, value: Value) -> Result<Value, E> {
    let unmarked = match (key, &value) {
        (INT, Value::Text(text)) => text.parse().map(Value::Int).ok(),
        (FLOAT, Value::Text(text)) => portable_number::from_text(text).map(Value::Float),
        (BYTES, Value::Text(text)) => hex::decode(text).map(Value::Bytes).ok(),
        (TIMESTAMP, Value::Int(millis)) => Some(Value::Timestamp(*millis)),
        (TIMESTAMP, Value::Text(text)) => text.parse().map(Value::Timestamp).ok(),
        _ => match key.strip_prefix(MARK) {
            Some(key) if key.starts_with(MARK) => Some(Value::map([(key, value)])),
            _ => None,
        },
    };
    unmarked.ok_or_else(|| {
        let key = excerpt::excerpt(key.as_bytes());
        E::custom(format_args!(
            "`{key}` does not hold a value here: if it is a map's key, write `{MARK}{key}`"
        ))
    })
}
