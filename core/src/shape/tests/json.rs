//! Payloads as JSON, compared with that of `serde_json`.

use alloc::collections::BTreeMap;
use alloc::string::{String, ToString};
use alloc::vec;
use alloc::vec::Vec;

use proptest::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::samples::{Everything, List, Nest, State, Tree};
use super::values::{everything, rows, trees};
use crate::key::RowId;
use crate::shape::{HasShape, Shape};
use crate::tables::row::{Row, Value};

fn to_json<T: HasShape + Serialize>(value: &T) -> String {
    let bytes = postcard::to_allocvec(value).unwrap();
    Shape::of::<T>().read(&bytes).unwrap().to_json()
}

/// Checks that the JSON is this text, and that it becomes the same payload again.
#[track_caller]
fn is<T: HasShape + Serialize>(value: &T, json: &str) {
    assert_eq!(to_json(value), json);
    assert_eq!(Shape::of::<T>().encode_json(json).unwrap(), postcard::to_allocvec(value).unwrap());
}

/// Checks that `serde_json` writes the same text.
fn is_that_of_serde<T: HasShape + Serialize>(value: &T) {
    is(value, &serde_json::to_string(value).unwrap());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, ..ProptestConfig::default() })]

    #[test]
    fn the_json_is_that_of_serde(value in everything(), tree in trees(), row in rows()) {
        is_that_of_serde(&value);
        is_that_of_serde(&tree);
        is_that_of_serde(&Some(row));
    }

    #[test]
    fn numbers_survive(a: u64, b: i64, c: u128, d: i128, e in any::<u64>(), f in any::<u32>()) {
        let value = (a, b, c, d, f64::from_bits(e), f32::from_bits(f));
        let json = to_json(&value);
        let bytes = Shape::of::<(u64, i64, u128, i128, f64, f32)>().encode_json(&json).unwrap();
        let read: (u64, i64, u128, i128, f64, f32) = postcard::from_bytes(&bytes).unwrap();
        prop_assert_eq!((a, b, c, d), (read.0, read.1, read.2, read.3));
        prop_assert!(value.4.to_bits() == read.4.to_bits() || value.4.is_nan() && read.4.is_nan());
        prop_assert!(value.5.to_bits() == read.5.to_bits() || value.5.is_nan() && read.5.is_nan());
    }

    #[test]
    fn any_json_is_encoded_or_refused(json in tokens()) {
        all_refuse_or_encode(&json);
    }

    #[test]
    fn damaged_json_is_encoded_or_refused(value in everything(), at: usize, char in any::<char>()) {
        let mut chars: Vec<char> = to_json(&value).chars().collect();
        let at = at % chars.len();
        chars[at] = char;
        let json: String = chars.into_iter().collect();
        encodes_or_refuses::<Everything>(&json);
    }

    #[test]
    fn a_string_is_read_as_serde_reads_it(json in r#""([ -~]|\\[u"\\/bfnrt]|\\u[dD][89a-fA-F]|[0-9a-fA-F])*""#) {
        let ours = Shape::of::<String>().encode_json(&json).ok();
        let text = ours.map(|bytes| postcard::from_bytes::<String>(&bytes).unwrap());
        prop_assert_eq!(text, serde_json::from_str::<String>(&json).ok());
    }

    #[test]
    fn a_number_is_read_as_serde_reads_it(json in "-?[0-9]{1,3}(\\.[0-9]{0,2})?([eE][+-]?[0-9]{0,2})?") {
        let ours = Shape::of::<f32>().encode_json(&json).is_ok();
        let theirs = serde_json::from_str::<f32>(&json).is_ok_and(f32::is_finite);
        prop_assert_eq!(ours, theirs);
    }
}

/// Texts of JSON's tokens.
fn tokens() -> impl Strategy<Value = String> {
    let tokens = prop::sample::select(vec![
        "{", "}", "[", "]", ",", ":", "null", "true", "1", "-7", "0.5", "\"\"", "\"Leaf\"", "\"item\"",
        "\"1\"", "\"next\"", "\"Both\"", "\"Some\"", "\"\\u00", "\"$int\"", " ", "\"Many\"", "1e400",
        "\"left\"",
    ]);
    proptest::collection::vec(tokens, 0..12).prop_map(|tokens| tokens.concat())
}

/// Checks that an accepted JSON becomes a payload of the type.
fn encodes_or_refuses<T: HasShape + DeserializeOwned>(json: &str) {
    if let Ok(bytes) = Shape::of::<T>().encode_json(json) {
        assert!(postcard::from_bytes::<T>(&bytes).is_ok(), "{json}");
    }
}

fn all_refuse_or_encode(json: &str) {
    encodes_or_refuses::<Tree>(json);
    encodes_or_refuses::<List>(json);
    encodes_or_refuses::<Row>(json);
    encodes_or_refuses::<Vec<Value>>(json);
    encodes_or_refuses::<BTreeMap<u8, Option<Option<bool>>>>(json);
    encodes_or_refuses::<BTreeMap<(State, bool), f32>>(json);
    encodes_or_refuses::<Option<[i8; 2]>>(json);
}

#[test]
fn forms_that_serde_does_not_have() {
    is(&u64::MAX, "\"18446744073709551615\"");
    is(&(1_u64 << 53), "\"9007199254740992\"");
    is(&((1_u64 << 53) - 1), "9007199254740991");
    is(&i64::MIN, "\"-9223372036854775808\"");
    is(&i128::MIN, "\"-170141183460469231731687303715884105728\"");
    is(&(f64::NAN, f32::INFINITY, f64::NEG_INFINITY, -0.0_f64), r#"["NaN","Infinity","-Infinity",-0.0]"#);
    is(&[None, Some(None), Some(Some(7_u8))], r#"[null,{"Some":null},{"Some":7}]"#);
    is(&[None, Some(())], r#"[null,{"Some":null}]"#);
    is(&[Some(Value::Null), Some(Value::from(1)), None], r#"[{"Some":null},{"Some":1},null]"#);
    is(&BTreeMap::from([((1_u8, true), "a".to_string())]), r#"[[[1,true],"a"]]"#);
    is(&BTreeMap::from([(Some(1_u8), 2_u8)]), "[[1,2]]");
    is(&BTreeMap::from([(RowId::from("k"), State::Sent)]), r#"{"6b":"Sent"}"#);
    is(&BTreeMap::from([(u64::MAX, None::<u8>)]), r#"{"18446744073709551615":null}"#);
    is(&BTreeMap::from([(false, 1_u8)]), r#"{"false":1}"#);
    is(&(BTreeMap::<u8, u8>::new(), BTreeMap::<[u8; 1], u8>::new(), Vec::<u8>::new()), "[{},[],[]]");
}

#[test]
fn other_json_is_accepted() {
    fn accepts<T: HasShape + Serialize>(json: &str, value: &T) {
        assert_eq!(Shape::of::<T>().encode_json(json).unwrap(), postcard::to_allocvec(value).unwrap());
    }
    accepts("\"7\"", &7_u8);
    accepts(" [ 1 ,\n2 ] ", &(1_u8, 2_i64));
    accepts("1", &1.0_f32);
    accepts(r#""\u00e9\ud83d\ude00\/""#, &"é😀/".to_string());
    let list = Shape::of::<List>();
    let one = list.encode_json(r#"{"item":1,"next":{"item":2,"next":null}}"#).unwrap();
    assert_eq!(list.encode_json(r#"{"next":{"item":2},"item":1}"#).unwrap(), one);
}

#[test]
fn other_json_is_refused() {
    #[track_caller]
    fn refuses<T: HasShape>(json: &str, error: &str) {
        assert_eq!(Shape::of::<T>().encode_json(json).unwrap_err().to_string(), error);
    }
    refuses::<u8>("256", "after 3 bytes of the JSON: `256` is no u8");
    refuses::<u8>("1.5", "after 3 bytes of the JSON: `1.5` is no u8");
    refuses::<i8>("-129", "after 4 bytes of the JSON: `-129` is no i8");
    refuses::<u8>("true", "after 0 bytes of the JSON: expected u8, found a bool");
    refuses::<u8>("1 2", "after 2 bytes of the JSON: the value has ended");
    refuses::<bool>("\"true\"", "after 0 bytes of the JSON: expected bool, found text");
    let no_char = "after 13 bytes of the JSON: a string has an escape that is no character";
    refuses::<String>(r#""\ud83d\u0041""#, no_char);
    refuses::<String>(r#""\ud83d\ue000""#, no_char);
    refuses::<char>("\"ab\"", "after 4 bytes of the JSON: `ab` is no char");
    refuses::<f32>("1e39", "after 4 bytes of the JSON: `1e39` is no f32");
    refuses::<f64>("\"nan\"", "after 5 bytes of the JSON: `nan` is no f64");
    refuses::<RowId>("\"0\"", "after 3 bytes of the JSON: `0` is no bytes");
    refuses::<(u8, u8)>("[1]", "after 3 bytes of the JSON: expected a list of 2 items");
    refuses::<[u8; 1]>("[1,2]", "`[1]`, after 3 bytes of the JSON: expected a list of 1 items");
    refuses::<Vec<List>>(r#"[{"item":-1}]"#, "`[0].item`, after 11 bytes of the JSON: `-1` is no u8");
    refuses::<List>("{}", "after 2 bytes of the JSON: the field `item` is missing");
    refuses::<List>(r#"{"item":1,"item":1}"#, "after 17 bytes of the JSON: the field `item` is there twice");
    refuses::<List>(r#"{"extra":1}"#, "after 9 bytes of the JSON: unknown field `extra`");
    refuses::<State>("\"Lost\"", "after 6 bytes of the JSON: `Lost` is no variant without content");
    refuses::<Tree>(r#"{"Lost":1}"#, "after 8 bytes of the JSON: unknown variant `Lost`");
    refuses::<Tree>(
        r#"{"Many":["Many"]}"#,
        "`Many[0]`, after 15 bytes of the JSON: `Many` is no variant without content",
    );
    refuses::<Tree>("{}", "after 2 bytes of the JSON: expected the name of a variant");
    refuses::<BTreeMap<u8, u8>>(r#"{"1":2,"1":3}"#, "after 11 bytes of the JSON: a map has a key twice");
    refuses::<Option<()>>("7", "after 0 bytes of the JSON: expected an object, found a number");
    refuses::<(Row,)>(
        r#"[{"a":{"$b":1}}]"#,
        "`[0]`, after 14 bytes of the JSON: `$b` does not hold a value here: if it is a map's key, write `$$b`",
    );
    refuses::<Vec<()>>(
        &["[null", &",null".repeat(2000), "]"].concat(),
        "after 10006 bytes of the JSON: after 2 bytes, the payload does not fit the shape: it has more values than its \
            length allows",
    );
    let error = Shape::of::<Nest>().encode_json(&"[".repeat(100_000)).unwrap_err().to_string();
    assert!(
        error.ends_with("after 257 bytes of the JSON: values are nested deeper than 256 levels"),
        "{error}"
    );
}
