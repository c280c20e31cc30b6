//! [`Definition`]: the definition of a collection.

use keyloft::{Row, Value};

use super::column_index::{Column, ColumnIndex};
use super::column_kind::ColumnKind;
use crate::failure::{Failure, Result};

/// The definition of a collection, which is stored as a row.
///
/// | column | content |
/// | --- | --- |
/// | `key` | the type of the keys, or a list of the types of their parts, which never changes |
/// | `unique`, `index` | the indexes: a name, and a list of pairs of a column and its type |
pub(super) struct Definition {
    pub(super) row: Row,
    pub(super) indexes: Vec<ColumnIndex>,
}

impl Definition {
    /// The definition in this row.
    ///
    /// # Errors
    ///
    /// `InvalidArgument` if an index is malformed.
    pub(super) fn of(row: Row) -> Result<Self> {
        let mut indexes = Vec::new();
        for (column, is_unique) in [("unique", true), ("index", false)] {
            let Some(named) = row.get(column).and_then(Value::as_map) else { continue };
            for (name, columns) in named {
                indexes.push(index(name, is_unique, columns)?);
            }
        }
        Ok(Self { row, indexes })
    }

    /// Returns the error of a collection that has another definition.
    pub(super) fn mismatch(&self, name: &str, stored: &Row) -> Failure {
        let message = format!(
            "collection `{name}` is defined as {}, not as {}: open it as it is; `defineCollection` changes indexes, other \
             keys are another collection's",
            text_of(stored),
            text_of(&self.row),
        );
        Failure::own("DefinitionMismatch", &message)
    }

    /// Returns whether the keys of the stored definition are of the same types.
    pub(super) fn has_keys_of(&self, stored: &Row) -> bool {
        // Compared as texts, because the code for that exists: it keeps the engine small.
        let keys = |row: &Row| {
            let mut text = String::new();
            write_text(row.get("key").unwrap_or(&Value::Null), &mut text);
            text
        };
        keys(stored) == keys(&self.row)
    }
}

/// Returns a definition as text, `key: [string, i64], index: [age: [[age, f64]]], unique: []`.
fn text_of(row: &Row) -> String {
    let mut text = String::new();
    for (column, value) in row {
        text.push_str(if text.is_empty() { "" } else { ", " });
        text.push_str(column);
        text.push_str(": ");
        write_text(value, &mut text);
    }
    text
}

fn write_text(value: &Value, text: &mut String) {
    if let Some(name) = value.as_text() {
        text.push_str(name);
        return;
    }
    text.push('[');
    for (place, value) in value.as_list().unwrap_or_default().iter().enumerate() {
        text.push_str(if place == 0 { "" } else { ", " });
        write_text(value, text);
    }
    for (place, (name, value)) in value.as_map().into_iter().flatten().enumerate() {
        text.push_str(if place == 0 { "" } else { ", " });
        text.push_str(name);
        text.push_str(": ");
        write_text(value, text);
    }
    text.push(']');
}

fn index(name: &str, is_unique: bool, columns: &Value) -> Result<ColumnIndex> {
    let malformed =
        || Failure::argument(&format!("index `{name}` is not defined by columns and their types"));
    if name.is_empty() || !name.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_')) {
        let message = format!("`{name}` can't name an index: use lower-case letters, digits and underscores");
        return Err(Failure::argument(&message));
    }
    let columns = columns.as_list().filter(|columns| !columns.is_empty()).ok_or_else(malformed)?;
    let mut known = Vec::new();
    for pair in columns {
        known.push(column(pair).ok_or_else(malformed)?);
    }
    Ok(ColumnIndex { name: name.to_owned(), is_unique, columns: known })
}

fn column(pair: &Value) -> Option<Column> {
    let [name, kind] = pair.as_list()? else { return None };
    Some(Column { name: name.as_text()?.to_owned(), kind: ColumnKind::named(kind.as_text()?)? })
}
