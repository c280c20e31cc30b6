//! The writing of payloads as JSON.

use alloc::string::String;
use core::fmt::{self, Display, Write};

use super::super::node::Field;
use super::super::{Items, Node, Payload};
use super::row::{write_row, write_value};
use super::text::write_string;
use super::{INFINITY, MAX_SAFE, MINUS_INFINITY, NAN, SOME, is_key, may_be_null};

impl Payload<'_> {
    /// Returns the value as JSON, in the form that the [module](super::super#json) lists.
    ///
    /// ```
    /// use keyloft::shape::Shape;
    ///
    /// let shape = Shape::of::<(u64, Option<f64>, Vec<String>)>();
    /// let bytes = postcard::to_allocvec(&(u64::MAX, Some(0.5), vec!["milk"]))?;
    /// assert_eq!(shape.read(&bytes).unwrap().to_json(), r#"["18446744073709551615",0.5,["milk"]]"#);
    /// # Ok::<(), postcard::Error>(())
    /// ```
    pub fn to_json(&self) -> String {
        let mut json = String::new();
        // Writing to a string does not fail, and the bytes are known to fit.
        let _ = self.write(&mut json);
        json
    }

    fn write(&self, out: &mut dyn Write) -> fmt::Result {
        let shape = self.shape;
        match self.node() {
            Node::Unit => out.write_str("null"),
            Node::Bool => write!(out, "{}", self.bytes == [1]),
            Node::F32 => write_float(self.as_f32(), out),
            Node::F64 => write_float(self.as_float(), out),
            Node::Text | Node::Char => write_string(self.as_text().unwrap_or_default(), out),
            Node::Bytes => write!(out, "\"{}\"", hex::encode(self.as_bytes().unwrap_or_default())),
            Node::Option(inside) => match self.some() {
                None => out.write_str("null"),
                Some(value) if may_be_null(shape, *inside) => {
                    write!(out, "{{\"{SOME}\":")?;
                    value.write(out)?;
                    out.write_char('}')
                }
                Some(value) => value.write(out),
            },
            Node::List(_) | Node::Tuple(_) | Node::Array(..) => write_list(self.items(), out),
            Node::Map(key, _) if is_key(shape, *key) => {
                let mut items = self.items();
                let mut before = '{';
                while let (Some(key), Some(value)) = (items.next(), items.next()) {
                    out.write_char(before)?;
                    key.write_key(out)?;
                    out.write_char(':')?;
                    value.write(out)?;
                    before = ',';
                }
                out.write_str(if before == '{' { "{}" } else { "}" })
            }
            Node::Map(..) => {
                let mut items = self.items();
                let mut before = "[";
                while let (Some(key), Some(value)) = (items.next(), items.next()) {
                    out.write_str(before)?;
                    write_list([key, value], out)?;
                    before = ",";
                }
                out.write_str(if before == "[" { "[]" } else { "]" })
            }
            Node::Struct(fields) => write_fields(fields, self.items(), out),
            Node::Enum(_) => {
                let name = self.variant().unwrap_or_default();
                let Some(content) = self.items().next() else { return write_string(name, out) };
                out.write_char('{')?;
                write_string(name, out)?;
                out.write_char(':')?;
                content.write(out)?;
                out.write_char('}')
            }
            Node::Row => write_row(&postcard::from_bytes(self.bytes).unwrap_or_default(), out),
            Node::Value => write_value(&postcard::from_bytes(self.bytes).unwrap_or_default(), out),
            _ => match self.integer_text() {
                (text, true) => write!(out, "{text}"),
                (text, false) => write!(out, "\"{text}\""),
            },
        }
    }

    /// Writes the value as the key of an object.
    fn write_key(&self, out: &mut dyn Write) -> fmt::Result {
        match self.node() {
            Node::Bool => write!(out, "\"{}\"", self.bytes == [1]),
            node if node.integer().is_some() => write!(out, "\"{}\"", self.integer_text().0),
            _ => self.write(out),
        }
    }

    /// Returns the text of an integer, and `true` if it is a number in JSON.
    fn integer_text(&self) -> (IntegerText, bool) {
        if let Some(integer) = self.as_unsigned() {
            return (IntegerText::Unsigned(integer), integer <= MAX_SAFE);
        }
        let integer = self.as_signed().unwrap_or_default();
        (IntegerText::Signed(integer), integer.unsigned_abs() <= MAX_SAFE)
    }
}

enum IntegerText {
    Unsigned(u128),
    Signed(i128),
}

impl Display for IntegerText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unsigned(integer) => integer.fmt(f),
            Self::Signed(integer) => integer.fmt(f),
        }
    }
}

fn write_fields(fields: &[Field], items: Items<'_>, out: &mut dyn Write) -> fmt::Result {
    let mut before = '{';
    for (field, value) in fields.iter().zip(items) {
        out.write_char(before)?;
        write_string(&field.name, out)?;
        out.write_char(':')?;
        value.write(out)?;
        before = ',';
    }
    out.write_str(if before == '{' { "{}" } else { "}" })
}

fn write_list<'a>(items: impl IntoIterator<Item = Payload<'a>>, out: &mut dyn Write) -> fmt::Result {
    let mut before = '[';
    for item in items {
        out.write_char(before)?;
        item.write(out)?;
        before = ',';
    }
    out.write_str(if before == '[' { "[]" } else { "]" })
}

/// Writes a float of 32 or 64 bits in the shortest digits of its width.
fn write_float<F: Copy + Into<f64> + fmt::Debug>(float: Option<F>, out: &mut dyn Write) -> fmt::Result {
    let Some(float) = float else { return Ok(()) };
    let wide: f64 = float.into();
    if wide.is_finite() {
        return write!(out, "{float:?}");
    }
    let name = if wide.is_nan() {
        NAN
    } else if wide > 0.0 {
        INFINITY
    } else {
        MINUS_INFINITY
    };
    write!(out, "\"{name}\"")
}
