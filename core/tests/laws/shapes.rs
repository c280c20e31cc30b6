//! The shapes of keys: those of derived types, and random ones with random keys.

use std::cmp::Reverse;

use keyloft::key::{KeyPart, KeyShape, KeyValue, KeyVariant};
use keyloft::{StorageKey, TotalF32, TotalF64};
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::TestCaseResult;

use crate::derived::*;
use crate::hostile::{Edit, Hostile, bytes, text};
use crate::law;

/// Bytes that a shape accepts are those of their value and of their text. Other bytes have a text that is no key.
pub(crate) fn round_trip(shape: &KeyShape, bytes: &[u8]) -> TestCaseResult {
    let text = shape.describe(bytes);
    match shape.decode(bytes) {
        Ok(value) => {
            prop_assert_eq!(shape.encode(&value).unwrap(), bytes);
            prop_assert_eq!(shape.parse(&text).unwrap(), bytes, "{}", text);
            prop_assert_eq!(shape.parse(&format!(" {text} ")).unwrap(), bytes, "{}", text);
        }
        Err(error) => {
            prop_assert_eq!(error.code(), "InvalidKey");
            prop_assert!(text.starts_with("0x") && text.contains(" (not a "), "{}", text);
        }
    }
    Ok(())
}

/// Generates texts that look like other parts of a key's text.
fn tricky_text() -> impl Strategy<Value = String> {
    let alphabet = ['"', '\\', '(', ')', ',', ' ', ':', '%', '\n', '\u{85}', 'a', 'é', '0', 'x'];
    let short = prop::collection::vec(select(alphabet.to_vec()), 0..5).prop_map(String::from_iter);
    let words = select(["None", "Some(a)", "()", "0x", "0xff", "0xzz", "NaN", "true", "A"].as_slice());
    prop_oneof![3 => short, 2 => words.prop_map(String::from), 2 => text()]
}

/// Generates shapes of every kind, nested in each other.
fn shapes() -> impl Strategy<Value = KeyShape> {
    let plain = [
        KeyShape::Unit,
        KeyShape::Bool,
        KeyShape::U8,
        KeyShape::U16,
        KeyShape::U64,
        KeyShape::U128,
        KeyShape::I8,
        KeyShape::I32,
        KeyShape::I64,
        KeyShape::I128,
        KeyShape::F32,
        KeyShape::F64,
        KeyShape::Text,
        KeyShape::Text,
        KeyShape::Bytes,
        KeyShape::Bytes,
        KeyShape::Array(0),
        KeyShape::Array(4),
        KeyShape::Uuid,
        KeyShape::Timestamp,
    ];
    select(plain.to_vec()).prop_recursive(4, 12, 4, |inner| {
        let part =
            (prop::option::of("[a-c]"), inner.clone()).prop_map(|(name, shape)| KeyPart { name, shape });
        let parts = prop::collection::vec(part.clone(), 0..4);
        let variants = prop::collection::vec((any::<u8>(), parts.clone()), 1..4).prop_map(|variants| {
            let names = ["None", "Some", "A"].map(String::from);
            let mut variants: Vec<_> = variants
                .into_iter()
                .zip(names)
                .map(|((number, parts), name)| KeyVariant { name, number, parts })
                .collect();
            variants.sort_by_key(|variant| variant.number);
            variants.dedup_by_key(|variant| variant.number);
            variants
        });
        prop_oneof![
            inner.clone().prop_map(|inner| KeyShape::Option(inner.into())),
            inner.prop_map(|inner| KeyShape::Reverse(inner.into())),
            parts.prop_map(KeyShape::Parts),
            variants.prop_map(KeyShape::Enum),
            part.prop_map(|right| KeyShape::Joined { left: "left".into(), right: right.into() }),
        ]
    })
}

/// Generates keys of a shape.
fn values(shape: &KeyShape) -> BoxedStrategy<KeyValue> {
    match shape {
        KeyShape::Unit => Just(KeyValue::Unit).boxed(),
        KeyShape::Bool => any::<bool>().prop_map(KeyValue::Bool).boxed(),
        KeyShape::U8 => u8::hostile().prop_map(|number| KeyValue::Unsigned(number.into())).boxed(),
        KeyShape::U16 => u16::hostile().prop_map(|number| KeyValue::Unsigned(number.into())).boxed(),
        KeyShape::U64 => u64::hostile().prop_map(|number| KeyValue::Unsigned(number.into())).boxed(),
        KeyShape::U128 => u128::hostile().prop_map(KeyValue::Unsigned).boxed(),
        KeyShape::I8 => i8::hostile().prop_map(|number| KeyValue::Signed(number.into())).boxed(),
        KeyShape::I32 => i32::hostile().prop_map(|number| KeyValue::Signed(number.into())).boxed(),
        KeyShape::I64 => i64::hostile().prop_map(|number| KeyValue::Signed(number.into())).boxed(),
        KeyShape::I128 => i128::hostile().prop_map(KeyValue::Signed).boxed(),
        KeyShape::F32 => TotalF32::hostile().prop_map(KeyValue::F32).boxed(),
        KeyShape::F64 => TotalF64::hostile().prop_map(KeyValue::F64).boxed(),
        KeyShape::Text => tricky_text().prop_map(KeyValue::Text).boxed(),
        KeyShape::Bytes => {
            let texts = tricky_text().prop_map(String::into_bytes);
            prop_oneof![texts, bytes()].prop_map(KeyValue::Bytes).boxed()
        }
        KeyShape::Array(4) => {
            let looks = select(vec![*b"None", *b"0xff", *b"\"\"\"\"", *b"a, b"]);
            prop_oneof![looks, any::<[u8; 4]>()].prop_map(|bytes| KeyValue::Bytes(bytes.into())).boxed()
        }
        KeyShape::Array(_) => Just(KeyValue::Bytes(Vec::new())).boxed(),
        KeyShape::Uuid => any::<[u8; 16]>().prop_map(|bytes| KeyValue::Bytes(bytes.into())).boxed(),
        KeyShape::Timestamp => {
            let edges = select(vec![
                i64::MIN,
                -62_167_219_201,
                -62_167_219_200,
                -1,
                0,
                253_402_300_799,
                253_402_300_800,
            ]);
            let seconds = prop_oneof![edges, -62_167_219_200_i64..253_402_300_800, any::<i64>()];
            let nanoseconds = prop_oneof![Just(0), Just(500_000_000), 0_u32..2_000_000_000];
            let timestamp = |(seconds, nanoseconds)| KeyValue::Timestamp { seconds, nanoseconds };
            (seconds, nanoseconds).prop_map(timestamp).boxed()
        }
        KeyShape::Option(inner) => {
            prop_oneof![Just(KeyValue::None), values(inner).prop_map(|value| KeyValue::Some(value.into()))]
                .boxed()
        }
        KeyShape::Reverse(inner) => values(inner),
        KeyShape::Parts(parts) => values_of(parts).prop_map(KeyValue::Parts).boxed(),
        KeyShape::Enum(variants) => {
            let of = |variant: &KeyVariant| {
                let name = variant.name.clone();
                values_of(&variant.parts)
                    .prop_map(move |parts| KeyValue::Variant { name: name.clone(), parts })
                    .boxed()
            };
            proptest::strategy::Union::new(variants.iter().map(of)).boxed()
        }
        KeyShape::Joined { right, .. } => (tricky_text(), values(&right.shape))
            .prop_map(|(left, right)| KeyValue::Parts(vec![KeyValue::Text(left), right]))
            .boxed(),
        other => panic!("no keys of {other}"),
    }
}

fn values_of(parts: &[KeyPart]) -> BoxedStrategy<Vec<KeyValue>> {
    parts.iter().map(|part| values(&part.shape)).collect::<Vec<_>>().boxed()
}

fn shapes_and_values() -> impl Strategy<Value = (KeyShape, KeyValue)> {
    shapes().prop_flat_map(|shape| (Just(shape.clone()), values(&shape)))
}

#[test]
fn keys_of_random_shapes_are_read_back() {
    law::holds((shapes_and_values(), Edit::any()), |((shape, value), edit)| {
        let mut bytes = shape.encode(&value).unwrap();
        prop_assert_eq!(shape.decode(&bytes).unwrap(), value);
        round_trip(&shape, &bytes)?;
        edit.apply(&mut bytes);
        round_trip(&shape, &bytes)
    });
}

#[test]
fn texts_of_random_shapes_are_read_or_refused() {
    law::holds((shapes_and_values(), Edit::any()), |((shape, value), edit)| {
        let mut text = shape.describe(&shape.encode(&value).unwrap()).into_bytes();
        edit.apply(&mut text);
        match shape.parse(&String::from_utf8_lossy(&text)) {
            Ok(bytes) => round_trip(&shape, &bytes),
            Err(error) => {
                prop_assert_eq!(error.code(), "InvalidKey");
                Ok(())
            }
        }
    });
}

#[test]
fn a_value_of_another_shape_is_read_back_or_refused() {
    law::holds((shapes_and_values(), shapes()), |((_, value), shape)| {
        match shape.encode(&value) {
            Ok(bytes) => prop_assert_eq!(shape.decode(&bytes).unwrap(), value),
            Err(error) => prop_assert_eq!(error.code(), "InvalidKey"),
        }
        Ok(())
    });
}

#[test]
fn a_prefix_by_shape_is_that_of_the_type() {
    law::holds((text(), i64::hostile(), bytes()), |(text, number, bytes)| {
        let left = [KeyValue::Text(text.clone()), KeyValue::Signed(number.into())];
        let shape = <(String, i64, Vec<u8>)>::shape();
        let of_type = keyloft::Prefix::<(String, i64, Vec<u8>)>::of((&text, &number));
        prop_assert_eq!(shape.prefix(&left).unwrap(), of_type.as_bytes());
        let of_user = keyloft::UserRowId::prefix(&text);
        prop_assert_eq!(keyloft::UserRowId::shape().prefix(&left[..1]).unwrap(), of_user.as_bytes());
        prop_assert_eq!(shape.prefix(&[]).unwrap(), b"");
        let whole = [left.as_slice(), &[KeyValue::Bytes(bytes)]].concat();
        prop_assert!(shape.prefix(&whole).is_err() && keyloft::UserRowId::shape().prefix(&left).is_err());
        Ok(())
    });
}

#[track_caller]
fn is<K: StorageKey>(words: &str) {
    assert_eq!(K::shape().to_string(), words);
}

#[test]
fn the_derive_describes_fields_and_variants() {
    is::<DeviceId>("text");
    is::<Serial>("i64");
    is::<Mine>("(user_id: text):(row_id: bytes)");
    is::<Pair>("(text, i16)");
    is::<Named>("text");
    is::<Cell>("((namespace_id: text):(table_name: text), bytes, u8)");
    is::<Reading>("(device: text, at: i64)");
    is::<Deep>("(reading: (device: text, at: i64), pair: (text, i16), user: text)");
    is::<NewestFirst>("(user: optional text, at: descending i64, note: descending text)");
    is::<Color>("one of Red = 0, Green = 1, Blue = 2");
    is::<Level>("one of High = 255, Low = 16, Middle = 17");
    is::<Owner>(
        "one of Nobody = 0, User = 1 (text), Pair = 7 (text, bytes), Row = 8 (rest: (user_id: text):(row_id: bytes), \
         input: optional text, out: descending text), Nothing = 9, Color = 10 (one of Red = 0, Green = 1, Blue = 2)",
    );
}

#[test]
fn a_raw_name_is_that_of_the_field() {
    #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, StorageKey)]
    struct Raw {
        r#type: u8,
        at: Reverse<i64>,
    }
    #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, StorageKey)]
    enum RawVariant {
        r#Type,
    }

    is::<Raw>("(type: u8, at: descending i64)");
    is::<RawVariant>("one of Type = 0");
}

#[test]
fn a_key_by_hand_has_no_shape() {
    #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
    struct ByHand(u8);

    impl StorageKey for ByHand {
        fn encode(&self) -> keyloft::key::Encoded<'_> {
            vec![self.0].into()
        }

        fn decode(bytes: &[u8]) -> keyloft::Result<Self> {
            u8::decode(bytes).map(Self)
        }
    }

    assert_eq!(ByHand::shape(), KeyShape::Unknown);
    is::<(ByHand, u8)>("(unknown, u8)");
    let shape = <(ByHand, u8)>::shape();
    assert_eq!(shape.decode(&[1, 2]).unwrap(), KeyValue::Bytes(vec![1, 2]));
    assert_eq!((shape.describe(&[1, 2]), shape.parse("0x0102").unwrap()), ("0x0102".into(), vec![1, 2]));
}
