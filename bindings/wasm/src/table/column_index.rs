//! [`ColumnIndex`]: an index on columns of a row.

use std::borrow::Cow;

use keyloft::Row;
use keyloft::store::IndexDefinition;

use super::column_kind::ColumnKind;
use super::doc::Doc;

/// An index on one or several columns of a collection's rows.
#[derive(Clone)]
pub(super) struct ColumnIndex {
    pub(super) name: String,
    pub(super) is_unique: bool,
    pub(super) columns: Vec<Column>,
}

/// A column of an index, and its type.
#[derive(Clone)]
pub(super) struct Column {
    pub(super) name: String,
    pub(super) kind: ColumnKind,
}

impl ColumnIndex {
    /// Returns the reason why the row can't be indexed.
    pub(super) fn fault(&self, row: &Row) -> Option<String> {
        self.columns.iter().find_map(|Column { name, kind }| {
            let value = row.get(name).filter(|value| !value.is_null())?;
            let fits = kind.write(value, true, &mut Vec::new()).is_some();
            (!fits).then(|| {
                format!(
                    "index `{}` is on columns of type {}, column `{name}` holds another{}",
                    self.name,
                    kind.name(),
                    kind.advice()
                )
            })
        })
    }

    /// Returns the columns as a tuple; `None` if one of them is missing or null.
    fn tuple(&self, row: &Row) -> Option<Vec<u8>> {
        let mut out = Vec::new();
        let last = self.columns.len().checked_sub(1)?;
        for (position, Column { name, kind }) in self.columns.iter().enumerate() {
            kind.write(row.get(name)?, position == last, &mut out)?;
        }
        Some(out)
    }
}

impl IndexDefinition<Doc> for ColumnIndex {
    fn name(&self) -> &str {
        &self.name
    }

    fn is_unique(&self) -> bool {
        self.is_unique
    }

    fn values(&self, doc: &Doc, add: &mut dyn FnMut(Cow<'_, [u8]>)) {
        if let Some(value) = doc.row().and_then(|row| self.tuple(row)) {
            add(value.into());
        }
    }

    fn fields(&self) -> Vec<&str> {
        self.columns.iter().map(|column| column.name.as_str()).collect()
    }
}
