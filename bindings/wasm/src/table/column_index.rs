//! [`ColumnIndex`]: an index on columns of a row.

use std::borrow::Cow;

use keyloft::catalog::DefinedIndex;
use keyloft::key::KeyShape;
use keyloft::store::IndexDefinition;
use keyloft::{Row, Value};

use super::doc::Doc;
use super::key_bytes::{part_of, write_column};
use super::read_index::defined;
use crate::protocol::column;

/// An index on one or several columns of rows.
#[derive(Clone)]
pub(super) struct ColumnIndex {
    pub(super) defined: DefinedIndex,
    /// The content of each column, which the shape does not tell in full.
    pub(super) kinds: Vec<u8>,
}

impl ColumnIndex {
    /// Returns the reason why the row can't be indexed.
    pub(super) fn fault(&self, row: &Row) -> Option<String> {
        let DefinedIndex { name: index, fields, value: values, .. } = &self.defined;
        for (place, name) in fields.iter().enumerate() {
            let shape = part_of(values, fields, place)?;
            let kind = self.kinds.get(place).copied().unwrap_or(column::ANY);
            let Some(value) = row.get(name).filter(|value| !value.is_null()) else { continue };
            let has_fitting = if self.defined.is_each {
                let Value::List(items) = value else {
                    return Some(format!(
                        "index `{index}` is on the items of lists, column `{name}` holds another value"
                    ));
                };
                items.iter().all(|item| item.is_null() || fits(shape, kind, item))
            } else {
                fits(shape, kind, value)
            };
            if has_fitting {
                continue;
            }
            let (expected, advice) = match shape {
                KeyShape::I64 if kind == column::TIMESTAMP => ("timestamp", ""),
                KeyShape::I64 => ("i64", ", write integers as `5n`"),
                KeyShape::F64 => ("f64", ""),
                KeyShape::Bool => ("bool", ""),
                KeyShape::Text => ("string", ""),
                _ => ("bytes", ""),
            };
            let what = if self.defined.is_each { "items" } else { "columns" };
            return Some(format!(
                "index `{index}` is on {what} of type {expected}, column `{name}` holds another{advice}"
            ));
        }
        None
    }

    /// Passes the values of the row to `add`: one of its columns, or one of each item of a list.
    pub(super) fn each(&self, row: &Row, add: &mut dyn FnMut(Vec<u8>)) {
        let DefinedIndex { fields, value: shape, is_each, .. } = &self.defined;
        if !is_each {
            return self.value(row).into_iter().for_each(add);
        }
        let list = fields.first().and_then(|name| row.get(name));
        let Some(Value::List(items)) = list else { return };
        for item in items {
            let mut out = Vec::new();
            if write_column(shape, item, true, &mut out).is_some() {
                add(out);
            }
        }
    }

    /// Returns the columns as a tuple; `None` if one of them is missing or null.
    fn value(&self, row: &Row) -> Option<Vec<u8>> {
        let mut out = Vec::new();
        let DefinedIndex { fields, value: values, .. } = &self.defined;
        for (place, name) in fields.iter().enumerate() {
            let shape = part_of(values, fields, place)?;
            write_column(shape, row.get(name)?, place + 1 == fields.len(), &mut out)?;
        }
        Some(out)
    }
}

/// Returns `true` if an index on columns of this shape and kind can hold the value.
fn fits(shape: &KeyShape, kind: u8, value: &Value) -> bool {
    let other = if kind == column::TIMESTAMP { column::INTEGER } else { column::TIMESTAMP };
    (kind == column::ANY || kind_of(value) != other)
        && write_column(shape, value, true, &mut Vec::new()).is_some()
}

fn kind_of(value: &Value) -> u8 {
    match value {
        Value::Int(_) => column::INTEGER,
        Value::Timestamp(_) => column::TIMESTAMP,
        _ => column::ANY,
    }
}

impl IndexDefinition<Doc> for ColumnIndex {
    defined!(self => self.defined);

    fn values(&self, doc: &Doc, add: &mut dyn FnMut(Cow<'_, [u8]>)) {
        if let Some(row) = doc.row() {
            self.each(row, &mut |value| add(value.into()));
        }
    }
}
