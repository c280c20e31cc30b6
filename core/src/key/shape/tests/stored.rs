//! The stored form of shapes. Catalogs contain it, so it never changes.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::cmp::Reverse;

use crate::access::Role;
use crate::key::*;

#[track_caller]
fn stored(shape: &KeyShape) -> Vec<u8> {
    let bytes = shape.to_bytes();
    assert_eq!(KeyShape::from_bytes(&bytes).unwrap(), *shape);
    bytes
}

fn is_refused(stored: &[u8]) -> bool {
    KeyShape::from_bytes(stored).is_err()
}

#[test]
fn the_stored_form_of_a_shape_never_changes() {
    let plain = [
        KeyShape::Unknown,
        KeyShape::Unit,
        KeyShape::Bool,
        KeyShape::U8,
        KeyShape::U16,
        KeyShape::U32,
        KeyShape::U64,
        KeyShape::U128,
        KeyShape::I8,
        KeyShape::I16,
        KeyShape::I32,
        KeyShape::I64,
        KeyShape::I128,
        KeyShape::F32,
        KeyShape::F64,
        KeyShape::Text,
        KeyShape::Bytes,
        KeyShape::Uuid,
        KeyShape::Timestamp,
    ];
    for (number, shape) in (0_u8..).zip(&plain) {
        assert_eq!(stored(shape), [number]);
    }
    assert_eq!(stored(&<[u8; 4]>::shape()), [64, 0, 0, 0, 4]);
    assert_eq!(stored(&Option::<u8>::shape()), [65, 3]);
    assert_eq!(stored(&Reverse::<u8>::shape()), [66, 3]);
    assert_eq!(stored(&<(u8, bool)>::shape()), [67, 1, 0, 3, 1, 0, 2, 0]);
    let named = KeyShape::of_variants(&[("A", 7, &[("b", u8::shape)]), ("C", 0, &[])]);
    assert_eq!(stored(&named), *b"\x44\x01A\0\0\x07\x01\x01b\0\0\x03\0\x01C\0\0\0\0\0");
    assert_eq!(stored(&UserRowId::shape()), *b"\x45user_id\0\0\x01row_id\0\0\x10");
    stored(&<(Option<u8>, Role, Reverse<TableId>)>::shape());
}

#[test]
fn bytes_of_no_shape_are_refused() {
    for wrong in [
        b"".as_slice(),
        b"\x13",
        b"\xFF",
        b"\x03\x03",
        b"\x40\0\0\0",
        b"\x41",
        b"\x43\x02",
        b"\x43\x01\0\x03",
        b"\x43\x01\x02\x03\0",
        b"\x44\x01A",
        b"\x45a\0\0",
    ] {
        assert!(is_refused(wrong), "{wrong:?}");
    }
}

#[test]
fn shapes_are_stored_to_a_depth() {
    let nested = |depth: usize| (0..depth).fold(KeyShape::U8, |shape, _| KeyShape::Option(Box::new(shape)));
    stored(&nested(32));
    let bytes = nested(40).to_bytes();
    let read = KeyShape::from_bytes(&bytes).unwrap();
    assert!(read.agrees_with(&nested(40)) && !read.agrees_with(&nested(20)));
    assert!(is_refused(&[[65; 33].as_slice(), &[3]].concat()));
    assert!(is_refused(&[65].repeat(1_000_000)) && is_refused(&[67, 1, 0].repeat(1_000_000)));
}

#[test]
fn shapes_are_compared_and_cloned_beyond_that_depth() {
    let nested = |inner: KeyShape| (0..40).fold(inner, |shape, _| KeyShape::Option(Box::new(shape)));
    assert_eq!(nested(KeyShape::U8).to_bytes(), nested(KeyShape::U16).to_bytes());
    assert_ne!(nested(KeyShape::U8), nested(KeyShape::U16));
    for inner in [KeyShape::Array(300), <(u8, Role)>::shape(), UserRowId::shape(), KeyShape::F64] {
        assert_eq!(nested(inner.clone()), nested(inner));
    }
}
