//! The laws of keys, each a function that is generic over the key type.

use std::cmp::Ordering;

use keyloft::StorageKey;
use keyloft::key::KeyShape;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseResult, TestRunner};

use crate::hostile::{Edit, Hostile, bytes};
use crate::shapes::round_trip as round_trip_by_shape;

const CASES: u32 = 256;

/// Checks `law` with values of the strategy, and panics with the smallest value that breaks it.
pub(crate) fn holds<S: Strategy>(strategy: S, law: impl Fn(S::Value) -> TestCaseResult) {
    let config = Config { cases: CASES, failure_persistence: None, ..Config::default() };
    if let Err(broken) = TestRunner::new(config).run(&strategy, law) {
        panic!("{broken}");
    }
}

/// A key is decoded from its bytes, alone and as a part that other bytes follow.
pub(crate) fn round_trip<K: Hostile>() {
    holds((K::hostile(), bytes()), |(key, rest)| {
        prop_assert_eq!(K::decode(&key.encode()).unwrap(), key.clone());

        let mut written = b"before".to_vec();
        key.encode_part(&mut written);
        written.extend_from_slice(&rest);
        let mut input = written.strip_prefix(b"before").unwrap();
        prop_assert_eq!(K::decode_part(&mut input).unwrap(), key);
        prop_assert_eq!(input, rest.as_slice());
        Ok(())
    });
}

/// Keys have the order of their bytes, and different keys have different bytes.
pub(crate) fn order<K: Hostile>() {
    holds(neighbours::<K>(), |(a, b)| {
        prop_assert_eq!(a.cmp(&b), a.encode().cmp(&b.encode()));
        prop_assert_eq!(a == b, a.encode() == b.encode());
        prop_assert_eq!(a.partial_cmp(&b), Some(a.cmp(&b)));
        Ok(())
    });
}

/// Self-delimiting forms have the order of the keys, whatever bytes follow.
pub(crate) fn order_of_parts<K: Hostile>() {
    holds((neighbours::<K>(), bytes(), bytes()), |((a, b), after_a, after_b)| {
        let written = |key: &K, after: &[u8]| {
            let mut out = Vec::new();
            key.encode_part(&mut out);
            out.extend_from_slice(after);
            out
        };
        prop_assert_eq!(written(&a, b"") == written(&b, b""), a == b);
        let expected = a.cmp(&b).then(after_a.cmp(&after_b));
        prop_assert_eq!(written(&a, &after_a).cmp(&written(&b, &after_b)), expected);
        Ok(())
    });
}

/// All bytes are either the only form of a key or refused, and nothing panics.
pub(crate) fn strictness<K: Hostile>() {
    let nearly = (K::hostile(), Edit::any(), any::<bool>()).prop_map(|(key, edit, part)| {
        let mut written = Vec::new();
        if part {
            key.encode_part(&mut written);
        } else {
            written.extend_from_slice(&key.encode());
        }
        edit.apply(&mut written);
        written
    });
    holds(prop_oneof![bytes(), prop::collection::vec(any::<u8>(), 0..40), nearly], |input| {
        match K::decode(&input) {
            Ok(key) => prop_assert_eq!(&*key.encode(), input.as_slice()),
            Err(error) => prop_assert_eq!(error.code(), "InvalidKey"),
        }
        let mut rest = input.as_slice();
        match K::decode_part(&mut rest) {
            Ok(key) => {
                let mut written = Vec::new();
                key.encode_part(&mut written);
                written.extend_from_slice(rest);
                prop_assert_eq!(written, input);
            }
            Err(error) => prop_assert_eq!(error.code(), "InvalidKey"),
        }
        Ok(())
    });
}

/// The shape of a key type accepts the bytes of its keys and no other, and its values and texts have these bytes.
pub(crate) fn shape<K: Hostile>() {
    let keys = K::hostile().prop_map(|key| key.encode().into_owned());
    shape_of_bytes(&K::shape(), keys.boxed(), |bytes| K::decode(bytes).is_ok());
}

fn shape_of_bytes(shape: &KeyShape, keys: BoxedStrategy<Vec<u8>>, is_key: fn(&[u8]) -> bool) {
    // The types of timestamps have different times.
    let is_common = shape.to_string().contains("timestamp");
    let nearly = (keys.clone(), Edit::any()).prop_map(|(mut bytes, edit)| {
        edit.apply(&mut bytes);
        bytes
    });
    let arbitrary = prop_oneof![bytes(), prop::collection::vec(any::<u8>(), 0..40)];
    holds(prop_oneof![keys, nearly, arbitrary], |bytes| {
        let is_accepted = shape.check(&bytes).is_ok();
        if !is_common || !is_accepted {
            prop_assert_eq!(is_accepted, is_key(&bytes));
        }
        round_trip_by_shape(shape, &bytes)
    });
}

/// Generates two keys, which are often equal or differ in one byte.
pub(crate) fn neighbours<K: Hostile>() -> impl Strategy<Value = (K, K)> {
    let beside = (K::hostile(), Edit::any()).prop_map(|(key, edit)| {
        let mut written = key.encode().into_owned();
        edit.apply(&mut written);
        let beside = K::decode(&written).unwrap_or_else(|_| key.clone());
        (key, beside)
    });
    prop_oneof![(K::hostile(), K::hostile()), beside]
}

#[test]
fn a_key_that_breaks_the_order_is_found() {
    #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
    struct LittleEndian(u16);

    impl StorageKey for LittleEndian {
        fn encode(&self) -> keyloft::key::Encoded<'_> {
            self.0.to_le_bytes().to_vec().into()
        }

        fn decode(bytes: &[u8]) -> keyloft::Result<Self> {
            <[u8; 2]>::decode(bytes).map(|bytes| Self(u16::from_le_bytes(bytes)))
        }
    }

    impl Hostile for LittleEndian {
        fn hostile() -> BoxedStrategy<Self> {
            u16::hostile().prop_map(Self).boxed()
        }
    }

    round_trip::<LittleEndian>();
    strictness::<LittleEndian>();
    assert!(std::panic::catch_unwind(order::<LittleEndian>).is_err());
    assert_eq!(LittleEndian(1).cmp(&LittleEndian(256)), Ordering::Less);
}
