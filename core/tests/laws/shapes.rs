//! The shapes of derived key types.

use std::cmp::Reverse;

use keyloft::StorageKey;
use keyloft::key::KeyShape;

use crate::derived::*;

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
}
