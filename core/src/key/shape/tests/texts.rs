//! The texts of keys, and the values and texts that are refused.

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::cmp::Reverse;

use crate::access::Role;
use crate::key::*;

#[track_caller]
fn reads<K: StorageKey>(key: &K, text: &str) {
    let bytes = key.encode();
    assert_eq!(K::shape().describe(&bytes), text);
    assert_eq!(K::shape().parse(text).unwrap(), *bytes);
}

#[track_caller]
fn is_read_as<K: StorageKey>(text: &str, key: &K) {
    assert_eq!(K::shape().parse(text).unwrap(), *key.encode());
}

#[track_caller]
fn refusal<K: StorageKey>(text: &str) -> String {
    let error = K::shape().parse(text).unwrap_err();
    assert_eq!(error.code(), "InvalidKey");
    let error = error.to_string();
    let start = error.split_once(" is not a ").unwrap().1;
    start.split_once("; check").unwrap().0.into()
}

fn text(text: &str) -> String {
    text.into()
}

#[test]
fn a_text_has_quotes_where_it_needs_them() {
    for bare in ["bob", "a, b (c)", "a\"b", "a\\b", "None", "0xff", "()", "é"] {
        reads(&text(bare), bare);
    }
    for (quoted, inside) in [
        ("", r#""""#),
        (" a", r#"" a""#),
        ("a\n\r\t", r#""a\n\r\t""#),
        ("\"a\"\\", r#""\"a\"\\""#),
        ("\0\u{1b}\u{85}", r#""\u0000\u001b\u0085""#),
        ("a\u{1b}b", r#""a\u001bb""#),
    ] {
        reads(&text(quoted), inside);
    }
    is_read_as(r#""\u00e9\/" "#, &text("é/"));
    is_read_as("  a b  ", &text("a b"));
    reads(&(text("a b"), text("a, b")), r#"(a b, "a, b")"#);
    reads(&(text("f(x)"), text("None")), r#"("f(x)", None)"#);
    is_read_as("( a ,  b c )", &(text("a"), text("b c")));
}

#[test]
fn bytes_are_text_or_hex() {
    reads(&b"bob".to_vec(), "bob");
    reads(&b"0xff".to_vec(), r#""0xff""#);
    reads(&Vec::<u8>::new(), r#""""#);
    reads(&b"\0\xff".to_vec(), "0x00ff");
    reads(b"ab", "ab");
    reads(b"a\n", "0x610a");
    is_read_as("0xAB", &[0xAB]);
    is_read_as("0x", &Vec::<u8>::new());
    reads(&[(); 0].map(|()| 0_u8), r#""""#);
}

#[test]
fn an_option_is_none_or_its_key() {
    reads(&None::<String>, "None");
    reads(&Some(text("None")), r#""None""#);
    reads(&Some(text("Some(x)")), "Some(x)");
    reads(&Some(b"None".to_vec()), r#""None""#);
    reads(&Some(Reverse(text("None"))), r#""None""#);
    reads(&(Some(text("None")), None::<u8>), r#"("None", None)"#);
    reads(&Some(None::<String>), "Some(None)");
    reads(&Some(Some(text("None"))), r#"Some("None")"#);
    reads(&Some(Reverse(Some(7_u8))), "Some(7)");
    reads(&Some((text("None"), 1_u8)), "(None, 1)");
    reads(&Some(UserRowId::from_strings("None", "None")), "None:None");
    reads(&Some(()), "()");
}

#[test]
fn numbers_are_decimal() {
    reads(&u128::MAX, "340282366920938463463374607431768211455");
    reads(&i128::MIN, "-170141183460469231731687303715884105728");
    reads(&Reverse(-5_i8), "-5");
    reads(&TotalF64(1.0), "1.0");
    reads(&TotalF64(-0.0), "-0.0");
    reads(&TotalF64(f64::MAX), "1.7976931348623157e308");
    reads(&TotalF32(0.1), "0.1");
    reads(&TotalF64(f64::NEG_INFINITY), "-inf");
    reads(&TotalF64(f64::from_bits(0x7FF8_0000_0000_0000)), "NaN");
    reads(&TotalF32(f32::from_bits(0x7FC0_0000)), "NaN");
    reads(&TotalF64(f64::from_bits(0xFFF8_0000_0000_0001)), "NaN:fff8000000000001");
    reads(&TotalF32(f32::from_bits(0x7F80_0001)), "NaN:7f800001");
    is_read_as("1", &TotalF64(1.0));
    is_read_as("+7", &7_u8);
    for (wrong, reason) in
        [("256", "it is out of range"), ("-1", FORM), ("1.0", FORM), ("1 2", FORM), ("0x1", FORM)]
    {
        assert_eq!(refusal::<u8>(wrong), ["u8: ", reason].concat());
    }
    for wrong in ["128", "-129", "340282366920938463463374607431768211455"] {
        assert!(I8.parse(wrong).is_err(), "{wrong}");
    }
    for wrong in ["1e999", "nan", "-nan", "infinity", "NaN:0", "NaN:x", "NaN:7ff80000000000000"] {
        assert_eq!(refusal::<TotalF64>(wrong), ["f64: ", FORM].concat(), "{wrong}");
        assert_eq!(refusal::<TotalF32>(wrong), ["f32: ", FORM].concat(), "{wrong}");
    }
}

#[test]
fn a_key_with_an_unknown_part_is_bytes() {
    let unknown = || KeyShape::Unknown;
    let shapes = [
        KeyShape::Unknown,
        KeyShape::Option(KeyShape::Unknown.into()),
        KeyShape::Reverse(KeyShape::Unknown.into()),
        KeyShape::of_fields(&[("", u8::shape), ("", unknown)]),
        KeyShape::of_variants(&[("A", 0, &[]), ("B", 1, &[("", unknown)])]),
        KeyShape::joined("a", ("b", unknown)),
    ];
    for shape in shapes {
        assert_eq!(shape.decode(&[9, 8]).unwrap(), KeyValue::Bytes([9, 8].into()), "{shape}");
        assert_eq!(shape.encode(&KeyValue::Bytes([9, 8].into())).unwrap(), [9, 8], "{shape}");
        assert_eq!(
            (shape.describe(&[9, 8]), shape.parse("0x0908").unwrap()),
            ("0x0908".into(), [9, 8].into())
        );
    }
}

const I8: KeyShape = KeyShape::I8;
const FORM: &str = "the text is not in the form of the type";

#[test]
fn a_variant_has_its_name_and_fields() {
    reads(&Role::Dba, "Dba");
    reads(&(Role::Dba, text("a")), "(Dba, a)");
    let shape =
        KeyShape::of_variants(&[("None", 0, &[]), ("User", 7, &[("id", String::shape), ("", u8::shape)])]);
    assert_eq!(shape.describe(b"\x07a\0\0\x05"), "User(a, 5)");
    assert_eq!(shape.parse("User ( a , 5 )").unwrap(), b"\x07a\0\0\x05");
    assert_eq!((shape.describe(&[0]), shape.parse("None").unwrap()), ("None".into(), Vec::from([0])));
    let optional = KeyShape::Option(shape.into());
    assert_eq!((optional.describe(&[1, 0]), optional.describe(&[0])), ("Some(None)".into(), "None".into()));
    assert_eq!(optional.parse("Some(None)").unwrap(), [1, 0]);
    assert_eq!(refusal::<Role>("dba"), "variant: it has no such variant");
}

#[test]
fn the_text_before_a_colon_is_that_of_the_bytes() {
    reads(&UserRowId::from_strings("bob", "row:1%"), "bob:row:1%");
    reads(&UserRowId::from_strings("did:a%", "r"), "did%3Aa%25:r");
    reads(&UserRowId::from_strings("", ""), r#""":"""#);
    reads(&UserRowId::new("bob".into(), [0xFF]), "bob:0xff");
    reads(&(UserRowId::from_strings("a,b", "c)"), 1_u8), r#"("a,b":"c)", 1)"#);
    reads(&TableId::from_strings("app", "notes"), "app:notes");
    assert_eq!(refusal::<TableId>("app"), "pair with a colon: a parenthesis, a comma or a colon is missing");
    let percent = "pair with a colon: a percent sign in its left part begins neither `%25` nor `%3A`";
    assert_eq!(refusal::<TableId>("a%3a:b"), percent);
}

#[test]
fn texts_of_no_key_are_refused() {
    let missing = "composite key: a parenthesis, a comma or a colon is missing";
    for wrong in ["", "a, 1", "(a)", "(a 1", "(a, 1", "(a(b), 1)", "(\"a\"b, 1)"] {
        assert_eq!(refusal::<(String, u8)>(wrong), missing, "{wrong}");
    }
    assert_eq!(refusal::<(String, u8)>("(a, 1) b"), "composite key: more text follows it");
    assert_eq!(refusal::<String>("\"a\" b"), "text: more text follows it");
    for empty in ["(, 1)", "(a, )"] {
        assert!(refusal::<(String, u8)>(empty).ends_with("a part is empty, and an empty text is `\"\"`"));
    }
    for wrong in [r#"""#, r#""a"#, r#""\x""#, r#""\u12""#, r#""\ud800""#, r#""\u+123""#, r#""\"#] {
        assert_eq!(refusal::<String>(wrong), "text: a quote has no end or an unknown escape", "{wrong}");
    }
    assert_eq!(refusal::<[u8; 2]>("0xabc"), "byte array: it is not an even number of hex digits");
    assert_eq!(refusal::<[u8; 2]>("abc"), "byte array: its length differs");
    assert_eq!(refusal::<bool>("True"), ["bool: ", FORM].concat());
    assert_eq!(refusal::<Option<Option<u8>>>("7"), "Option: a parenthesis, a comma or a colon is missing");
}

#[test]
fn a_uuid_has_hyphens() {
    let text = "67e55044-10b1-426f-9247-bb680e5fe0c8";
    let bytes = KeyShape::Uuid.parse(text).unwrap();
    assert_eq!(KeyShape::Uuid.describe(&bytes), text);
    assert_eq!(hex::encode(&bytes), text.replace('-', ""));
    assert_eq!(KeyShape::Uuid.parse(&hex::encode(&bytes)).unwrap(), bytes);
    for wrong in ["67e55044", "67e5504410b1-426f-9247-bb680e5fe0c8-", "67e55044-10b1-426f-9247-bb680e5fe0cg"]
    {
        assert_eq!(KeyShape::Uuid.parse(wrong).unwrap_err().code(), "InvalidKey");
    }
}

#[test]
fn a_timestamp_is_in_utc() {
    for (seconds, nanoseconds, text) in [
        (0, 0_u32, "1970-01-01T00:00:00Z"),
        (-1, 500_000_000, "1969-12-31T23:59:59.5Z"),
        (951_782_400, 1, "2000-02-29T00:00:00.000000001Z"),
        (951_868_799, 120_000, "2000-02-29T23:59:59.00012Z"),
        (4_107_542_400, 0, "2100-03-01T00:00:00Z"),
        (1_793_872_800, 0, "2026-11-05T10:00:00Z"),
        (-62_167_219_200, 0, "0000-01-01T00:00:00Z"),
        (253_402_300_799, 999_999_999, "9999-12-31T23:59:59.999999999Z"),
        (-62_167_219_201, 0, "@-62167219201"),
        (253_402_300_800, 5, "@253402300800+5"),
        (i64::MIN, 0, "@-9223372036854775808"),
        (i64::MAX, 999_999_999, "@9223372036854775807+999999999"),
        (1_483_228_799, 1_500_000_000, "@1483228799+1500000000"),
    ] {
        let bytes = (seconds, nanoseconds).encode().into_owned();
        assert_eq!(KeyShape::Timestamp.describe(&bytes), text);
        assert_eq!(KeyShape::Timestamp.parse(text).unwrap(), bytes, "{text}");
    }
    for wrong in [
        "2026-02-29T00:00:00Z",
        "2026-13-01T00:00:00Z",
        "2026-00-01T00:00:00Z",
        "2026-01-00T00:00:00Z",
        "2026-01-01T24:00:00Z",
        "2026-01-01T00:60:00Z",
        "2026-01-01T00:00:60Z",
        "2026-01-01T00:00:00",
        "2026-01-01T00:00:00.Z",
        "2026-01-01T00:00:00.0000000000Z",
        "2026-01-01T00:00Z",
        "2026-1-01T00:00:00Z",
        "2026-01-01-01T00:00:00Z",
        "2026-01-01T+1:00:00Z",
        "@",
        "@1+2000000000",
        "@1+-1",
        "now",
    ] {
        assert!(KeyShape::Timestamp.parse(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn values_of_no_key_are_refused() {
    let refusal = |shape: &KeyShape, value: &KeyValue| shape.encode(value).unwrap_err().to_string();
    let start = |error: String| String::from(error.split_once("; check").unwrap().0);
    for (shape, value, words) in [
        (KeyShape::U8, KeyValue::Unsigned(256), "key `256` is not a u8: it is out of range"),
        (KeyShape::I64, KeyValue::Signed(i128::MIN), "it is out of range"),
        (KeyShape::U8, KeyValue::Signed(1), "key `1` is not a u8: the value has another type"),
        (KeyShape::Text, KeyValue::Bytes(b"a".to_vec()), "key `a` is not a text: the value has another type"),
        (KeyShape::Uuid, KeyValue::Bytes(b"a".to_vec()), "key `a` is not a uuid: its length differs"),
        (
            KeyShape::Timestamp,
            KeyValue::Timestamp { seconds: 0, nanoseconds: 2_000_000_000 },
            "key `timestamp` is not a timestamp: no type has such a time",
        ),
        (
            <(u8, u8)>::shape(),
            KeyValue::Parts([KeyValue::Unsigned(1)].into()),
            "key `parts` is not a composite key: the number of parts differs",
        ),
        (
            UserRowId::shape(),
            KeyValue::Parts([].into()),
            "is not a pair with a colon: the value has another type",
        ),
        (
            Role::shape(),
            KeyValue::Variant { name: "Owner".into(), parts: [].into() },
            "key `Owner` is not a variant: it has no such variant",
        ),
    ] {
        let error = start(refusal(&shape, &value));
        assert!(error.ends_with(words), "{error}");
    }
}
