//! Laws of all rows and all bytes.

use alloc::string::String;
use alloc::vec::Vec;

use proptest::collection::{btree_map, vec};
use proptest::prelude::*;

use crate::tables::row::{Row, Value};

/// Generates names and keys that resemble a mark.
fn key() -> impl Strategy<Value = String> {
    prop_oneof!["[$a]{0,3}", "\\$(int|float|bytes|timestamp|map)", ".{0,6}"]
}

fn float() -> impl Strategy<Value = f64> {
    prop_oneof![
        any::<u64>().prop_map(f64::from_bits),
        any::<i32>().prop_map(f64::from),
        (any::<i32>(), 0..40).prop_map(|(digits, power)| f64::from(digits) / 10_f64.powi(power)),
        (-1.0..1.0, -5..5).prop_map(|(float, power): (f64, i32)| float * 10_f64.powi(power)),
    ]
}

fn value() -> impl Strategy<Value = Value> {
    let int =
        prop_oneof![any::<i64>(), -9..9_i64, (0..4_i64).prop_map(|n| (1 << 53) - 2 + n), Just(i64::MIN)];
    let scalar = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        int.clone().prop_map(Value::Int),
        float().prop_map(Value::Float),
        prop_oneof![key(), any::<String>()].prop_map(Value::Text),
        vec(any::<u8>(), 0..20).prop_map(Value::Bytes),
        int.prop_map(Value::Timestamp),
    ];
    scalar.prop_recursive(6, 40, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::List),
            btree_map(key(), inner.clone(), 0..4).prop_map(Value::Map),
            (key(), inner).prop_map(|entry| Value::map([entry])),
        ]
    })
}

fn row() -> impl Strategy<Value = Row> {
    btree_map(key(), value(), 0..6).prop_map(|columns| columns.into_iter().collect())
}

/// Generates the bytes of a row with a few changes.
fn damaged() -> impl Strategy<Value = Vec<u8>> {
    let changes = vec((any::<prop::sample::Index>(), any::<u8>(), 0..3), 1..4);
    (row(), changes).prop_map(|(row, changes)| {
        let mut bytes = postcard::to_allocvec(&row).expect("written");
        for (place, byte, change) in changes {
            let at = place.index(bytes.len());
            match change {
                0 => bytes[at] = byte,
                1 => bytes.insert(at, byte),
                _ if bytes.len() > 1 => drop(bytes.remove(at)),
                _ => {}
            }
        }
        bytes
    })
}

/// Checks that a row that was read is written as the same bytes. Its bytes may be longer, because postcard accepts numbers
/// in a longer form than necessary.
fn check_rewrite(bytes: &[u8]) {
    let Ok((row, rest)) = postcard::take_from_bytes::<Row>(bytes) else {
        return;
    };
    let read = bytes.strip_suffix(rest).expect("the rest is the end");
    let written = postcard::to_allocvec(&row).expect("what can be read can be written");
    assert!(written == read || written.len() < read.len(), "{read:x?} is written as {written:x?}");
    assert_eq!(postcard::from_bytes(&written), Ok(row));
}

proptest! {
    #[test]
    fn bytes_lose_nothing(row in row()) {
        let bytes = postcard::to_allocvec(&row).expect("written");
        prop_assert_eq!(postcard::from_bytes(&bytes), Ok(row));
    }

    #[test]
    fn json_loses_nothing(row in row()) {
        let json = serde_json::to_string(&row).expect("written");
        let read: Row = serde_json::from_str(&json).expect(&json);
        prop_assert_eq!(&read, &row, "{}", json);
        let tree = serde_json::to_value(&row).expect("written");
        prop_assert_eq!(serde_json::from_value::<Row>(tree).expect("read"), row);
    }

    #[test]
    fn json_survives_programs_that_read_all_numbers_as_floats(row in row()) {
        let json: serde_json::Value = serde_json::to_value(&row).expect("written");
        let passed = serde_json::to_string(&only_floats(json)).expect("written");
        prop_assert_eq!(serde_json::from_str::<Row>(&passed).expect(&passed), row, "{}", passed);
    }

    #[test]
    fn rows_are_equal_if_and_only_if_their_bytes_are(a in row(), b in row(), name in key(), value in value()) {
        let bytes = |row: &Row| postcard::to_allocvec(row).expect("written");
        prop_assert_eq!(a == b, bytes(&a) == bytes(&b));
        let changed = a.clone().with(name, value);
        prop_assert_eq!(a == changed, bytes(&a) == bytes(&changed));
    }

    #[test]
    fn random_bytes_are_a_row_or_refused(bytes in vec(any::<u8>(), 0..64)) {
        check_rewrite(&bytes);
    }

    #[test]
    fn damaged_bytes_are_a_row_or_refused(bytes in damaged()) {
        check_rewrite(&bytes);
    }
}

/// Rewrites JSON as JavaScript does: every number is a float, and one without a fraction has no point.
fn only_floats(json: serde_json::Value) -> serde_json::Value {
    use serde_json::Value as Json;
    match json {
        Json::Number(number) => {
            let float = number.as_f64().expect("a float");
            let text = std::format!("{float}");
            serde_json::from_str(&text).expect("a number")
        }
        Json::Array(items) => items.into_iter().map(only_floats).collect(),
        Json::Object(entries) => entries.into_iter().map(|(key, value)| (key, only_floats(value))).collect(),
        other => other,
    }
}
