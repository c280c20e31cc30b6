//! Keys and indexed values from arguments.

use keyloft::key::{KeyShape, KeyValue};

use crate::failure::{Failure, Result};

/// Returns the key of arguments: of one text, as it is shown, or of the parts of a composite one by one.
pub(crate) fn parse(shape: &KeyShape, arguments: &[String]) -> Result<Vec<u8>> {
    match arguments {
        [whole] => Ok(shape.parse(whole)?),
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
    fn a_prefix_is_of_parts_or_of_a_text() {
        let shape = <(String, i64)>::shape();
        assert_eq!(parse_prefix(&shape, &texts(&["attic"])).unwrap(), b"attic\0\0");
        assert_eq!(parse_prefix(&String::shape(), &texts(&["att"])).unwrap(), b"att");
        let of_bob = UserRowId::prefix("bob");
        assert_eq!(parse_prefix(&UserRowId::shape(), &texts(&["bob"])).unwrap(), of_bob.as_bytes());
        assert!(parse_prefix(&u32::shape(), &texts(&["1"])).is_err());
    }
}
