//! [`Value`]: the value of a column.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{binary, json};

/// The value of one column of a [`Row`](super::Row).
///
/// Two values are equal if they are stored as the same bytes. Therefore all NaNs are equal, 0.0 differs from -0.0, and the
/// int 1 differs from the float 1.0.
///
/// ```
/// use keyloft::Value;
///
/// assert_eq!(Value::from(f64::NAN), Value::from(-f64::NAN));
/// assert_ne!(Value::from(0.0), Value::from(-0.0));
/// assert_ne!(Value::from(1), Value::from(1.0));
/// assert_eq!(Value::from("milk").as_text(), Some("milk"));
/// assert_eq!(Value::from("milk").as_int(), None);
/// ```
#[derive(Clone, Debug, Default)]
pub enum Value {
    /// Null. It differs from a column that does not exist.
    #[default]
    Null,
    /// True or false.
    Bool(bool),
    /// An integer.
    Int(i64),
    /// A floating-point number. The sign and the payload of a NaN are not stored.
    Float(f64),
    /// Text.
    Text(String),
    /// Bytes.
    Bytes(Vec<u8>),
    /// A time, in milliseconds since the Unix epoch.
    Timestamp(i64),
    /// A sequence of values.
    List(Vec<Value>),
    /// Values under keys, in the order of the keys.
    Map(BTreeMap<String, Value>),
}

impl Value {
    /// Creates a list.
    ///
    /// ```
    /// use keyloft::Value;
    ///
    /// assert_eq!(Value::list(["a", "b"]).as_list().map(<[Value]>::len), Some(2));
    /// ```
    pub fn list<V: Into<Self>>(items: impl IntoIterator<Item = V>) -> Self {
        Self::List(items.into_iter().map(Into::into).collect())
    }

    /// Creates a map. Of two entries with the same key, the later one is kept.
    ///
    /// ```
    /// use keyloft::Value;
    ///
    /// let size = Value::map([("width", 80), ("height", 25)]);
    /// assert_eq!(size.as_map().and_then(|map| map.get("width")), Some(&Value::Int(80)));
    /// ```
    pub fn map<K: Into<String>, V: Into<Self>>(entries: impl IntoIterator<Item = (K, V)>) -> Self {
        Self::Map(entries.into_iter().map(|(key, value)| (key.into(), value.into())).collect())
    }

    /// Returns `true` for null.
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// Returns the bool, or `None` for another variant.
    pub fn as_bool(&self) -> Option<bool> {
        if let Self::Bool(bool) = self { Some(*bool) } else { None }
    }

    /// Returns the int, or `None` for another variant.
    pub fn as_int(&self) -> Option<i64> {
        if let Self::Int(int) = self { Some(*int) } else { None }
    }

    /// Returns the float, or `None` for another variant, also for an int.
    pub fn as_float(&self) -> Option<f64> {
        if let Self::Float(float) = self { Some(*float) } else { None }
    }

    /// Returns the text, or `None` for another variant.
    pub fn as_text(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    /// Returns the bytes, or `None` for another variant, also for text.
    pub fn as_bytes(&self) -> Option<&[u8]> {
        if let Self::Bytes(bytes) = self { Some(bytes) } else { None }
    }

    /// Returns the milliseconds since the Unix epoch of a timestamp, or `None` for another variant, also for an int.
    pub fn as_timestamp(&self) -> Option<i64> {
        if let Self::Timestamp(millis) = self { Some(*millis) } else { None }
    }

    /// Returns the items of a list, or `None` for another variant.
    pub fn as_list(&self) -> Option<&[Value]> {
        if let Self::List(items) = self { Some(items) } else { None }
    }

    /// Returns the entries of a map, or `None` for another variant.
    pub fn as_map(&self) -> Option<&BTreeMap<String, Value>> {
        if let Self::Map(entries) = self { Some(entries) } else { None }
    }
}

impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Null, Self::Null) => true,
            (Self::Bool(a), Self::Bool(b)) => a == b,
            (Self::Int(a), Self::Int(b)) | (Self::Timestamp(a), Self::Timestamp(b)) => a == b,
            (Self::Float(a), Self::Float(b)) => a.to_bits() == b.to_bits() || a.is_nan() && b.is_nan(),
            (Self::Text(a), Self::Text(b)) => a == b,
            (Self::Bytes(a), Self::Bytes(b)) => a == b,
            (Self::List(a), Self::List(b)) => a == b,
            (Self::Map(a), Self::Map(b)) => a == b,
            _ => false,
        }
    }
}

impl Eq for Value {}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            json::write_value(self, serializer)
        } else {
            binary::write_value(self, serializer)
        }
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            json::read_value(deserializer)
        } else {
            binary::read_value(deserializer)
        }
    }
}
