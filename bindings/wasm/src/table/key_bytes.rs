//! The bytes of indexed values: of a row's columns, and of an entity's fields.

use keyloft::key::{KeyShape, KeyVariant, TotalF32, TotalF64};
use keyloft::shape::{Node, Payload};
use keyloft::{StorageKey, Value};

/// Appends a column's value as a key of this shape, which may be the last part of a key. Returns `None` for a value of another
/// type.
///
/// An index has one value for zero and minus zero, and for all NaNs.
pub(super) fn write_column(shape: &KeyShape, value: &Value, last: bool, out: &mut Vec<u8>) -> Option<()> {
    match (shape, value) {
        (KeyShape::Bool, Value::Bool(bool)) => bool.encode_part(out),
        (KeyShape::I64, Value::Int(number) | Value::Timestamp(number)) => number.encode_part(out),
        (KeyShape::F64, Value::Float(float)) => {
            TotalF64(if float.is_nan() { f64::NAN } else { float + 0.0 }).encode_part(out);
        }
        (KeyShape::Text, Value::Text(text)) => delimit(text.as_bytes(), last, out),
        (KeyShape::Bytes, Value::Bytes(bytes)) => delimit(bytes, last, out),
        _ => return None,
    }
    Some(())
}

/// Appends a value of an entity as a key of this shape. Returns `None` if the types don't fit, or if this module does not know
/// how they do.
pub(super) fn write_key(shape: &KeyShape, value: &Payload<'_>, last: bool, out: &mut Vec<u8>) -> Option<()> {
    match shape {
        KeyShape::Unit => {}
        KeyShape::Bool => value.as_bool()?.encode_part(out),
        KeyShape::F32 => TotalF32(f32::from_le_bytes(value.bytes().try_into().ok()?)).encode_part(out),
        KeyShape::F64 => TotalF64(f64::from_le_bytes(value.bytes().try_into().ok()?)).encode_part(out),
        KeyShape::Text => delimit(value.as_text()?.as_bytes(), last, out),
        KeyShape::Bytes => delimit(value.as_bytes()?, last, out),
        KeyShape::Uuid => array(16, value, out)?,
        KeyShape::Array(len) => array(*len, value, out)?,
        KeyShape::Option(inner) => {
            let some = value.some();
            out.push(u8::from(some.is_some()));
            if let Some(some) = some {
                write_key(inner, &some, last, out)?;
            }
        }
        KeyShape::Reverse(inner) => {
            let start = out.len();
            write_key(inner, value, false, out)?;
            out.iter_mut().skip(start).for_each(|byte| *byte = !*byte);
        }
        KeyShape::Parts(parts) => {
            let mut left = parts.len();
            let mut items = value.items();
            for part in parts {
                left -= 1;
                write_key(&part.shape, &items.next()?, last && left == 0, out)?;
            }
        }
        KeyShape::Enum(variants) => {
            let name = value.variant()?;
            let KeyVariant { number, parts, .. } = variants.iter().find(|variant| variant.name == name)?;
            out.push(*number);
            let content = value.items().next();
            match parts.as_slice() {
                [] => {}
                // A variant with one field without a name has the field itself.
                [part] if part.name.is_none() => write_key(&part.shape, &content?, last, out)?,
                _ => write_key(&KeyShape::Parts(parts.clone()), &content?, last, out)?,
            }
        }
        KeyShape::Joined { right, .. } => {
            let mut items = value.items();
            let left = items.next()?.as_text()?.replace('%', "%25").replace(':', "%3A");
            let mut joined = (left + ":").into_bytes();
            write_key(&right.shape, &items.next()?, true, &mut joined)?;
            delimit(&joined, last, out);
        }
        _ => integer(shape, value, out)?,
    }
    Some(())
}

fn integer(shape: &KeyShape, value: &Payload<'_>, out: &mut Vec<u8>) -> Option<()> {
    let (width, signed) = match shape {
        KeyShape::U8 => (1, false),
        KeyShape::U16 => (2, false),
        KeyShape::U32 => (4, false),
        KeyShape::U64 => (8, false),
        KeyShape::U128 => (16, false),
        KeyShape::I8 => (1, true),
        KeyShape::I16 => (2, true),
        KeyShape::I32 => (4, true),
        KeyShape::I64 => (8, true),
        KeyShape::I128 => (16, true),
        _ => return None,
    };
    // The sign bit is flipped, so that negative numbers come first.
    let sign = if signed { 1 << (8 * width - 1) } else { 0 };
    let number = value.as_unsigned().or_else(|| value.as_signed().map(i128::cast_unsigned))? ^ sign;
    out.extend_from_slice(number.to_be_bytes().get(16 - width..)?);
    Some(())
}

fn array(len: u32, value: &Payload<'_>, out: &mut Vec<u8>) -> Option<()> {
    let bytes = value.as_bytes().filter(|bytes| u32::try_from(bytes.len()) == Ok(len))?;
    out.extend_from_slice(bytes);
    Some(())
}

/// Appends bytes of any length, with their end unless they are the last part.
fn delimit(bytes: &[u8], last: bool, out: &mut Vec<u8>) {
    if last {
        out.extend_from_slice(bytes);
    } else {
        bytes.to_vec().encode_part(out);
    }
}

/// Returns `true` for a value that keeps its entity out of an index with values of this shape.
pub(super) fn is_absent(shape: &KeyShape, value: &Payload<'_>) -> bool {
    matches!(value.node(), Node::Option(_)) && !matches!(shape, KeyShape::Option(_)) && value.some().is_none()
}

/// Returns the value inside an option, if the values of the index are not optional.
pub(super) fn present<'a>(shape: &KeyShape, value: Payload<'a>) -> Payload<'a> {
    if matches!(shape, KeyShape::Option(_)) { value } else { value.some().unwrap_or(value) }
}
