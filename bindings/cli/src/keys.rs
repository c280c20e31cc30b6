//! Keys and indexed values from arguments.

use keyloft::key::{KeyShape, KeyValue};

use crate::failure::{Failure, Result};

/// Returns the key of arguments: of one text, as it is shown, or of the parts of a composite one by one.
pub(crate) fn parse(shape: &KeyShape, arguments: &[String]) -> Result<Vec<u8>> {
    match arguments {
        [whole] => match shape.parse(whole) {
            // One part of several is likely meant as one.
            Err(_) if width(shape).is_some() && !whole.trim_start().starts_with('(') => Err(half(shape, 1)),
            parsed => Ok(parsed?),
        },
        parts if width(shape).is_some_and(|width| parts.len() < width) => Err(half(shape, parts.len())),
        parts => Ok(shape.encode(&KeyValue::Parts(parse_parts(shape, parts)?))?),
    }
}

/// Returns the bytes with which the keys begin whose first parts these are. A text that is no composite begins with the argument.
pub(crate) fn parse_prefix(shape: &KeyShape, arguments: &[String]) -> Result<Vec<u8>> {
    match (shape, arguments) {
        (KeyShape::Parts(_) | KeyShape::Joined { .. }, parts) => {
            Ok(shape.prefix(&parse_parts(shape, parts)?)?)
        }
        (KeyShape::Text, [start]) => Ok(start.as_bytes().to_vec()),
        (KeyShape::Bytes | KeyShape::Unknown, [start]) => Ok(shape.parse(start)?),
        _ => Err(Failure::usage(format!(
            "a prefix is for composite keys and for texts, and the key is {shape}: use --from and --to"
        ))),
    }
}

/// Returns the bytes of a bound: of a whole key, or of its first parts, which come before all keys that begin with them.
pub(crate) fn parse_bound(shape: &KeyShape, text: &str) -> Result<Vec<u8>> {
    let whole = shape.parse(text);
    if let (Err(_), KeyShape::Parts(parts)) = (&whole, shape) {
        let inner = text.trim().strip_prefix('(').and_then(|rest| rest.strip_suffix(')')).unwrap_or(text);
        for left in (1..parts.len()).filter_map(|width| parts.get(..width)) {
            let left = KeyShape::Parts(left.to_vec());
            let parsed = left.parse(&format!("({inner})")).and_then(|bytes| left.decode(&bytes));
            if let Ok(KeyValue::Parts(values)) = parsed {
                return Ok(shape.prefix(&values)?);
            }
        }
    }
    match (whole, shape) {
        (Err(_), KeyShape::Joined { .. }) => Ok(shape.prefix(&[KeyValue::Text(text.to_owned())])?),
        (whole, _) => Ok(whole?),
    }
}

/// Returns the number of parts of a composite.
fn width(shape: &KeyShape) -> Option<usize> {
    match shape {
        KeyShape::Parts(parts) => Some(parts.len()),
        KeyShape::Joined { .. } => Some(2),
        _ => None,
    }
}

/// The failure of a key that lacks parts.
fn half(shape: &KeyShape, given: usize) -> Failure {
    let width = width(shape).unwrap_or_default();
    let given = if given == 1 { "1 was".to_owned() } else { format!("{given} were") };
    Failure::usage(format!(
        "the key has {width} parts, {shape}, and {given} given: give the others, or use `keyloft scan` with --prefix"
    ))
}

/// Returns the values of the first parts of a composite.
fn parse_parts(shape: &KeyShape, arguments: &[String]) -> Result<Vec<KeyValue>> {
    let parts: Vec<&KeyShape> = match shape {
        KeyShape::Parts(parts) => parts.iter().map(|part| &part.shape).collect(),
        KeyShape::Joined { right, .. } => vec![&KeyShape::Text, &right.shape],
        _ => return Err(Failure::usage(format!("the key is {shape}, which has no parts: give one text"))),
    };
    if arguments.len() > parts.len() {
        let message = format!("the key is {shape}: {} parts are too many", arguments.len());
        return Err(Failure::usage(message));
    }
    let values = arguments.iter().zip(parts).map(|(text, part)| Ok(part.decode(&part.parse(text)?)?));
    values.collect()
}

#[cfg(test)]
mod tests {
    use keyloft::{StorageKey, UserRowId};

    use super::*;

    fn texts(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|text| (*text).to_owned()).collect()
    }

    #[test]
    fn a_key_is_one_text_or_its_parts() {
        let shape = <(String, i64)>::shape();
        let key = ("attic".to_owned(), -5_i64).encode().into_owned();
        assert_eq!(parse(&shape, &texts(&["(attic, -5)"])).unwrap(), key);
        assert_eq!(parse(&shape, &texts(&["attic", "-5"])).unwrap(), key);
        assert!(parse(&shape, &texts(&["attic"])).is_err());
        assert!(parse(&shape, &texts(&["attic", "x"])).is_err());
        assert!(parse(&shape, &texts(&["attic", "5", "6"])).is_err());
        assert!(parse(&u32::shape(), &texts(&["1", "2"])).is_err());
    }

    #[test]
    fn a_key_that_lacks_parts_is_told_so() {
        let shape = <(String, i64, u8)>::shape();
        for given in [&["attic"][..], &["attic", "5"]] {
            let failure = parse(&shape, &texts(given)).unwrap_err().to_string();
            assert!(failure.starts_with("the key has 3 parts, (text, i64, u8), and "), "{failure}");
        }
        let failure = parse(&UserRowId::shape(), &texts(&["bob"])).unwrap_err().to_string();
        assert!(failure.starts_with("the key has 2 parts"), "{failure}");
    }

    #[test]
    fn a_bound_is_a_key_or_its_first_parts() {
        let shape = <(String, i64, u8)>::shape();
        let key = ("attic".to_owned(), -5_i64, 7_u8).encode().into_owned();
        assert_eq!(parse_bound(&shape, "(attic, -5, 7)").unwrap(), key);
        for text in ["attic", "attic, -5", "(attic, -5)"] {
            let bound = parse_bound(&shape, text).unwrap();
            assert!(key.starts_with(&bound) && bound.len() < key.len(), "{text}");
        }
        assert!(parse_bound(&shape, "attic, x").is_err());
        assert!(parse_bound(&u32::shape(), "x").is_err());
        let of_bob = UserRowId::prefix("bob");
        assert_eq!(parse_bound(&UserRowId::shape(), "bob").unwrap(), of_bob.as_bytes());
    }

    #[test]
    fn a_prefix_is_of_parts_or_of_a_text() {
        let shape = <(String, i64)>::shape();
        assert_eq!(parse_prefix(&shape, &texts(&["attic"])).unwrap(), b"attic\0\0");
        assert_eq!(parse_prefix(&String::shape(), &texts(&["att"])).unwrap(), b"att");
        let of_bob = UserRowId::prefix("bob");
        assert_eq!(parse_prefix(&UserRowId::shape(), &texts(&["bob"])).unwrap(), of_bob.as_bytes());
        assert!(parse_prefix(&u32::shape(), &texts(&["1"])).is_err());
    }
}
