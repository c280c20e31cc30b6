//! The encoding as bytes. Databases contain it, so it never changes.

use alloc::string::ToString;
use alloc::vec::Vec;

use super::{nested, nested_maps};
use crate::error::EncodeReason;
use crate::tables::row::{MAX_DEPTH, Row, Value};

fn bytes(value: impl Into<Value>) -> Vec<u8> {
    postcard::to_allocvec(&value.into()).expect("written")
}

fn read(bytes: &[u8]) -> Result<Row, postcard::Error> {
    postcard::from_bytes(bytes)
}

#[test]
fn every_kind_of_value_has_its_bytes() {
    let map = Value::map([("b", Value::Null), ("a", Value::Bool(true))]);
    for (value, golden) in [
        (Value::Null, &b"\x00"[..]),
        (false.into(), b"\x01"),
        (true.into(), b"\x02"),
        (0.into(), b"\x03\x00"),
        ((-1).into(), b"\x03\x01"),
        (64.into(), b"\x03\x80\x01"),
        (i64::MAX.into(), b"\x03\xFE\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01"),
        (i64::MIN.into(), b"\x03\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01"),
        (1.5.into(), b"\x04\x00\x00\x00\x00\x00\x00\xF8\x3F"),
        ((-0.0).into(), b"\x04\x00\x00\x00\x00\x00\x00\x00\x80"),
        (f64::NEG_INFINITY.into(), b"\x04\x00\x00\x00\x00\x00\x00\xF0\xFF"),
        (f64::NAN.into(), b"\x04\x00\x00\x00\x00\x00\x00\xF8\x7F"),
        ("".into(), b"\x05\x00"),
        ("é$".into(), b"\x05\x03\xC3\xA9$"),
        (b"\xFF\x00".into(), b"\x06\x02\xFF\x00"),
        (Value::Timestamp(1_700_000_000_000), b"\x07\x80\xA0\xAB\xFE\xF9b"),
        (Value::list([1, 2]), b"\x08\x02\x03\x02\x03\x04"),
        (map, b"\x09\x02\x01a\x02\x01b\x00"),
    ] {
        assert_eq!(bytes(value.clone()), golden, "{value:?}");
        assert_eq!(postcard::from_bytes::<Value>(golden), Ok(value));
    }
}

#[test]
fn a_row_is_its_columns_in_the_order_of_their_names() {
    let row = Row::from([("b", Value::Null), ("a", 1.into()), ("", "x".into())]);
    let golden = b"\x03\x00\x05\x01x\x01a\x03\x02\x01b\x00";
    assert_eq!(postcard::to_allocvec(&row).expect("written"), golden);
    assert_eq!(read(golden), Ok(row));
    assert_eq!(read(b"\x00"), Ok(Row::new()));
}

#[test]
fn all_nans_are_stored_alike_and_other_nans_are_refused() {
    for bits in [0xFFF8_0000_0000_0000, 0x7FF8_0000_0000_0001, 0x7FF0_0000_0000_0001, u64::MAX] {
        let nan = Value::Float(f64::from_bits(bits));
        assert_eq!(nan, Value::Float(f64::NAN));
        assert_eq!(bytes(nan), b"\x04\x00\x00\x00\x00\x00\x00\xF8\x7F");
        let stored = [&b"\x01\x01a\x04"[..], &bits.to_le_bytes()].concat();
        assert!(read(&stored).is_err(), "{bits:x}");
    }
}

#[test]
fn malformed_bytes_are_refused() {
    for hostile in [
        &b""[..],
        b"\x01",
        b"\x01\x01a",
        b"\x01\x01a\x03",
        b"\x01\x01a\x0A",
        b"\x01\x01a\xFF",
        b"\x01\x01\xFF\x00",
        b"\x01\x01a\x05\x01\xFF",
        b"\x02\x01b\x00\x01a\x00",
        b"\x02\x01a\x00\x01a\x00",
        b"\x01\x01a\x09\x02\x01b\x00\x01a\x00",
        b"\x01\x01a\x09\x02\x01a\x00\x01a\x00",
    ] {
        assert!(read(hostile).is_err(), "{hostile:x?}");
    }
}

#[test]
fn a_false_length_allocates_nothing() {
    // 2⁶³ − 1 columns, bytes of text, bytes, items and entries. An allocation of this size would abort the test.
    let huge = b"\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x7F";
    assert!(read(huge).is_err());
    for tag in [5, 6, 8, 9] {
        let claim = [&b"\x01\x01a"[..], &[tag], huge].concat();
        assert!(read(&claim).is_err(), "tag {tag}");
    }
}

#[test]
fn values_nested_deeper_than_the_limit_are_refused() {
    for (allowed, refused) in [
        (nested(MAX_DEPTH), nested(MAX_DEPTH + 1)),
        (nested_maps(MAX_DEPTH, 1.into()), nested_maps(MAX_DEPTH + 1, 1.into())),
    ] {
        let row = Row::from([("a", allowed)]);
        let stored = postcard::to_allocvec(&row).expect("written");
        assert_eq!(read(&stored), Ok(row));
        let refused = postcard::to_allocvec(&Row::from([("a", refused)])).unwrap_err();
        let reason = EncodeReason::from(refused).to_string();
        assert!(reason.ends_with("as that of a row does if it nests more than 64 levels"), "{reason}");
    }
    let lists = [&b"\x01\x01a"[..], &b"\x08\x01".repeat(1_000_000), b"\x00"].concat();
    assert!(read(&lists).is_err());
    let maps = [&b"\x01\x01a"[..], &b"\x09\x01\x00".repeat(1_000_000), b"\x00"].concat();
    assert!(read(&maps).is_err());
    // One list too many, in bytes that are otherwise well-formed.
    let lists = [&b"\x01\x01a"[..], &b"\x08\x01".repeat(MAX_DEPTH), b"\x08\x00"].concat();
    assert!(read(&lists).is_err());
}
