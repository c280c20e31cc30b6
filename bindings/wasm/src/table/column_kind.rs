//! [`ColumnKind`]: the type of an indexed column.

use keyloft::{StorageKey, Value};

/// The type of an indexed column. A value of another type is refused; null keeps the row out of the index.
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
    /// Returns the type of this name.
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

    /// Returns the name.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Bool => "bool",
            Self::Int => "i64",
            Self::Float => "f64",
            Self::Text => "string",
            Self::Bytes => "bytes",
            Self::Timestamp => "timestamp",
        }
    }

    /// Returns advice about a value that is easily taken for one of another type.
    pub(super) fn advice(self) -> &'static str {
        if matches!(self, Self::Int) { ", write integers as `5n`" } else { "" }
    }

    /// Appends the value as a part of a key, which may be its last one. Returns `None` for a value of another type.
    pub(super) fn write(self, value: &Value, last: bool, out: &mut Vec<u8>) -> Option<()> {
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

fn write(key: &impl StorageKey, last: bool, out: &mut Vec<u8>) {
    if last {
        out.extend_from_slice(&key.encode());
    } else {
        key.encode_part(out);
    }
}

/// Returns a number that sorts as the float does: minus zero as zero, and NaN above all others.
fn ordered(float: f64) -> u64 {
    const SIGN: u64 = 1 << 63;
    let bits = if float.is_nan() { f64::NAN.to_bits() & !SIGN } else { (float + 0.0).to_bits() };
    if bits & SIGN == 0 { bits | SIGN } else { !bits }
}
