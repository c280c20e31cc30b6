//! The encoding of rows and values as bytes.

use alloc::collections::BTreeMap;
use alloc::string::String;

use serde::ser::{Error as _, SerializeMap, SerializeSeq};
use serde::{Serialize, Serializer};

use super::super::{MAX_DEPTH, TOO_DEEP, Value};
use super::bytes::Bytes;
use super::{BYTES, FALSE, FLOAT, INT, LIST, MAP, NAN, NULL, TEXT, TIMESTAMP, TRUE};

pub(in super::super) fn write_value<S: Serializer>(value: &Value, serializer: S) -> Result<S::Ok, S::Error> {
    At { content: value, depth: 0 }.serialize(serializer)
}

pub(in super::super) fn write_columns<S: Serializer>(
    columns: &BTreeMap<String, Value>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    At { content: columns, depth: 0 }.serialize(serializer)
}

/// A value, items or entries inside `depth` lists and maps.
struct At<'a, T: ?Sized> {
    content: &'a T,
    depth: usize,
}

impl Serialize for At<'_, Value> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let depth = self.depth + 1;
        if depth > MAX_DEPTH && matches!(self.content, Value::List(_) | Value::Map(_)) {
            return Err(S::Error::custom(TOO_DEEP));
        }
        match self.content {
            Value::Null => (NULL, ()).serialize(serializer),
            Value::Bool(false) => (FALSE, ()).serialize(serializer),
            Value::Bool(true) => (TRUE, ()).serialize(serializer),
            Value::Int(int) => (INT, int).serialize(serializer),
            Value::Float(float) if float.is_nan() => (FLOAT, f64::from_bits(NAN)).serialize(serializer),
            Value::Float(float) => (FLOAT, float).serialize(serializer),
            Value::Text(text) => (TEXT, text).serialize(serializer),
            Value::Bytes(bytes) => (BYTES, Bytes(bytes)).serialize(serializer),
            Value::Timestamp(millis) => (TIMESTAMP, millis).serialize(serializer),
            Value::List(items) => (LIST, At { content: items.as_slice(), depth }).serialize(serializer),
            Value::Map(entries) => (MAP, At { content: entries, depth }).serialize(serializer),
        }
    }
}

impl Serialize for At<'_, [Value]> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut seq = serializer.serialize_seq(Some(self.content.len()))?;
        for item in self.content {
            seq.serialize_element(&At { content: item, depth: self.depth })?;
        }
        seq.end()
    }
}

impl Serialize for At<'_, BTreeMap<String, Value>> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.content.len()))?;
        for (key, value) in self.content {
            map.serialize_entry(key, &At { content: value, depth: self.depth })?;
        }
        map.end()
    }
}
