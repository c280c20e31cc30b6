//! [`Row`]: named columns.

use alloc::collections::{BTreeMap, btree_map};
use alloc::string::String;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Value, binary, json};

/// Named columns, in the order of their names.
///
/// ```
/// use keyloft::{Row, Value};
///
/// let mut row = Row::new().with("name", "Ada").with("born", 1815).with("email", None::<&str>);
/// row.set("photo", Value::Bytes(vec![0xFF, 0xD8]));
/// assert_eq!(row.get("name").and_then(Value::as_text), Some("Ada"));
/// assert_eq!(row.get("email"), Some(&Value::Null));
/// assert_eq!(row.get("phone"), None);
///
/// let json = serde_json::to_string(&row)?;
/// assert_eq!(json, r#"{"born":1815,"email":null,"name":"Ada","photo":{"$bytes":"ffd8"}}"#);
/// assert_eq!(serde_json::from_str::<Row>(&json)?, row);
/// # Ok::<(), serde_json::Error>(())
/// ```
///
/// A table can store rows as entities, or as fields of entities:
///
/// ```
/// use std::sync::Arc;
///
/// use keyloft::prelude::*;
/// use keyloft_memory::MemoryBackend;
///
/// let people = Table::<RowId, Row>::new(Arc::new(MemoryBackend::new()), "people");
/// let ada = Row::from([("name", "Ada")]);
/// people.put(&"1".into(), &ada)?;
/// assert_eq!(people.get(&"1".into())?, Some(ada));
/// # Ok::<(), keyloft::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row(BTreeMap<String, Value>);

impl Row {
    /// Creates a row without columns.
    pub const fn new() -> Self {
        Self(BTreeMap::new())
    }

    /// Returns the row with the column set to the value.
    ///
    /// ```
    /// use keyloft::Row;
    ///
    /// assert_eq!(Row::new().with("a", 1).with("a", 2), Row::from([("a", 2)]));
    /// ```
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.set(name, value);
        self
    }

    /// Sets a column, and returns its previous value.
    ///
    /// ```
    /// use keyloft::{Row, Value};
    ///
    /// let mut row = Row::new();
    /// assert_eq!(row.set("a", 1), None);
    /// assert_eq!(row.set("a", "one"), Some(Value::Int(1)));
    /// ```
    pub fn set(&mut self, name: impl Into<String>, value: impl Into<Value>) -> Option<Value> {
        self.0.insert(name.into(), value.into())
    }

    /// Returns the value of a column, or `None` if the row does not have the column.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// Removes a column, and returns its value.
    ///
    /// ```
    /// use keyloft::{Row, Value};
    ///
    /// let mut row = Row::from([("a", 1)]);
    /// assert_eq!(row.remove("a"), Some(Value::Int(1)));
    /// assert!(row.is_empty());
    /// ```
    pub fn remove(&mut self, name: &str) -> Option<Value> {
        self.0.remove(name)
    }

    /// Returns the number of columns.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Returns `true` if the row has no columns.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns an iterator over the columns, in the order of their names.
    ///
    /// ```
    /// use keyloft::Row;
    ///
    /// let row = Row::from([("b", 2), ("a", 1)]);
    /// let names: Vec<&str> = row.iter().map(|(name, _)| name.as_str()).collect();
    /// assert_eq!(names, ["a", "b"]);
    /// ```
    pub fn iter(&self) -> btree_map::Iter<'_, String, Value> {
        self.0.iter()
    }
}

impl<N: Into<String>, V: Into<Value>, const LEN: usize> From<[(N, V); LEN]> for Row {
    /// Collects the columns. Of two columns with the same name, the later one is kept.
    fn from(columns: [(N, V); LEN]) -> Self {
        columns.into_iter().collect()
    }
}

impl<N: Into<String>, V: Into<Value>> FromIterator<(N, V)> for Row {
    /// Collects the columns. Of two columns with the same name, the later one is kept.
    fn from_iter<I: IntoIterator<Item = (N, V)>>(columns: I) -> Self {
        Self(columns.into_iter().map(|(name, value)| (name.into(), value.into())).collect())
    }
}

impl IntoIterator for Row {
    type Item = (String, Value);
    type IntoIter = btree_map::IntoIter<String, Value>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a> IntoIterator for &'a Row {
    type Item = (&'a String, &'a Value);
    type IntoIter = btree_map::Iter<'a, String, Value>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl Serialize for Row {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            json::write_columns(&self.0, serializer)
        } else {
            binary::write_columns(&self.0, serializer)
        }
    }
}

impl<'de> Deserialize<'de> for Row {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let columns = if deserializer.is_human_readable() {
            json::read_columns(deserializer)
        } else {
            binary::read_columns(deserializer)
        };
        columns.map(Self)
    }
}
