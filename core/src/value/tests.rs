//! The forms of envelopes, and the bytes that are refused.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use proptest::prelude::*;
use proptest::sample::Index;

use super::{Envelope, FORMAT, decode_payload, moved, seal, seal_payload};
use crate::backend::Partition;
use crate::checksum::checksum;
use crate::error::DecodeReason;

const KEY: &[u8] = b"key";

fn notes() -> Partition {
    Partition::from("notes")
}

fn sealed(version: u32, entity: &impl serde::Serialize) -> Vec<u8> {
    let mut out = Vec::new();
    seal(&notes(), KEY, version, entity, &mut out).unwrap();
    out
}

fn open(bytes: &[u8]) -> Result<Envelope<'_>, DecodeReason> {
    Envelope::open(&notes(), KEY, bytes)
}

/// Returns the format, the right checksum, and the content.
fn checked(content: &[u8]) -> Vec<u8> {
    [&[FORMAT][..], &checksum(notes().checksum(), KEY, content), content].concat()
}

fn refusal(bytes: &[u8]) -> String {
    open(bytes).unwrap_err().to_string()
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
        seal(&notes(), KEY, version, &entity, &mut bytes).unwrap();
        let envelope = open(bytes.strip_prefix(&before[..]).unwrap()).unwrap();
        prop_assert_eq!(envelope.version, version);
        prop_assert_eq!(decode_payload::<(String, Vec<u8>, Option<i64>)>(envelope.payload).unwrap(), entity);
    }

    #[test]
    fn bytes_are_refused_or_the_only_form_of_an_envelope(content: Vec<u8>) {
        let bytes = checked(&content);
        if let Ok(Envelope { version, payload }) = open(&bytes) {
            let mut again = Vec::new();
            seal_payload(&notes(), KEY, version, payload, &mut again);
            prop_assert_eq!(again, bytes);
        }
    }

    #[test]
    fn a_changed_byte_is_noticed(entity: (u8, String, u32), at: Index, change in 1_u8..) {
        let mut bytes = sealed(1, &entity);
        let at = at.index(bytes.len());
        bytes[at] ^= change;
        let is_noticed = match open(&bytes) {
            Err(DecodeReason::UnknownFormat(_)) => at == 0,
            Err(DecodeReason::WrongChecksum) => at > 0,
            _ => false,
        };
        prop_assert!(is_noticed);
    }

    #[test]
    fn a_value_opens_under_its_own_key_alone(entity: (u8, String), key: Vec<u8>, to: Vec<u8>) {
        let bytes = sealed(1, &entity);
        let is_own = |place: (&Partition, &[u8]), bytes| Envelope::open(place.0, place.1, bytes).is_ok();
        prop_assert_eq!(is_own((&notes(), &key), &bytes), key == KEY);
        prop_assert!(!is_own((&Partition::from("note"), KEY), &bytes));
        let there = moved(&notes(), KEY, &bytes, &to).unwrap();
        prop_assert!(is_own((&notes(), &to), &there));
        prop_assert_eq!(is_own((&notes(), KEY), &there), to == KEY);
        prop_assert!(moved(&notes(), b"other", &bytes, &to).is_err());
    }

    #[test]
    fn a_table_has_the_same_checksums_in_every_scope(entity: (u8, String)) {
        let bytes = sealed(1, &entity);
        for partition in ["@acme/notes", "@a%2Fb/@acme/notes"] {
            prop_assert!(Envelope::open(&Partition::from_stored(partition), KEY, &bytes).is_ok());
        }
        for partition in ["@notes", "acme/notes", "@acme/%notes", "#x:notes"] {
            prop_assert!(Envelope::open(&Partition::from_stored(partition), KEY, &bytes).is_err());
        }
    }

    #[test]
    fn a_truncated_value_is_refused(version in versions(), entity: (u8, String, u32), at: Index) {
        let bytes = sealed(version, &entity);
        let cut = &bytes[..at.index(bytes.len())];
        let decoded = open(cut).and_then(|envelope| decode_payload::<(u8, String, u32)>(envelope.payload));
        prop_assert!(decoded.is_err());
    }

    #[test]
    fn a_value_with_trailing_bytes_is_refused(entity: (u8, String), more in prop::collection::vec(any::<u8>(), 1..9)) {
        let mut payload = open(&sealed(1, &entity)).unwrap().payload.to_vec();
        payload.extend_from_slice(&more);
        let decoded = decode_payload::<(u8, String)>(&payload);
        let Err(DecodeReason::TrailingBytes(len)) = decoded else {
            return Err(TestCaseError::fail("not refused"));
        };
        prop_assert_eq!(len, more.len());
    }
}

#[test]
fn versions_have_these_bytes() {
    let content = |version| sealed(version, &()).split_off(5);
    assert_eq!(content(0), [0]);
    assert_eq!(content(127), [127]);
    assert_eq!(content(128), [0x80, 1]);
    assert_eq!(content(16_384), [0x80, 0x80, 1]);
    assert_eq!(content(u32::MAX), [0xFF, 0xFF, 0xFF, 0xFF, 0x0F]);
}

#[test]
fn other_forms_of_a_version_are_refused() {
    let of = |content: &[u8]| refusal(&checked(content));
    let not_a_number = "its schema version is malformed";
    assert_eq!(of(&[0x80, 0]), not_a_number);
    assert_eq!(of(&[0xFF, 0x80, 0]), not_a_number);
    assert_eq!(of(&[0x81, 0x80, 0x80, 0x80, 0]), not_a_number);
    assert_eq!(of(&[0x80, 0, 0x80]), not_a_number);
    assert_eq!(of(&[0xFF, 0xFF, 0xFF, 0xFF, 0x10]), not_a_number);
    assert_eq!(of(&[0x80, 0x80, 0x80, 0x80, 0x80, 1]), not_a_number);
    let too_short = "it ends inside the envelope";
    assert_eq!(of(&[]), too_short);
    assert_eq!(of(&[0x80]), too_short);
    assert_eq!(refusal(&[]), too_short);
    assert_eq!(refusal(&[1, 7, 7, 7]), too_short);
    assert_eq!(refusal(&[2, 1]), "its format byte is 0x02, this program knows 0x01");
}

#[test]
fn an_empty_payload_is_the_unit_only() {
    let bytes = sealed(1, &());
    decode_payload::<()>(open(&bytes).unwrap().payload).unwrap();
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
    assert!(seal(&notes(), KEY, 1, &("begun", Refused), &mut out).is_err());
    assert!(out.is_empty());
}
