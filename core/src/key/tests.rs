//! The encodings of keys. Databases contain them, so they never change.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::cmp::Reverse;

use super::*;
use crate::error::Result;

fn part(key: &impl StorageKey) -> Vec<u8> {
    let mut out = Vec::new();
    key.encode_part(&mut out);
    out
}

fn refusal<K: StorageKey>(bytes: &[u8]) -> String {
    let text = K::decode(bytes).unwrap_err().to_string();
    let advice = "; check the table's key type and where the bytes come from";
    text.strip_suffix(advice).unwrap().into()
}

#[test]
fn integers_are_big_endian_with_the_sign_flipped() {
    assert_eq!(*0x0102_u16.encode(), [1, 2]);
    assert_eq!(*i8::MIN.encode(), [0]);
    assert_eq!(*(-1_i16).encode(), [0x7F, 0xFF]);
    assert_eq!(*0_i32.encode(), [0x80, 0, 0, 0]);
    assert_eq!(*1_i64.encode(), [0x80, 0, 0, 0, 0, 0, 0, 1]);
    assert_eq!(*u128::MAX.encode(), [0xFF; 16]);
    assert_eq!(*true.encode(), [1]);
    assert_eq!(part(&-1_i16), [0x7F, 0xFF]);
}

#[test]
fn floats_are_big_endian_with_the_bits_of_negative_ones_flipped() {
    assert_eq!(*TotalF32(1.0).encode(), [0xBF, 0x80, 0, 0]);
    assert_eq!(*TotalF64(0.0).encode(), [0x80, 0, 0, 0, 0, 0, 0, 0]);
    assert_eq!(*TotalF64(-0.0).encode(), [0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF]);
    assert_eq!(*TotalF64(-2.5).encode(), [0x3F, 0xFB, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF]);
    assert_eq!(TotalF64(-2.5).describe(), "-2.5");
    assert_ne!(TotalF64(0.0), TotalF64(-0.0));
    assert_eq!(TotalF64(f64::NAN), TotalF64(f64::NAN));
}

#[test]
fn an_option_begins_with_a_byte() {
    assert_eq!(*None::<String>.encode(), [0]);
    assert_eq!(*Some(String::new()).encode(), [1]);
    assert_eq!(*Some(String::from("a\0")).encode(), *b"\x01a\0");
    assert_eq!(part(&None::<String>), [0]);
    assert_eq!(part(&Some(String::from("a\0"))), *b"\x01a\0\xFF\0\0");
    assert_eq!((Some(7_u8).describe(), None::<u8>.describe()), ("7".into(), "None".into()));
}

#[test]
fn a_reversed_key_is_its_part_with_flipped_bits() {
    assert_eq!(*Reverse(1_i16).encode(), [0x7F, 0xFE]);
    assert_eq!(*Reverse(String::from("a")).encode(), [!b'a', 0xFF, 0xFF]);
    assert_eq!(part(&Reverse(String::from("a"))), [!b'a', 0xFF, 0xFF]);
    assert_eq!(*Reverse(Reverse(String::from("a"))).encode(), *b"a\0\0");
    assert_eq!(Reverse(-5_i8).describe(), "-5");
}

#[test]
fn the_unit_key_has_no_bytes() {
    assert!(().encode().is_empty());
    assert_eq!(*((), 7_u8, ()).encode(), [7]);
    assert_eq!(().describe(), "()");
}

#[test]
fn parts_escape_nul_and_end_in_two() {
    assert_eq!(part(&JobId::new("")), b"\0\0");
    assert_eq!(part(&JobId::new("job")), b"job\0\0");
    assert_eq!(part(&RowId::new(b"\0\x01\0".as_slice())), b"\0\xFF\x01\0\xFF\0\0");
    assert_eq!(part(&UserRowId::from_strings("a:b", "c")), b"a%3Ab:c\0\0");
    assert_eq!(part(&[0_u8, 1]), [0, 1]);
}

#[test]
fn a_tuple_terminates_every_part_but_the_last() {
    let key = (String::from("a\0"), -1_i8, JobId::new("j\0"));
    assert_eq!(*key.encode(), *b"a\0\xFF\0\0\x7Fj\0");
    assert_eq!(part(&key), b"a\0\xFF\0\0\x7Fj\0\xFF\0\0");
    let nested = ((1_u8, String::from("x")), String::from("y"));
    assert_eq!(*nested.encode(), *b"\x01x\0\0y");
}

#[test]
fn only_the_left_part_of_a_composite_is_percent_encoded() {
    let key = UserRowId::from_strings("did:a%b", "r:1%3A");
    assert_eq!(key.as_storage_key(), b"did%3Aa%25b:r:1%3A");
    assert_eq!(key.to_string(), "did%3Aa%25b:r:1%3A");
    assert_eq!(UserRowId::from_strings("", "").as_storage_key(), b":");
    let table = TableId::from_strings("n%:", "t:%");
    assert_eq!(table.as_storage_key(), b"n%25%3A:t:%");
    assert_eq!(table.to_string(), "n%25%3A:t:%");
    assert_eq!(table.into_parts(), (NamespaceId::new("n%:"), TableName::new("t:%")));
}

#[test]
fn a_composite_has_the_order_of_its_bytes() {
    // `%` is below `:`, so an encoded colon has the place of a percent sign.
    assert!(UserRowId::from_strings("a:", "") < UserRowId::from_strings("a", ""));
    assert!(UserRowId::from_strings("a!", "") < UserRowId::from_strings("a:", ""));
    assert!(UserRowId::from_strings("a", "") < UserRowId::from_strings("ab", ""));
}

#[test]
fn row_bytes_that_are_not_text_are_shown_in_hex() {
    let key = UserRowId::new("u".into(), [0xFF, 0x00]);
    assert_eq!(key.to_string(), "u:ff00");
    assert_eq!(format!("{key:?}"), r#"UserRowId("u", 0xff00)"#);
    assert_eq!(format!("{:?}", UserRowId::from_strings("u", "ff00")), r#"UserRowId("u", "ff00")"#);
    assert_ne!(format!("{:?}", RowId::new([0xFF])), format!("{:?}", RowId::from_string("0xff")));
}

#[test]
fn bytes_of_no_key_are_refused_with_the_reason() {
    assert_eq!(refusal::<UserId>(b"\xFF"), "key `ff` is not a UserId: it is not UTF-8");
    assert_eq!(refusal::<UserRowId>(b"row456"), "key `row456` is not a UserRowId: it has no colon");
    for lower_case_or_cut in ["%3a:", "%:", "%2", "a%4:", "%%:", "%253A%3:"] {
        assert!(UserRowId::decode(lower_case_or_cut.as_bytes()).is_err(), "{lower_case_or_cut:?}");
    }
    assert_eq!(refusal::<TableId>(b"n:\xFF"), "key `ff` is not a TableName: it is not UTF-8");
    assert_eq!(refusal::<TableId>(b"\xFF:t"), "key `ff3a74` is not a TableId: its left part is not UTF-8");
    assert_eq!(refusal::<u16>(&[1]), "key `01` is not a u16: it is too short");
    assert_eq!(refusal::<u16>(&[1, 2, 3]), "key `010203` is not a u16: it is too long");
    assert_eq!(refusal::<bool>(&[2]), "key `02` is not a bool: it is neither 0 nor 1");
    assert_eq!(refusal::<[u8; 2]>(&[2]), "key `02` is not a byte array: its length differs");
    assert_eq!(refusal::<()>(&[2]), "key `02` is not a (): it is not empty");
    assert_eq!(refusal::<TotalF32>(&[2]), "key `02` is not a TotalF32: it is too short");
    for wrong in [b"".as_slice(), b"\0\x01", b"\x02"] {
        assert!(
            refusal::<Option<String>>(wrong).ends_with("is not a Option: it is neither 00 nor 01 and a key")
        );
    }
    assert_eq!(
        refusal::<(Option<u8>, u8)>(&[2]),
        "key `02` is not a Option: it begins with neither 00 nor 01"
    );
    // The bytes in the message are the stored ones.
    assert_eq!(refusal::<Reverse<bool>>(&[0xFD]), "key `fd` is not a bool: it is neither 0 nor 1");
    assert_eq!(refusal::<Reverse<u8>>(&[1, 2]), "key `0102` is not a Reverse: it is too long");
    assert_eq!(refusal::<(String, u8)>(b"a"), "key `a` is not a key part: it has no terminator");
    assert_eq!(
        refusal::<(String, u8)>(b"\0\x01"),
        "key `0001` is not a key part: a NUL is followed by neither 00 nor FF"
    );
}

#[test]
fn a_row_id_is_read_back_from_hex() {
    let row = RowId::new((0..=255).collect::<Vec<u8>>());
    assert_eq!(RowId::from_hex(&row.to_hex()).unwrap(), row);
    assert_eq!(RowId::from_hex("Ff").unwrap(), RowId::new([0xFF]));
    for wrong in ["f", "0x00", "zz", " 00", "é"] {
        assert_eq!(RowId::from_hex(wrong).unwrap_err().code(), "InvalidKey", "{wrong:?}");
    }
}

#[test]
fn every_constructor_of_an_id_gives_the_same_id() -> Result<()> {
    let id = UserId::new("u:1");
    assert_eq!(UserId::from("u:1"), id);
    assert_eq!(UserId::from(String::from("u:1")), id);
    assert_eq!("u:1".parse(), Ok(id.clone()));
    assert_eq!(AsRef::<str>::as_ref(&id), "u:1");
    assert_eq!(AsRef::<[u8]>::as_ref(&id), b"u:1");
    assert_eq!((id.as_str(), id.as_bytes(), format!("{id:>5}")), ("u:1", b"u:1".as_slice(), "  u:1".into()));
    assert_eq!(id.into_string(), "u:1");

    let row = RowId::from_string("r");
    assert_eq!(
        [RowId::from("r"), RowId::from(String::from("r")), RowId::from(Vec::from(b"r"))],
        [row.clone(), row.clone(), row.clone()]
    );
    assert_eq!((AsRef::<[u8]>::as_ref(&row), row.as_bytes()), (b"r".as_slice(), b"r".as_slice()));

    let key = UserRowId::from_storage_key(b"u%3A1:r")?;
    assert_eq!((key.user_id().as_str(), key.row_id()), ("u:1", b"r".as_slice()));
    assert_eq!(key.into_parts(), (UserId::new("u:1"), row));
    let table = TableId::from_storage_key(b"n:t")?;
    assert_eq!((table.namespace_id().as_str(), table.table_name().as_str()), ("n", "t"));
    Ok(())
}

#[test]
fn a_name_has_a_lower_case_beyond_ascii() {
    for (name, folded) in
        [("ÄÖÜ", "äöü"), ("ΟΔΟΣ", "οδοσ"), ("οδος", "οδοσ"), ("İ", "i\u{307}"), ("straße", "straße")]
    {
        assert_eq!(UserName::new(name).to_lowercase().as_str(), folded);
    }
}

#[test]
fn keys_with_control_characters_are_described_in_hex() {
    assert_eq!(RowId::new(7_u32.to_be_bytes()).describe(), "00000007");
    assert_eq!(RowId::from("a\u{1b}").describe(), "611b");
    assert_eq!(UserId::from("a\n").describe(), "610a");
    assert_eq!(UserRowId::new("bob".into(), [7]).describe(), "bob:07");
    assert_eq!(TableId::from_strings("app", "notes\0").describe(), "app:6e6f74657300");
    assert_eq!(RowId::from("x".repeat(100).as_str()).describe().chars().count(), 65);
}

#[test]
fn an_enum_of_the_system_is_one_byte_in_a_composite() {
    use crate::tables::system::JobStatus::{Completed, Running};

    assert_eq!(*(Completed, JobId::new("j")).encode(), *b"\x01j");
    assert_eq!(<(_, _)>::decode(b"\0j").unwrap(), (Running, JobId::new("j")));
    for wrong in [b"".as_slice(), b"\x04j"] {
        assert_eq!(
            refusal::<(crate::tables::system::JobStatus, JobId)>(wrong).split_once(" is not ").unwrap().1,
            "a JobStatus: it is the code of no variant"
        );
    }
}
