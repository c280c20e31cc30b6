//! The shapes of key types in words, and their comparison.

mod stored;
mod texts;

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::cmp::Reverse;

use super::KeyShape;
use crate::access::Role;
use crate::key::*;
use crate::tables::system::JobStatus;

#[track_caller]
fn is<K: StorageKey>(words: &str) {
    assert_eq!(K::shape().to_string(), words);
}

#[test]
fn every_key_type_has_its_shape() {
    is::<UserId>("text");
    is::<NamespaceId>("text");
    is::<StorageId>("text");
    is::<TableName>("text");
    is::<JobId>("text");
    is::<LiveQueryId>("text");
    is::<UserName>("text");
    is::<RowId>("bytes");
    is::<UserRowId>("(user_id: text):(row_id: bytes)");
    is::<TableId>("(namespace_id: text):(table_name: text)");
    is::<String>("text");
    is::<Vec<u8>>("bytes");
    is::<[u8; 4]>("4 bytes");
    is::<u8>("u8");
    is::<u16>("u16");
    is::<u32>("u32");
    is::<u64>("u64");
    is::<u128>("u128");
    is::<i8>("i8");
    is::<i16>("i16");
    is::<i32>("i32");
    is::<i64>("i64");
    is::<i128>("i128");
    is::<bool>("bool");
    is::<()>("unit");
    is::<TotalF32>("f32");
    is::<TotalF64>("f64");
    is::<Option<String>>("optional text");
    is::<Reverse<i64>>("descending i64");
    is::<(String, (u8, Vec<u8>))>("(text, (u8, bytes))");
    is::<Role>("one of User = 0, Service = 1, Dba = 2, System = 3");
    is::<JobStatus>("one of Running = 0, Completed = 1, Failed = 2, Cancelled = 3");
    #[cfg(feature = "std")]
    is::<std::time::SystemTime>("timestamp");
    #[cfg(feature = "chrono")]
    is::<chrono::DateTime<chrono::Utc>>("timestamp");
    #[cfg(feature = "jiff")]
    is::<jiff::Timestamp>("timestamp");
    #[cfg(feature = "time")]
    is::<time::UtcDateTime>("timestamp");
    #[cfg(feature = "uuid")]
    is::<::uuid::Uuid>("uuid");
}

#[track_caller]
fn differ(program: &KeyShape, stored: &KeyShape, words: &str) {
    assert_eq!(program.difference(stored).as_deref(), Some(words));
    assert!(!program.agrees_with(stored) && !stored.agrees_with(program));
}

#[track_caller]
fn agree(a: &KeyShape, b: &KeyShape) {
    assert_eq!((a.difference(b), b.difference(a)), (None, None));
    assert!(a.agrees_with(b) && b.agrees_with(a));
}

#[test]
fn a_difference_is_found_in_every_part() {
    let reading = KeyShape::of_fields(&[("device", String::shape), ("at", i64::shape)]);
    let swapped = KeyShape::of_fields(&[("at", String::shape), ("device", i64::shape)]);
    differ(&u32::shape(), &i32::shape(), "the key is i32 in the database, u32 in this program");
    differ(
        &<[u8; 4]>::shape(),
        &<[u8; 5]>::shape(),
        "the key is 5 bytes in the database, 4 bytes in this program",
    );
    differ(&String::shape(), &Vec::<u8>::shape(), "the key is bytes in the database, text in this program");
    differ(
        &Option::<u8>::shape(),
        &u8::shape(),
        "the key is u8 in the database, optional u8 in this program",
    );
    differ(
        &Option::<u8>::shape(),
        &Option::<i8>::shape(),
        "the key is i8 in the database, u8 in this program",
    );
    differ(
        &Reverse::<u8>::shape(),
        &u8::shape(),
        "the key is u8 in the database, descending u8 in this program",
    );
    differ(&reading, &swapped, "part `at` of the key in the database is `device` in this program");
    differ(
        &reading,
        &<(String, u64)>::shape(),
        "part `at` of the key is u64 in the database, i64 in this program",
    );
    differ(
        &reading,
        &<(String, i64, u8)>::shape(),
        "the key is (text, i64, u8) in the database, (device: text, at: i64) in this program",
    );
    differ(
        &<(u8, (u8, u8))>::shape(),
        &<(u8, (u8, u16))>::shape(),
        "part `1.1` of the key is u16 in the database, u8 in this program",
    );
    differ(
        &UserRowId::shape(),
        &TableId::shape(),
        "part `namespace_id` of the key in the database is `user_id` in this program",
    );
    differ(
        &KeyShape::joined("a", ("b", String::shape)),
        &KeyShape::joined("a", ("b", RowId::shape)),
        "part `b` of the key is bytes in the database, text in this program",
    );
    differ(
        &UserRowId::shape(),
        &<(UserId, RowId)>::shape(),
        "the key is (text, bytes) in the database, (user_id: text):(row_id: bytes) in this program",
    );
}

#[test]
fn shapes_of_the_same_bytes_agree() {
    let reading = KeyShape::of_fields(&[("device", String::shape), ("at", i64::shape)]);
    agree(&reading, &reading);
    agree(&reading, &<(String, i64)>::shape());
    agree(&reading, &KeyShape::Unknown);
    agree(
        &<(UserId, i64)>::shape(),
        &KeyShape::of_fields(&[("", JobId::shape), ("at", || KeyShape::Unknown)]),
    );
    agree(&KeyShape::Uuid, &<[u8; 16]>::shape());
    agree(&Option::<Reverse<u8>>::shape(), &KeyShape::Option(KeyShape::Unknown.into()));
}

#[test]
fn variants_are_compared_by_number_and_name() {
    let draft = KeyShape::of_variants(&[("Draft", 0, &[]), ("Closed", 1, &[("by", String::shape)])]);
    let reordered = KeyShape::of_variants(&[("Closed", 1, &[("", String::shape)]), ("Draft", 0, &[])]);
    agree(&draft, &reordered);
    let middle = KeyShape::of_variants(&[("Draft", 0, &[]), ("Open", 1, &[]), ("Closed", 2, &[])]);
    differ(&middle, &draft, "variant `Closed` of the key in the database is `Open` in this program");
    let more = KeyShape::of_variants(&[
        ("Draft", 0, &[]),
        ("Closed", 1, &[("by", String::shape)]),
        ("Gone", 9, &[("", u8::shape)]),
    ]);
    differ(&more, &draft, "variant `Gone` of the key is not in the database");
    differ(&draft, &more, "variant `Gone` of the key is not in this program");
    let other_field = KeyShape::of_variants(&[("Draft", 0, &[]), ("Closed", 1, &[("by", i64::shape)])]);
    differ(&draft, &other_field, "part `Closed.by` of the key is i64 in the database, text in this program");
    let no_field = KeyShape::of_variants(&[("Draft", 0, &[]), ("Closed", 1, &[])]);
    differ(
        &draft,
        &no_field,
        "variant `Closed` of the key is Closed = 1 in the database, Closed = 1 (by: text) in this program",
    );

    for wrong in [&middle, &other_field, &no_field, &u8::shape()] {
        assert!(!wrong.extends(&draft) && !draft.extends(wrong), "{wrong}");
    }
    let in_part = |shape: &KeyShape| {
        let part = KeyPart { name: None, shape: KeyShape::Reverse(shape.clone().into()) };
        KeyShape::Option(KeyShape::Parts([part].into()).into())
    };
    assert!(more.extends(&draft) && in_part(&more).extends(&in_part(&draft)));
    assert!(!draft.extends(&more) && !in_part(&draft).extends(&in_part(&more)));
    assert!(draft.extends(&reordered) && draft.extends(&KeyShape::Unknown));
}
