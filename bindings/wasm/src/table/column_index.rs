//! [`ColumnIndex`]: an index on columns of a row.

use std::borrow::Cow;

use keyloft::catalog::DefinedIndex;
use keyloft::key::KeyShape;
use keyloft::store::IndexDefinition;
use keyloft::{Row, Value};

use super::doc::Doc;
use super::key_bytes::write_column;
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
    /// Returns the columns with the shapes of their values.
    fn columns(&self) -> impl Iterator<Item = (&str, &KeyShape)> {
        let DefinedIndex { fields, value, .. } = &self.defined;
        let parts = match value {
            KeyShape::Parts(parts) if fields.len() > 1 => parts.as_slice(),
            _ => &[],
        };
        let shapes = std::iter::repeat_n(value, usize::from(fields.len() == 1));
        fields.iter().map(String::as_str).zip(parts.iter().map(|part| &part.shape).chain(shapes))
    }

    /// Returns the reason why the row can't be indexed.
    pub(super) fn fault(&self, row: &Row) -> Option<String> {
        let mut kinds = self.kinds.iter();
        self.columns().find_map(|(name, shape)| {
            let kind = kinds.next().copied().unwrap_or(column::ANY);
            let value = row.get(name).filter(|value| !value.is_null())?;
            let other = if kind == column::TIMESTAMP { column::INTEGER } else { column::TIMESTAMP };
            let fits = kind == column::ANY || kind_of(value) != other;
            if fits && write_column(shape, value, true, &mut Vec::new()).is_some() {
                return None;
            }
            let (expected, advice) = match shape {
                KeyShape::I64 if kind == column::TIMESTAMP => ("timestamp", ""),
                KeyShape::I64 => ("i64", ", write integers as `5n`"),
                KeyShape::F64 => ("f64", ""),
                KeyShape::Bool => ("bool", ""),
                KeyShape::Text => ("string", ""),
                _ => ("bytes", ""),
            };
            let index = &self.defined.name;
            Some(format!(
                "index `{index}` is on columns of type {expected}, column `{name}` holds another{advice}"
            ))
        })
    }

    /// Returns the columns as a tuple; `None` if one of them is missing or null.
    pub(super) fn value(&self, row: &Row) -> Option<Vec<u8>> {
        let mut out = Vec::new();
        let mut left = self.defined.fields.len();
        for (name, shape) in self.columns() {
            left -= 1;
            write_column(shape, row.get(name)?, left == 0, &mut out)?;
        }
        (left == 0).then_some(out)
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
        if let Some(value) = doc.row().and_then(|row| self.value(row)) {
            add(value.into());
        }
    }
}
