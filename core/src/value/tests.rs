//! The forms of envelopes, and the bytes that are refused.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use proptest::prelude::*;
use proptest::sample::Index;

use super::{Envelope, FORMAT, decode_payload, seal};
use crate::error::DecodeReason;

fn sealed(version: u32, entity: &impl serde::Serialize) -> Vec<u8> {
    let mut out = Vec::new();
    seal(version, entity, &mut out).unwrap();
    out
}

fn refusal(bytes: &[u8]) -> String {
    Envelope::open(bytes).unwrap_err().to_string()
}

/// Versions whose varints have every length.
fn versions() -> impl Strategy<Value = u32> {
    (any::<u32>(), 0_u32..32).prop_map(|(version, shift)| version >> shift)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn an_entity_is_decoded_equal(version in versions(), entity: (String, Vec<u8>, Option<i64>), before: Vec<u8>) {
        let mut bytes = before.clone();
        seal(version, &entity, &mut bytes).unwrap();
        let envelope = Envelope::open(bytes.strip_prefix(&before[..]).unwrap()).unwrap();
        prop_assert_eq!(envelope.version, version);
        prop_assert_eq!(decode_payload::<(String, Vec<u8>, Option<i64>)>(envelope.payload).unwrap(), entity);
    }

    #[test]
    fn bytes_are_refused_or_the_only_form_of_an_envelope(mut bytes: Vec<u8>, known: bool) {
        if let Some(format) = bytes.first_mut().filter(|_| known) {
            *format = FORMAT;
        }
        if let Ok(envelope) = Envelope::open(&bytes) {
            let mut again = sealed(envelope.version, &());
            again.extend_from_slice(envelope.payload);
            prop_assert_eq!(again, bytes);
        }
    }

    #[test]
    fn a_truncated_value_is_refused(version in versions(), entity: (u8, String, u32), at: Index) {
        let bytes = sealed(version, &entity);
        let cut = &bytes[..at.index(bytes.len())];
        let decoded = Envelope::open(cut).and_then(|envelope| decode_payload::<(u8, String, u32)>(envelope.payload));
        prop_assert!(decoded.is_err());
    }

    #[test]
    fn a_value_with_trailing_bytes_is_refused(entity: (u8, String), more in prop::collection::vec(any::<u8>(), 1..9)) {
        let mut bytes = sealed(1, &entity);
        bytes.extend_from_slice(&more);
        let decoded = decode_payload::<(u8, String)>(Envelope::open(&bytes).unwrap().payload);
        let Err(DecodeReason::TrailingBytes(len)) = decoded else {
            return Err(TestCaseError::fail("not refused"));
        };
        prop_assert_eq!(len, more.len());
    }
}

#[test]
fn versions_have_these_bytes() {
    assert_eq!(sealed(0, &()), [1, 0]);
    assert_eq!(sealed(127, &()), [1, 127]);
    assert_eq!(sealed(128, &()), [1, 0x80, 1]);
    assert_eq!(sealed(16_384, &()), [1, 0x80, 0x80, 1]);
    assert_eq!(sealed(u32::MAX, &()), [1, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F]);
}

#[test]
fn other_forms_of_a_version_are_refused() {
    let not_a_number = "its schema version is malformed";
    assert_eq!(refusal(&[1, 0x80, 0]), not_a_number);
    assert_eq!(refusal(&[1, 0xFF, 0x80, 0]), not_a_number);
    assert_eq!(refusal(&[1, 0x81, 0x80, 0x80, 0x80, 0]), not_a_number);
    assert_eq!(refusal(&[1, 0x80, 0, 0x80]), not_a_number);
    assert_eq!(refusal(&[1, 0xFF, 0xFF, 0xFF, 0xFF, 0x10]), not_a_number);
    assert_eq!(refusal(&[1, 0x80, 0x80, 0x80, 0x80, 0x80, 1]), not_a_number);
    assert_eq!(refusal(&[1; 0]), "it ends inside the envelope");
    assert_eq!(refusal(&[1]), "it ends inside the envelope");
    assert_eq!(refusal(&[1, 0x80]), "it ends inside the envelope");
    assert_eq!(refusal(&[2, 1]), "its format byte is 0x02, this program knows 0x01");
}

#[test]
fn an_empty_payload_is_the_unit_only() {
    let bytes = sealed(1, &());
    decode_payload::<()>(Envelope::open(&bytes).unwrap().payload).unwrap();
    assert!(matches!(decode_payload::<u8>(&[]), Err(DecodeReason::Postcard(_))));
}

#[test]
fn a_failed_seal_leaves_nothing() {
    struct Refused;

    impl serde::Serialize for Refused {
        fn serialize<S: serde::Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
            Err(serde::ser::Error::custom("refused"))
        }
    }

    let mut out = Vec::from([7]);
    assert!(seal(1, &("begun", Refused), &mut out).is_err());
    assert!(out.is_empty());
}
