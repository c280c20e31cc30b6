//! Vectors of keys of every type, and of their prefixes.

use std::cmp::Reverse;
use std::time::{Duration, UNIX_EPOCH};

use keyloft::prelude::*;
use keyloft::{TotalF32, TotalF64};

use super::vector::Vector;

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, StorageKey)]
struct DeviceId(String);

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, StorageKey)]
struct Reading {
    device: DeviceId,
    at: i64,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, StorageKey)]
struct Nested(u16, Reading, Vec<u8>, (bool, String));

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, StorageKey)]
enum Color {
    Red,
    Blue,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, StorageKey)]
#[repr(u8)]
enum Owner {
    Nobody,
    User(UserId) = 10,
    Group { region: Option<String>, number: Reverse<u16> },
}

pub(super) fn vectors() -> Vec<Vector> {
    let mut vectors = ids();
    vectors.extend(composites());
    vectors.extend(integers());
    vectors.extend(floats());
    vectors.extend(around_keys());
    vectors.extend(enums());
    vectors.extend(of_other_crates());
    vectors.extend(timestamps());
    vectors.extend(tuples());
    vectors.extend(prefixes());
    vectors
}

fn ids() -> Vec<Vector> {
    vec![
        key("UserId/plain", UserId::new("user123")),
        key("UserId/empty", UserId::new("")),
        key("UserId/did", UserId::new("did:example:7%20")),
        key("UserId/unicode", UserId::new("Łukasz 鍵")),
        key("NamespaceId", NamespaceId::new("app")),
        key("StorageId", StorageId::new("s3://bucket/a%2Fb")),
        key("TableName", TableName::new("notes")),
        key("JobId", JobId::new("2026-11-23T00:00:00Z")),
        key("LiveQueryId", LiveQueryId::new("q\0q")),
        key("UserName", UserName::new("Alice")),
        key("UserName/folded", UserName::new("ÀLİCE").to_lowercase()),
        key("RowId/bytes", RowId::new([0x00, 0xff, 0x3a, 0x25])),
        key("RowId/text", RowId::from_string("row456")),
        key("RowId/empty", RowId::new([])),
        key("String", "text: 100%".to_owned()),
        key("bytes", vec![0x00_u8, 0x01, 0xff]),
        key("array", [0xde_u8, 0xad, 0xbe, 0xef]),
    ]
}

fn composites() -> Vec<Vector> {
    vec![
        key("UserRowId/plain", UserRowId::from_strings("user123", "row456")),
        key("UserRowId/escaped", UserRowId::from_strings("did:a%b:%3A", "row:%")),
        key("UserRowId/empty", UserRowId::from_strings("", "")),
        key("UserRowId/bytes", UserRowId::new(UserId::new("ü"), [0x00, 0x3a, 0xff])),
        key("TableId/plain", TableId::from_strings("app", "notes")),
        key("TableId/escaped", TableId::from_strings("a:b%c", "d:e%f")),
        key("TableId/empty", TableId::from_strings("", "")),
    ]
}

fn integers() -> Vec<Vector> {
    vec![
        key("u8", 200_u8),
        key("u16", 0x1234_u16),
        key("u32", u32::MAX),
        key("u64", 0x0123_4567_89ab_cdef_u64),
        key("u128", 1_u128 << 100),
        key("i8/negative", -1_i8),
        key("i16/min", i16::MIN),
        key("i32/zero", 0_i32),
        key("i64/negative", -1_700_000_000_000_i64),
        key("i64/positive", 1_700_000_000_000_i64),
        key("i64/max", i64::MAX),
        key("i128", -2_i128),
        key("bool/false", false),
        key("bool/true", true),
    ]
}

fn floats() -> Vec<Vector> {
    vec![
        key("TotalF32/positive", TotalF32(1.5)),
        key("TotalF32/negative", TotalF32(-1.5)),
        key("TotalF64/zero", TotalF64(0.0)),
        key("TotalF64/negative-zero", TotalF64(-0.0)),
        key("TotalF64/positive", TotalF64(std::f64::consts::PI)),
        key("TotalF64/negative", TotalF64(-1e300)),
        key("TotalF64/infinity", TotalF64(f64::INFINITY)),
        key("TotalF64/nan", TotalF64(f64::from_bits(0x7ff8_0000_0000_0000))),
    ]
}

fn around_keys() -> Vec<Vector> {
    vec![
        key("unit", ()),
        key("Option/none", None::<String>),
        key("Option/some", Some("a\0b".to_owned())),
        key("Option/twice", Some(None::<u8>)),
        key("Option/in-pair", (Some("a\0b".to_owned()), None::<u8>)),
        key("Reverse/number", Reverse(-5_i32)),
        key("Reverse/text", Reverse("a\0b".to_owned())),
        key("Reverse/pair", Reverse((7_u8, "a".to_owned()))),
        key("Reverse/in-pair", (Reverse("a".to_owned()), Reverse(1_700_000_000_000_i64))),
    ]
}

fn enums() -> Vec<Vector> {
    vec![
        key("derived/variant-0", Color::Red),
        key("derived/variant-1", Color::Blue),
        key("derived/variant-in-pair", (Color::Blue, "x".to_owned())),
        key("derived/variant-without-fields", Owner::Nobody),
        key("derived/variant-with-number", Owner::User("bob\0".into())),
        key("derived/variant-with-fields", Owner::Group { region: None, number: Reverse(7) }),
        key("derived/variant-as-part", (Owner::User("bob\0".into()), 7_u8)),
    ]
}

fn of_other_crates() -> Vec<Vector> {
    vec![key("Uuid", uuid::Uuid::from_u128(0x67e5_5044_10b1_426f_9247_bb68_0e5f_e0c8))]
}

/// The nanoseconds are multiples of 100, because Windows has no others, and `SystemTime` begins with the epoch on a target
/// without an operating system.
fn timestamps() -> Vec<Vector> {
    let before = -1_500_000_000_i64;
    let after = 1_700_000_000_123_456_700_i64;
    vec![
        key("SystemTime/epoch", UNIX_EPOCH),
        key("SystemTime/after", UNIX_EPOCH + Duration::from_nanos(after.unsigned_abs())),
        key("chrono/before", chrono::DateTime::from_timestamp_nanos(before)),
        key("chrono/after", chrono::DateTime::from_timestamp_nanos(after)),
        key("chrono/leap", chrono::DateTime::from_timestamp(1_483_228_799, 1_500_000_000).unwrap()),
        key("jiff/before", jiff::Timestamp::from_nanosecond(before.into()).unwrap()),
        key("jiff/after", jiff::Timestamp::from_nanosecond(after.into()).unwrap()),
        key("time/before", time::UtcDateTime::from_unix_timestamp_nanos(before.into()).unwrap()),
        key("time/after", time::UtcDateTime::from_unix_timestamp_nanos(after.into()).unwrap()),
    ]
}

fn tuples() -> Vec<Vector> {
    vec![
        key("pair", ("a\0b".to_owned(), -1_i64)),
        key("pair/empty", (String::new(), String::new())),
        key("pair/ids", (NamespaceId::new("app"), 1_700_000_000_000_i64)),
        key("triple", (7_u32, vec![0x00_u8, 0xff], "end\0".to_owned())),
        key("quadruple", (true, "x".to_owned(), -5_i16, RowId::new([0x00]))),
        key("composite-in-pair", (UserRowId::from_strings("a:b", "c"), 1_u8)),
        key("derived/newtype", DeviceId("d1".to_owned())),
        key("derived/struct", Reading { device: DeviceId("d\x001".to_owned()), at: -5 }),
        key(
            "derived/nested",
            Nested(
                7,
                Reading { device: DeviceId("d1".to_owned()), at: 5 },
                vec![0x00, 0x01],
                (true, "last".to_owned()),
            ),
        ),
    ]
}

fn prefixes() -> Vec<Vector> {
    vec![
        prefix("UserRowId", UserRowId::prefix(&UserId::new("a:b%"))),
        prefix("TableId", TableId::prefix(&NamespaceId::new("app"))),
        prefix("JobId", JobId::prefix("2026-11-")),
        prefix("RowId", RowId::prefix([0xff, 0x00])),
        prefix("pair", Prefix::<(String, i64)>::of(&"a\0".to_owned())),
        prefix("triple", Prefix::<(u32, String, i64)>::of((&7, &"x".to_owned()))),
        prefix("derived", Reading::prefix(&DeviceId("d1".to_owned()))),
    ]
}

fn key<K: StorageKey>(name: &str, key: K) -> Vector {
    let bytes = key.encode().into_owned();
    Vector::new("key", name, bytes, move |bytes| K::decode(bytes).is_ok_and(|decoded| decoded == key))
}

fn prefix<K: StorageKey>(name: &str, prefix: Prefix<K>) -> Vector {
    let written = prefix.as_bytes().to_vec();
    Vector::new("prefix", name, written, move |bytes| prefix.as_bytes() == bytes)
}
