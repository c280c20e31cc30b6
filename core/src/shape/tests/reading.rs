//! The reading of payloads by their shapes, compared with postcard's.

use alloc::collections::BTreeMap;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use proptest::prelude::*;
use serde::de::DeserializeOwned;

use super::samples::{Everything, List, Tree};
use super::values::{everything, trees};
use crate::key::{RowId, UserRowId};
use crate::shape::{HasShape, Payload, Shape};
use crate::tables::row::{Row, Value};

/// Checks that the shape accepts what postcard does, and that both leave the same bytes.
fn agrees<T: HasShape + DeserializeOwned>(bytes: &[u8]) {
    let shape = Shape::of::<T>();
    let read = shape.read_first(bytes).map(|(payload, rest)| {
        visit(&payload);
        rest
    });
    let postcard = postcard::take_from_bytes::<T>(bytes).map(|(_, rest)| rest);
    assert_eq!(read.ok(), postcard.ok(), "{shape}: {bytes:?}");
}

/// Reads all there is.
fn visit(payload: &Payload<'_>) -> usize {
    let simple = payload.as_bool().is_some()
        || payload.as_signed().is_some()
        || payload.as_unsigned().is_some()
        || payload.as_float().is_some()
        || payload.as_text().is_some();
    assert!(!simple || payload.items().next().is_none());
    1 + payload.items().map(|item| visit(&item)).sum::<usize>()
}

fn all_agree(bytes: &[u8]) {
    agrees::<Tree>(bytes);
    agrees::<List>(bytes);
    agrees::<Row>(bytes);
    agrees::<Value>(bytes);
    agrees::<(u8, u16, u32, u64, u128)>(bytes);
    agrees::<(i8, i16, i32, i64, i128)>(bytes);
    agrees::<(f32, f64, bool)>(bytes);
    agrees::<BTreeMap<i16, Option<Option<bool>>>>(bytes);
    agrees::<Vec<(String, RowId)>>(bytes);
    agrees::<[Option<UserRowId>; 3]>(bytes);
    agrees::<Result<u8, i64>>(bytes);
    agrees::<core::time::Duration>(bytes);
}

/// Bytes that often are lengths, tags and ends of varints.
fn likely() -> impl Strategy<Value = Vec<u8>> {
    let byte = prop_oneof![0..12_u8, 0..12_u8, any::<u8>(), Just(0x80), Just(0xFF), Just(b'a')];
    proptest::collection::vec(byte, 0..40)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, ..ProptestConfig::default() })]

    #[test]
    fn a_shape_accepts_what_postcard_does(bytes in likely()) {
        all_agree(&bytes);
    }

    #[test]
    fn a_shape_reads_what_postcard_writes(value in everything(), tree in trees()) {
        let bytes = postcard::to_allocvec(&value).unwrap();
        let shape = Shape::of::<Everything>();
        let payload = shape.read(&bytes).unwrap();
        visit(&payload);
        prop_assert_eq!(payload.field("owner").unwrap().as_text(), Some(value.owner.as_str()));
        prop_assert_eq!(payload.field("row").unwrap().as_bytes(), Some(value.row.as_ref()));
        let mut numbers = Vec::new();
        payload.fields(&["numbers", "b"], &mut |numbers_b| {
            numbers = numbers_b.items().filter_map(|number| number.as_signed()).collect();
        });
        let (a, b, c, d, e) = value.numbers.b;
        let expected = [i128::from(a), b.into(), c.into(), d.into(), i128::try_from(e).unwrap()];
        prop_assert_eq!(numbers, expected);

        let bytes = postcard::to_allocvec(&tree).unwrap();
        let shape = Shape::of::<Tree>();
        prop_assert_eq!(shape.read(&bytes).unwrap().bytes(), &bytes[..]);
    }

    #[test]
    fn a_damaged_payload_is_read_as_postcard_does(value in everything(), at: usize, byte: u8, cut: bool) {
        let mut bytes = postcard::to_allocvec(&value).unwrap();
        let at = at % bytes.len();
        if cut { bytes.truncate(at) } else { bytes[at] = byte }
        let shape = Shape::of::<Everything>();
        // Postcard accepts more: it reads the first of several characters as a char.
        if let Ok((payload, _)) = shape.read_first(&bytes) {
            visit(&payload);
            prop_assert!(postcard::take_from_bytes::<Everything>(&bytes).is_ok());
        }
    }

    #[test]
    fn integers_are_read(unsigned: u128, signed: i128, shift in 0..127_u32) {
        let (unsigned, signed) = (unsigned >> shift, signed >> shift);
        let byte = unsigned.to_le_bytes()[0];
        let bytes = postcard::to_allocvec(&(unsigned, signed, byte, byte.cast_signed())).unwrap();
        let shape = Shape::of::<(u128, i128, u8, i8)>();
        let items: Vec<_> = shape.read(&bytes).unwrap().items().collect();
        prop_assert_eq!(items[0].as_unsigned(), Some(unsigned));
        prop_assert_eq!(items[1].as_signed(), Some(signed));
        prop_assert_eq!(items[2].as_unsigned(), Some(byte.into()));
        prop_assert_eq!(items[3].as_signed(), Some(byte.cast_signed().into()));
    }
}

#[test]
fn few_bytes_do_not_become_many_values() {
    fn refused<T: HasShape>(bytes: &[u8]) {
        let error = Shape::of::<T>().read(bytes).unwrap_err();
        assert!(error.to_string().contains("more values than its length allows"), "{error}");
    }
    refused::<Vec<()>>(b"\xFF\xFF\xFF\x7F");
    refused::<Vec<[(); 32]>>(b"\xFF\x01");
    refused::<[[[(); 32]; 32]; 32]>(b"");
    assert!(Shape::of::<Vec<()>>().read(b"\x03").is_ok());
}

#[test]
fn deep_payloads_are_refused() {
    let deep = |depth| [&[1].repeat(depth)[..], &[0]].concat();
    let shape = Shape::of::<super::samples::Nest>();
    assert_eq!(shape.read(&deep(100)).map(|payload| visit(&payload)), Ok(101));
    let error = shape.read(&deep(1_000_000)).unwrap_err();
    assert!(error.to_string().ends_with("nested deeper than 256 levels"), "{error}");
}

#[test]
fn rows_are_read_as_they_decode() {
    let refused: [&[u8]; 5] = [
        // Columns that are out of order, and a column that is there twice.
        b"\x02\x01b\x00\x01a\x00",
        b"\x02\x01a\x00\x01a\x00",
        // Another NaN than the stored one.
        b"\x01\x01a\x04\x01\0\0\0\0\0\xF8\x7F",
        // A value without a known tag.
        b"\x01\x01a\x0A",
        // A map within the row, whose keys are out of order.
        b"\x01\x01a\x09\x02\x01b\x00\x01a\x00",
    ];
    for bytes in refused {
        agrees::<Row>(bytes);
        assert!(Shape::of::<Row>().read(bytes).is_err(), "{bytes:?}");
    }
    agrees::<Row>(b"\x02\x01a\x00\x01b\x00");
    agrees::<Row>(b"\x01\x01a\x04\0\0\0\0\0\0\xF8\x7F");

    for (depth, fits) in [(64, true), (65, false)] {
        for level in [&b"\x08\x01"[..], b"\x09\x01\x01a"] {
            let bytes = [&level.repeat(depth)[..], &[0]].concat();
            agrees::<Value>(&bytes);
            assert_eq!(Shape::of::<Value>().read(&bytes).is_ok(), fits);
        }
    }
}

#[test]
fn a_payload_is_as_long_as_its_value() {
    let shape = Shape::of::<String>();
    assert!(shape.read(b"\x01a").is_ok());
    let error = shape.read(b"\x01ab").unwrap_err();
    assert_eq!(error.to_string(), "after 2 bytes, the payload does not fit the shape: the value has ended");
    assert!(shape.read(b"\x02a").is_err());
    assert!(shape.read(b"\x01\xFF").is_err());
}
