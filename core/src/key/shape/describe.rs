//! The text of a key's bytes, written by its shape.

use alloc::format;
use alloc::string::{String, ToString};

use super::text::{self, NAN_32, NAN_64};
use super::{KeyPart, KeyShape, KeyValue, instant};

/// The surroundings of a text, which decide when it is quoted.
#[derive(Clone, Copy, Default)]
struct Around {
    /// Other parts may follow it.
    in_parts: bool,
    /// `None` in its place means that there is no key.
    is_optional: bool,
}

impl KeyShape {
    /// Returns the key of these bytes as text, which [`parse`](KeyShape::parse) reads back.
    ///
    /// | shape | text |
    /// | --- | --- |
    /// | numbers, `bool` | `42`, `-5`, `1.5`, `1e300`, `inf`, `NaN`, `true` |
    /// | text | `bob`, or `"in \"quotes\"\n"` as in JSON |
    /// | bytes, array | as text if they are printable UTF-8, else in hex: `0x00ff` |
    /// | UUID | `67e55044-10b1-426f-9247-bb680e5fe0c8` |
    /// | timestamp | `2026-11-05T10:00:00.5Z`, or the seconds and nanoseconds since the Unix epoch: `@-62167219201+500` |
    /// | unit | `()` |
    /// | option | `None`, or the key; `Some(…)` around a key that may be `None` itself |
    /// | reverse | the key inside |
    /// | struct, tuple | `(attic, -5)` |
    /// | variant | `Nobody`, `Person(bob)` |
    /// | text, colon, key | `did%3Aexample%3A7:row`, as in the bytes |
    ///
    /// A text has quotes if it is empty, has a space at an end, begins with a quote or has control characters, and inside of
    /// `(…)` also if it has a comma or a parenthesis. The text `None` of an option and bytes that begin with `0x` have them
    /// too.
    ///
    /// Bytes that no key has are written in hex, with the reason. That text can't be read back. Bytes of a shape with an
    /// unknown part are written as bytes.
    ///
    /// ```
    /// use keyloft::StorageKey;
    ///
    /// let shape = <(String, i64)>::shape();
    /// assert_eq!(shape.describe(&("attic".to_owned(), -5_i64).encode()), "(attic, -5)");
    /// assert_eq!(shape.describe(&("a, b".to_owned(), 7_i64).encode()), "(\"a, b\", 7)");
    /// assert_eq!(u32::shape().describe(&[1, 2]), "0x0102 (not a u32: it is too short)");
    /// ```
    pub fn describe(&self, bytes: &[u8]) -> String {
        let shape = self.or_bytes();
        match shape.read_whole(bytes) {
            Ok(value) => {
                let mut out = String::new();
                shape.write_text(&value, Around::default(), &mut out);
                out
            }
            Err(fault) => format!("0x{} ({fault})", hex::encode(bytes)),
        }
    }

    fn write_text(&self, value: &KeyValue, around: Around, out: &mut String) {
        match (self, value) {
            (Self::Reverse(inner), value) => inner.write_text(value, around, out),
            (Self::Option(inner), KeyValue::Some(value)) if inner.may_be_none() => {
                out.push_str("Some(");
                inner.write_text(value, Around { in_parts: true, is_optional: false }, out);
                out.push(')');
            }
            (Self::Option(inner), KeyValue::Some(value)) => {
                inner.write_text(value, Around { is_optional: true, ..around }, out);
            }
            (Self::Parts(parts), KeyValue::Parts(values)) => write_parts(parts, values, out),
            (Self::Enum(variants), KeyValue::Variant { name, parts: values }) => {
                out.push_str(name);
                let variant = variants.iter().find(|variant| variant.name == *name);
                if let Some(variant) = variant.filter(|variant| !variant.parts.is_empty()) {
                    write_parts(&variant.parts, values, out);
                }
            }
            (Self::Joined { right, .. }, KeyValue::Parts(values)) => {
                let [KeyValue::Text(left), tail] = values.as_slice() else { return };
                let left = left.replace('%', "%25").replace(':', "%3A");
                text::write(&left, false, around.in_parts, out);
                out.push(':');
                right.shape.write_text(tail, Around { is_optional: false, ..around }, out);
            }
            (Self::Uuid, KeyValue::Bytes(bytes)) => {
                for (place, digit) in hex::encode(bytes).chars().enumerate() {
                    if matches!(place, 8 | 12 | 16 | 20) {
                        out.push('-');
                    }
                    out.push(digit);
                }
            }
            (_, KeyValue::Bytes(bytes)) => match core::str::from_utf8(bytes) {
                Ok(text) if !text.chars().any(char::is_control) => {
                    let is_ambiguous = text.starts_with("0x") || around.is_optional && text == "None";
                    text::write(text, is_ambiguous, around.in_parts, out);
                }
                _ => {
                    out.push_str("0x");
                    out.push_str(&hex::encode(bytes));
                }
            },
            (_, KeyValue::Text(text)) => {
                text::write(text, around.is_optional && text == "None", around.in_parts, out);
            }
            (_, value) => out.push_str(&plain(value)),
        }
    }

    /// Returns true if the text of a key can be `None`.
    pub(super) fn may_be_none(&self) -> bool {
        match self {
            Self::Option(_) => true,
            Self::Reverse(inner) => inner.may_be_none(),
            Self::Enum(variants) => variants.iter().any(|variant| variant.name == "None"),
            _ => false,
        }
    }
}

fn write_parts(parts: &[KeyPart], values: &[KeyValue], out: &mut String) {
    for (place, (part, value)) in parts.iter().zip(values).enumerate() {
        out.push_str(if place == 0 { "(" } else { ", " });
        part.shape.write_text(value, Around { in_parts: true, is_optional: false }, out);
    }
    out.push_str(if parts.is_empty() { "()" } else { ")" });
}

/// Returns the text of a value that needs no shape.
fn plain(value: &KeyValue) -> String {
    match value {
        KeyValue::Unit => "()".into(),
        KeyValue::Bool(value) => value.to_string(),
        KeyValue::Unsigned(number) => number.to_string(),
        KeyValue::Signed(number) => number.to_string(),
        KeyValue::F32(number) if number.0.is_nan() => nan(number.0.to_bits().into(), NAN_32.into()),
        KeyValue::F64(number) if number.0.is_nan() => nan(number.0.to_bits(), NAN_64),
        KeyValue::F32(number) => format!("{:?}", number.0),
        KeyValue::F64(number) => format!("{:?}", number.0),
        KeyValue::Timestamp { seconds, nanoseconds } => instant::to_text(*seconds, *nanoseconds),
        _ => "None".into(),
    }
}

/// Returns the text of a NaN, with its bits if they are not the usual ones.
fn nan(bits: u64, usual: u64) -> String {
    if bits == usual { "NaN".into() } else { format!("NaN:{bits:x}") }
}
