//! The JSON, and the inputs that are refused.

use alloc::format;
use alloc::string::ToString;

use super::{nested, nested_maps};
use crate::tables::row::{MAX_DEPTH, Row, Value};

fn read(json: &str) -> Result<Value, serde_json::Error> {
    serde_json::from_str(json)
}

#[test]
fn every_kind_of_value_has_its_json() {
    for (value, json) in [
        (Value::Null, "null"),
        (true.into(), "true"),
        (42.into(), "42"),
        (9_007_199_254_740_991_i64.into(), "9007199254740991"),
        ((-9_007_199_254_740_991_i64).into(), "-9007199254740991"),
        (9_007_199_254_740_992_i64.into(), r#"{"$int":"9007199254740992"}"#),
        (i64::MIN.into(), r#"{"$int":"-9223372036854775808"}"#),
        (1.5.into(), "1.5"),
        ((-0.001).into(), "-0.001"),
        (123_456_789_012_345.0.into(), r#"{"$float":"123456789012345"}"#),
        (12_345_678_901_234.5.into(), "12345678901234.5"),
        (0.1.into(), "0.1"),
        ((0.1 + 0.2).into(), r#"{"$float":"0.30000000000000004"}"#),
        (1.0.into(), r#"{"$float":"1"}"#),
        (100.0.into(), r#"{"$float":"100"}"#),
        (0.0.into(), r#"{"$float":"0"}"#),
        ((-0.0).into(), r#"{"$float":"-0"}"#),
        (1e300.into(), r#"{"$float":"1e300"}"#),
        (1e-300.into(), r#"{"$float":"1e-300"}"#),
        (f64::NAN.into(), r#"{"$float":"NaN"}"#),
        (f64::INFINITY.into(), r#"{"$float":"Infinity"}"#),
        (f64::NEG_INFINITY.into(), r#"{"$float":"-Infinity"}"#),
        ("a\"b".into(), r#""a\"b""#),
        (b"\x00\xFF".into(), r#"{"$bytes":"00ff"}"#),
        (Value::Timestamp(-5), r#"{"$timestamp":-5}"#),
        (Value::Timestamp(i64::MAX), r#"{"$timestamp":"9223372036854775807"}"#),
        (Value::list([1, 2]), "[1,2]"),
        (Value::map([("b", 2), ("a", 1)]), r#"{"a":1,"b":2}"#),
        (Value::map([("$price", 5)]), r#"{"$$price":5}"#),
        (Value::map([("$", 5)]), r#"{"$$":5}"#),
        (Value::map([("$$", 5)]), r#"{"$$$":5}"#),
        (Value::map([("$int", "5")]), r#"{"$$int":"5"}"#),
        (Value::map([("$int", "5"), ("$a", "b")]), r#"{"$a":"b","$int":"5"}"#),
        (Value::map([("a$", 5)]), r#"{"a$":5}"#),
        (Value::map::<&str, Value>([]), "{}"),
    ] {
        assert_eq!(serde_json::to_string(&value).expect("written"), json);
        assert_eq!(read(json).expect(json), value, "{json}");
    }
}

#[test]
fn the_only_column_of_a_row_may_begin_with_the_mark() {
    for (row, json) in [
        (Row::from([("$int", 5)]), r#"{"$int":5}"#),
        (Row::from([("$$", 5)]), r#"{"$$":5}"#),
        (Row::new(), "{}"),
    ] {
        assert_eq!(serde_json::to_string(&row).expect("written"), json);
        assert_eq!(serde_json::from_str::<Row>(json).expect(json), row);
    }
}

#[test]
fn json_of_other_programs_is_read() {
    for (json, value) in [
        ("1.0", Value::from(1.0)),
        ("1e2", 100.0.into()),
        ("9007199254740993", 9_007_199_254_740_993_i64.into()),
        ("-9223372036854775808", i64::MIN.into()),
        (r#"{"$int":"5"}"#, 5.into()),
        (r#"{"$float":"1.0"}"#, 1.0.into()),
        (r#"{"$bytes":"00FF"}"#, b"\x00\xFF".into()),
        (r#"{"$timestamp":"5"}"#, Value::Timestamp(5)),
    ] {
        assert_eq!(read(json).expect(json), value, "{json}");
    }
}

#[test]
fn malformed_values_are_refused() {
    for json in [
        "9223372036854775808",
        "18446744073709551615",
        "18446744073709551616",
        "-9223372036854775809",
        "1e300",
        r#"{"$int":5}"#,
        r#"{"$int":"9223372036854775808"}"#,
        r#"{"$int":"1.5"}"#,
        r#"{"$float":1.5}"#,
        r#"{"$float":"1e999"}"#,
        r#"{"$float":"inf"}"#,
        r#"{"$float":"nan"}"#,
        r#"{"$float":""}"#,
        r#"{"$bytes":"0"}"#,
        r#"{"$bytes":"zz"}"#,
        r#"{"$bytes":[0]}"#,
        r#"{"$timestamp":1.5}"#,
        r#"{"$timestamp":"now"}"#,
        r#"{"$price":5}"#,
        r#"{"$":5}"#,
        r#"{"a":1,"a":1}"#,
        r#"{"$int":"5","$int":"5"}"#,
    ] {
        assert!(read(json).is_err(), "{json}");
        assert!(serde_json::from_str::<Row>(&format!(r#"{{"a":[{json}]}}"#)).is_err(), "{json}");
    }
    for json in ["null", "[]", "5", r#"{"a":1,"a":1}"#] {
        assert!(serde_json::from_str::<Row>(json).is_err(), "{json}");
    }
}

#[test]
fn errors_name_the_key_and_the_remedy() {
    for (json, advice) in [
        (r#"{"$price":5}"#, "`$price` does not hold a value here: if it is a map's key, write `$$price`"),
        ("1e300", r#"write a larger float as `{"$float":"…"}`"#),
        (r#"{"a":1,"a":1}"#, "`a` is a duplicate"),
    ] {
        let error = read(json).expect_err(json).to_string();
        assert!(error.contains(advice), "{error}");
    }
}

#[test]
fn values_nested_deeper_than_the_limit_are_refused() {
    // The innermost value is an object in JSON, but not a level of nesting.
    let bytes = Value::from(b"deep");
    for allowed in [nested(MAX_DEPTH), nested_maps(MAX_DEPTH, bytes.clone())] {
        let row = Row::from([("a", allowed)]);
        let json = serde_json::to_string(&row).expect("written");
        assert_eq!(serde_json::from_str::<Row>(&json).expect("read"), row);
    }
    for refused in [nested(MAX_DEPTH + 1), nested_maps(MAX_DEPTH + 1, bytes)] {
        assert!(serde_json::to_string(&Row::from([("a", refused)])).is_err());
    }
    for key in [None, Some("a"), Some("$$a"), Some("$int")] {
        let wrap = |inner, _| match key {
            None => serde_json::Value::from([inner].to_vec()),
            Some(key) => serde_json::Map::from_iter([(key.into(), inner)]).into(),
        };
        for levels in [MAX_DEPTH + 1, MAX_DEPTH + 2, 500] {
            let json = (0..levels).fold(serde_json::Value::Null, wrap);
            let error = serde_json::from_value::<Value>(json).expect_err("too deep").to_string();
            assert!(error.contains("64 levels") || levels == MAX_DEPTH + 1 && key == Some("$int"), "{error}");
        }
    }
}
