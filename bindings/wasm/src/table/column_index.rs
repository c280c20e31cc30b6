//! [`ColumnIndex`]: an index on columns of a row.

use std::borrow::Cow;

use keyloft::catalog::DefinedIndex;
use keyloft::key::KeyShape;
use keyloft::store::IndexDefinition;
use keyloft::{Row, Value};

use super::doc::Doc;
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
        let DefinedIndex { name: index, fields, .. } = &self.defined;
        for (place, name) in fields.iter().enumerate() {
            let kind = self.kinds.get(place).copied().unwrap_or(column::ANY);
            let Some(value) = row.get(name).filter(|value| !value.is_null()) else { continue };
            let has_fitting = if self.defined.is_each {
                let Value::List(items) = value else {
                    return Some(format!(
                        "index `{index}` is on the items of lists, column `{name}` holds another value"
                    ));
                };
                items.iter().all(|item| item.is_null() || self.fits(place, kind, item))
            } else {
                self.fits(place, kind, value)
            };
            if has_fitting {
                continue;
            }
            let (expected, advice) = match self.defined.part(place)? {
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

    /// Returns `true` if the index can hold the value, which is of this kind, of the column at this place.
    fn fits(&self, place: usize, kind: u8, value: &Value) -> bool {
        let other = if kind == column::TIMESTAMP { column::INTEGER } else { column::TIMESTAMP };
        (kind == column::ANY || kind_of(value) != other) && self.defined.holds(place, value)
    }
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
            self.defined.values_of_row(row, &mut |value| add(value.into()));
        }
    }
}
