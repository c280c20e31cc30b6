//! The bytes of indexed values: of a row's columns, and of an entity's fields.

use alloc::string::String;
use alloc::vec::Vec;

use crate::key::{KeyPart, KeyShape, KeyVariant, StorageKey, TotalF32, TotalF64};
use crate::shape::{Node, Payload};
use crate::tables::row::Value;

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
        KeyShape::Parts(parts) => write_parts(parts, value, last, out)?,
        KeyShape::Enum(variants) => {
            let name = value.variant()?;
            let KeyVariant { number, parts, .. } = variants.iter().find(|variant| variant.name == name)?;
            out.push(*number);
            let content = value.items().next();
            match parts.as_slice() {
                [] => {}
                // A variant with one field without a name has the field itself.
                [part] if part.name.is_none() => write_key(&part.shape, &content?, last, out)?,
                parts => write_parts(parts, &content?, last, out)?,
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

/// Appends a struct or a tuple, part by part.
fn write_parts(parts: &[KeyPart], value: &Payload<'_>, last: bool, out: &mut Vec<u8>) -> Option<()> {
    let mut left = parts.len();
    let mut items = value.items();
    for part in parts {
        left -= 1;
        write_key(&part.shape, &items.next()?, last && left == 0, out)?;
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

/// Returns the part of an index's value that the field at this place has.
pub(super) fn part_of<'a>(value: &'a KeyShape, fields: &[String], place: usize) -> Option<&'a KeyShape> {
    match value {
        value if fields.len() == 1 => Some(value),
        KeyShape::Parts(parts) if parts.len() == fields.len() => parts.get(place).map(|part| &part.shape),
        _ => None,
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

#[cfg(test)]
mod tests {
    use alloc::borrow::ToOwned;
    use alloc::vec;
    use core::fmt::Debug;

    use serde::Serialize;

    use crate::key::{RowId, TableId, UserId, UserRowId};
    use crate::shape::{HasShape, Shape};

    use super::*;

    /// Checks that a field of this value is indexed as its key, as the last part and before another one.
    fn same<K: StorageKey + HasShape + Serialize + Debug>(key: &K) {
        let stored = postcard::to_allocvec(key).unwrap();
        let shape = Shape::of::<K>();
        let payload = shape.read(&stored).unwrap();
        for last in [true, false] {
            let (mut written, mut expected) = (Vec::new(), Vec::new());
            assert_eq!(write_key(&K::shape(), &payload, last, &mut written), Some(()), "{key:?}");
            if last {
                expected.extend_from_slice(&key.encode());
            } else {
                key.encode_part(&mut expected);
            }
            assert_eq!(written, expected, "{key:?}, last: {last}");
        }
    }

    #[test]
    fn fields_are_indexed_as_their_keys_are_encoded() {
        same(&());
        [false, true].iter().for_each(same);
        [0, 1, u8::MAX].iter().for_each(same);
        [0, 1, u16::MAX].iter().for_each(same);
        [0, 1, u32::MAX].iter().for_each(same);
        [0, 1, u64::MAX].iter().for_each(same);
        [0, 1, u128::MAX].iter().for_each(same);
        [i8::MIN, -1, 0, i8::MAX].iter().for_each(same);
        [i16::MIN, -1, 0, i16::MAX].iter().for_each(same);
        [i32::MIN, -1, 0, i32::MAX].iter().for_each(same);
        [i64::MIN, -1, 0, i64::MAX].iter().for_each(same);
        [i128::MIN, -1, 0, i128::MAX].iter().for_each(same);
        [f32::MIN, -0.0, 0.0, 1.5, f32::NAN].map(TotalF32).iter().for_each(same);
        [f64::MIN, -0.0, 0.0, 1.5, -f64::NAN].map(TotalF64).iter().for_each(same);
        ["", "a\0b", "ß"].map(str::to_owned).iter().for_each(same);
        [Vec::new(), vec![0, 255, 0]].iter().for_each(same);
        same(&[1_u8, 0, 255]);
        [None, Some("a\0".to_owned())].iter().for_each(same);
        same(&("a\0".to_owned(), Some(-5_i64), "b".to_owned()));
        same(&UserId::from("ada:%1"));
        same(&RowId::from(vec![0, 1]));
        same(&UserRowId::new("ada:%1".into(), vec![0, 58]));
        same(&TableId::from_strings("a:b", "c:d"));
    }

    #[test]
    fn a_field_of_another_type_has_no_key() {
        let stored = postcard::to_allocvec("a").unwrap();
        let shape = Shape::of::<String>();
        let payload = shape.read(&stored).unwrap();
        for key in
            [KeyShape::U32, KeyShape::Bool, KeyShape::Timestamp, KeyShape::Unknown, <(u8, u8)>::shape()]
        {
            assert_eq!(write_key(&key, &payload, true, &mut Vec::new()), None, "{key}");
        }
    }
}
