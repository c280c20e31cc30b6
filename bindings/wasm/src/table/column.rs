//! [`ColumnIndex`]: an index on columns of a row.

use keyloft::{Row, StorageKey, Value};

use super::doc::{Doc, Known};
use super::rules::DocIndex;

/// An index on one column of a collection's rows, or on several, whose types are known when it is defined.
#[derive(Clone)]
pub(super) struct ColumnIndex {
    pub(super) name: String,
    pub(super) unique: bool,
    pub(super) columns: Vec<Column>,
}

/// A column of an index.
#[derive(Clone)]
pub(super) struct Column {
    pub(super) name: String,
    pub(super) kind: ColumnKind,
}

/// What the values of an indexed column are. Others are refused, but for null, which keeps the row out of the index.
#[derive(Clone, Copy)]
pub(super) enum ColumnKind {
    Bool,
    Int,
    Float,
    Text,
    Bytes,
    Timestamp,
}

impl ColumnKind {
    pub(super) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "bool" => Self::Bool,
            "i64" => Self::Int,
            "f64" => Self::Float,
            "string" => Self::Text,
            "bytes" => Self::Bytes,
            "timestamp" => Self::Timestamp,
            _ => return None,
        })
    }

    fn name(self) -> &'static str {
        match self {
            Self::Bool => "bool",
            Self::Int => "i64",
            Self::Float => "f64",
            Self::Text => "string",
            Self::Bytes => "bytes",
            Self::Timestamp => "timestamp",
        }
    }

    /// What is easily taken for another type.
    fn example(self) -> &'static str {
        if matches!(self, Self::Int) { ", write integers as `5n`" } else { "" }
    }

    /// Appends the value as a part of a key, its last one or not; `None` if it is of another kind.
    fn write(self, value: &Value, last: bool, out: &mut Vec<u8>) -> Option<()> {
        match (self, value) {
            (Self::Bool, Value::Bool(bool)) => write(bool, last, out),
            (Self::Int, Value::Int(number)) | (Self::Timestamp, Value::Timestamp(number)) => {
                write(number, last, out);
            }
            (Self::Float, Value::Float(float)) => write(&ordered(*float), last, out),
            (Self::Text, Value::Text(text)) => write(text, last, out),
            (Self::Bytes, Value::Bytes(bytes)) => write(bytes, last, out),
            _ => return None,
        }
        Some(())
    }
}

impl ColumnIndex {
    /// What is wrong with a row, if it can't be indexed.
    pub(super) fn fault(&self, row: &Row) -> Option<String> {
        self.columns.iter().find_map(|Column { name, kind }| {
            let value = row.get(name).filter(|value| !value.is_null())?;
            let fits = kind.write(value, true, &mut Vec::new()).is_some();
            (!fits).then(|| {
                format!(
                    "index `{}` is on columns of type {}, column `{name}` holds another{}",
                    self.name,
                    kind.name(),
                    kind.example()
                )
            })
        })
    }

    /// The columns as a tuple; `None` if one of them is not there or null.
    fn value(&self, row: &Row) -> Option<Vec<u8>> {
        let mut out = Vec::new();
        let last = self.columns.len().checked_sub(1)?;
        for (place, Column { name, kind }) in self.columns.iter().enumerate() {
            kind.write(row.get(name)?, place == last, &mut out)?;
        }
        Some(out)
    }

    pub(super) fn into_doc_index(self) -> DocIndex {
        let (name, unique) = (self.name.clone(), self.unique);
        DocIndex {
            name,
            unique,
            open: true,
            value: Box::new(move |doc: &Doc| self.value(Row::of(&doc.entity)?)),
        }
    }
}

fn write(key: &impl StorageKey, last: bool, out: &mut Vec<u8>) {
    if last {
        out.extend_from_slice(&key.encode());
    } else {
        key.encode_part(out);
    }
}

/// A float as a number that is in the same order: minus zero is zero, and NaN is above all others.
fn ordered(float: f64) -> u64 {
    const SIGN: u64 = 1 << 63;
    let bits = if float.is_nan() { f64::NAN.to_bits() & !SIGN } else { (float + 0.0).to_bits() };
    if bits & SIGN == 0 { bits | SIGN } else { !bits }
}
