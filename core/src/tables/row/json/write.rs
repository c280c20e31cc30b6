//! The writing of rows and values as JSON.

use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::{String, ToString};

use serde::ser::{Error, SerializeMap};
use serde::{Serialize, Serializer};

use super::super::{MAX_DEPTH, TOO_DEEP, Value};
use super::portable_number::{self, SAFE_INTS};
use super::{BYTES, FLOAT, INT, MARK, TIMESTAMP};

pub(in super::super) fn write_value<S: Serializer>(value: &Value, serializer: S) -> Result<S::Ok, S::Error> {
    At { value, depth: 0 }.serialize(serializer)
}

pub(in super::super) fn write_columns<S: Serializer>(
    columns: &BTreeMap<String, Value>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_map(columns.iter().map(|(name, value)| (name, At { value, depth: 0 })))
}

/// A value inside `depth` lists and maps.
struct At<'a> {
    value: &'a Value,
    depth: usize,
}

impl Serialize for At<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let depth = self.depth + 1;
        match self.value {
            Value::Null => serializer.serialize_unit(),
            Value::Bool(bool) => serializer.serialize_bool(*bool),
            Value::Int(int) if SAFE_INTS.contains(int) => serializer.serialize_i64(*int),
            Value::Int(int) => marked(INT, &int.to_string(), serializer),
            Value::Float(float) if portable_number::is_plain(*float) => serializer.serialize_f64(*float),
            Value::Float(float) => marked(FLOAT, &portable_number::to_text(*float), serializer),
            Value::Text(text) => serializer.serialize_str(text),
            Value::Bytes(bytes) => marked(BYTES, &hex::encode(bytes), serializer),
            Value::Timestamp(millis) if SAFE_INTS.contains(millis) => marked(TIMESTAMP, millis, serializer),
            Value::Timestamp(millis) => marked(TIMESTAMP, &millis.to_string(), serializer),
            Value::List(_) | Value::Map(_) if depth > MAX_DEPTH => Err(S::Error::custom(TOO_DEEP)),
            Value::List(items) => serializer.collect_seq(items.iter().map(|value| At { value, depth })),
            Value::Map(entries) => match entries.first_key_value() {
                Some((key, value)) if entries.len() == 1 && key.starts_with(MARK) => {
                    marked(&format!("{MARK}{key}"), &At { value, depth }, serializer)
                }
                _ => serializer.collect_map(entries.iter().map(|(key, value)| (key, At { value, depth }))),
            },
        }
    }
}

/// Writes an object with one key.
fn marked<S: Serializer>(
    key: &str,
    content: &(impl Serialize + ?Sized),
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(Some(1))?;
    map.serialize_entry(key, content)?;
    map.end()
}
