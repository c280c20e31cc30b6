//! The forms of ids in postcard, the format of entities, and in JSON.

use std::collections::BTreeMap;
use std::fmt::Debug;

use keyloft::prelude::*;
use keyloft::{TotalF32, TotalF64};
use proptest::prop_assert_eq;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::hostile::Hostile;
use crate::law::holds;

fn is_read_back<T: Hostile + Serialize + DeserializeOwned + Debug>() {
    holds(T::hostile(), |id| {
        let json = serde_json::to_string(&id).unwrap();
        prop_assert_eq!(&serde_json::from_str::<T>(&json).unwrap(), &id);
        let tree = serde_json::to_value(&id).unwrap();
        prop_assert_eq!(&serde_json::from_value::<T>(tree).unwrap(), &id);
        prop_assert_eq!(&serde_json::from_reader::<_, T>(json.as_bytes()).unwrap(), &id);

        let binary = postcard::to_allocvec(&id).unwrap();
        let (back, rest) = postcard::take_from_bytes::<T>(&binary).unwrap();
        prop_assert_eq!(back, id);
        prop_assert_eq!(rest, b"");
        Ok(())
    });
}

fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap()
}

#[test]
fn every_id_is_read_back_from_json_and_postcard() {
    is_read_back::<UserId>();
    is_read_back::<NamespaceId>();
    is_read_back::<StorageId>();
    is_read_back::<TableName>();
    is_read_back::<JobId>();
    is_read_back::<LiveQueryId>();
    is_read_back::<UserName>();
    is_read_back::<RowId>();
    is_read_back::<UserRowId>();
    is_read_back::<TableId>();
}

#[test]
fn a_float_has_the_form_of_its_number() {
    assert_eq!(json(&TotalF64(-1.5)), "-1.5");
    assert_eq!(postcard::to_allocvec(&TotalF32(1.0)), postcard::to_allocvec(&1.0_f32));
    holds(TotalF64::hostile(), |key| {
        let binary = postcard::to_allocvec(&key).unwrap();
        prop_assert_eq!(postcard::from_bytes::<TotalF64>(&binary).unwrap(), key);
        Ok(())
    });
}

#[test]
fn ids_have_these_forms() {
    assert_eq!(json(&UserId::new("did:a")), r#""did:a""#);
    assert_eq!(json(&RowId::from_string("row")), r#""726f77""#);
    assert_eq!(json(&UserRowId::from_strings("u", "row")), r#"{"user_id":"u","row_id":"726f77"}"#);
    assert_eq!(json(&TableId::from_strings("n:s", "t")), r#"{"namespace_id":"n:s","table_name":"t"}"#);
    assert_eq!(json(&BTreeMap::from([(JobId::new("j"), 1)])), r#"{"j":1}"#);

    assert_eq!(postcard::to_allocvec(&UserId::new("ab")).unwrap(), b"\x02ab");
    assert_eq!(postcard::to_allocvec(&RowId::new([0xFF])).unwrap(), b"\x01\xff");
    assert_eq!(postcard::to_allocvec(&UserRowId::from_strings("u", "row")).unwrap(), b"\x01u\x03row");
    assert_eq!(postcard::to_allocvec(&TableId::from_strings("n", "t")).unwrap(), b"\x01n\x01t");
}

#[test]
fn a_row_id_in_json_is_hex_or_refused() {
    assert_eq!(serde_json::from_str::<RowId>(r#""FF00""#).unwrap(), RowId::new([0xFF, 0x00]));
    for wrong in [r#""fff""#, r#""row""#, "[255]", "255", "null"] {
        assert!(serde_json::from_str::<RowId>(wrong).is_err(), "{wrong}");
    }
}
