//! The JSON of rows and values, which the module [`row`](crate::tables::row) documents.

use alloc::format;
use core::fmt::{Display, Result, Write};

use super::text::write_string;
use crate::tables::row::json::portable_number::{SAFE_INTS, is_plain, to_text};
use crate::tables::row::json::{BYTES, FLOAT, INT, MARK, TIMESTAMP};
use crate::tables::row::{Row, Value};

pub(super) fn write_row(row: &Row, out: &mut dyn Write) -> Result {
    write_entries(&mut row.iter().map(|(name, value)| (name.as_str(), value)), out)
}

pub(super) fn write_value(value: &Value, out: &mut dyn Write) -> Result {
    match value {
        Value::Null => out.write_str("null"),
        Value::Bool(bool) => write!(out, "{bool}"),
        Value::Int(int) if SAFE_INTS.contains(int) => write!(out, "{int}"),
        Value::Int(int) => marked(INT, &format_args!("\"{int}\""), out),
        Value::Float(float) if is_plain(*float) => write!(out, "{float:?}"),
        Value::Float(float) => marked(FLOAT, &format_args!("\"{}\"", to_text(*float)), out),
        Value::Text(text) => write_string(text, out),
        Value::Bytes(bytes) => marked(BYTES, &format_args!("\"{}\"", hex::encode(bytes)), out),
        Value::Timestamp(millis) if SAFE_INTS.contains(millis) => marked(TIMESTAMP, millis, out),
        Value::Timestamp(millis) => marked(TIMESTAMP, &format_args!("\"{millis}\""), out),
        Value::List(items) => {
            let mut before = '[';
            for item in items {
                out.write_char(before)?;
                write_value(item, out)?;
                before = ',';
            }
            out.write_str(if before == '[' { "[]" } else { "]" })
        }
        Value::Map(entries) => {
            let only =
                entries.first_key_value().filter(|(key, _)| entries.len() == 1 && key.starts_with(MARK));
            if let Some((key, value)) = only {
                return write_entries(&mut [(format!("{MARK}{key}").as_str(), value)].into_iter(), out);
            }
            write_entries(&mut entries.iter().map(|(key, value)| (key.as_str(), value)), out)
        }
    }
}

fn write_entries(entries: &mut dyn Iterator<Item = (&str, &Value)>, out: &mut dyn Write) -> Result {
    let mut before = '{';
    for (name, value) in entries {
        out.write_char(before)?;
        write_string(name, out)?;
        out.write_char(':')?;
        write_value(value, out)?;
        before = ',';
    }
    out.write_str(if before == '{' { "{}" } else { "}" })
}

/// Writes an object with one key.
fn marked(key: &str, content: &dyn Display, out: &mut dyn Write) -> Result {
    write!(out, "{{\"{key}\":{content}}}")
}
