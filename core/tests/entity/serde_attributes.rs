//! Serde's attributes with postcard: the reasons why the derives refuse or accept each.
//!
//! The types here don't derive `Shape`, which would refuse them.

use std::fmt::Debug;

use keyloft::value::decode_payload;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// The result of storing a value and reading it.
#[derive(Debug, PartialEq)]
enum Fate<T> {
    Kept,
    Unwritable,
    Unreadable,
    ReadAs(T),
}

use Fate::{Kept, ReadAs, Unreadable, Unwritable};

fn fate<T: Serialize + DeserializeOwned + PartialEq>(value: &T) -> Fate<T> {
    let Ok(payload) = postcard::to_allocvec(value) else { return Unwritable };
    match decode_payload::<T>(&payload) {
        Ok(read) if read == *value => Kept,
        Ok(read) => ReadAs(read),
        Err(_) => Unreadable,
    }
}

macro_rules! types {
    ($($(#[$attribute:meta])* $name:ident $fields:tt)*) => {$(
        #[derive(Serialize, Deserialize, PartialEq, Debug, Default, Clone)]
        $(#[$attribute])*
        struct $name $fields
    )*};
}

macro_rules! enums {
    ($($(#[$attribute:meta])* $name:ident $variants:tt)*) => {$(
        #[derive(Serialize, Deserialize, PartialEq, Debug)]
        $(#[$attribute])*
        enum $name $variants
    )*};
}

const fn is_zero(number: &u8) -> bool {
    *number == 0
}

types! {
    SkipIf { #[serde(skip_serializing_if = "is_zero")] x: u8, w: Vec<u8> }
    SkipWrite { #[serde(skip_serializing, default)] x: u8, w: Vec<u8> }
    SkipRead { #[serde(skip_deserializing)] x: u8, w: Vec<u8> }
    Inner { a: u8 }
    Flat { x: u8, #[serde(flatten)] inner: Inner }
    #[serde(tag = "kind")] TaggedStruct { x: u8 }
    #[serde(from = "u16")] FromAlone { x: u8, y: u8 }
    #[serde(into = "u16")] IntoAlone { x: u8, y: u8 }
    Skip { #[serde(skip)] x: u8, w: Vec<u8> }
    SkipBoth { #[serde(skip_serializing, skip_deserializing)] x: u8, w: Vec<u8> }
    #[serde(default)] DefaultStruct { x: u8, y: u8 }
    #[serde(deny_unknown_fields, rename_all = "camelCase")] Names { #[serde(rename = "b", alias = "c", default)] a_a: u8 }
    #[serde(transparent)] Transparent { inner: Inner, #[serde(skip)] x: u8 }
    #[serde(from = "u16", into = "u16")] FromInto { x: u8, y: u8 }
}

enums! {
    #[serde(tag = "kind")] Internal { A { x: u8 }, B }
    #[serde(tag = "kind", content = "value")] Adjacent { A(u8), B }
    #[serde(untagged)] Untagged { A(u8), B(String) }
    OneUntagged { A(u8), #[serde(untagged)] B(String) }
    SkipBefore { A, #[serde(skip)] B, C(u8) }
    SkipLast { A, C(u8), #[serde(skip)] B }
    SkipReadLast { A, #[serde(skip_deserializing)] B }
    SkipWriteBefore { A, #[serde(skip_serializing)] B, C(u8) }
    Other { A, #[serde(other)] B }
    Newer { A, B, C, D(u8) }
    Renamed { #[serde(rename = "x", alias = "y")] A, #[serde(rename_all = "camelCase")] B { a_a: u8 } }
}

impl From<u16> for FromAlone {
    fn from(number: u16) -> Self {
        let [x, y] = number.to_be_bytes();
        Self { x, y }
    }
}

impl From<IntoAlone> for u16 {
    fn from(IntoAlone { x, y }: IntoAlone) -> Self {
        Self::from_be_bytes([x, y])
    }
}

impl From<u16> for FromInto {
    fn from(number: u16) -> Self {
        let [x, y] = number.to_be_bytes();
        Self { x, y }
    }
}

impl From<FromInto> for u16 {
    fn from(FromInto { x, y }: FromInto) -> Self {
        Self::from_be_bytes([x, y])
    }
}

#[test]
fn a_field_that_is_written_or_read_alone_shifts_the_others() {
    let w = vec![2, 7, 8];
    assert_eq!(fate(&SkipIf { x: 1, w: w.clone() }), Kept);
    assert_eq!(fate(&SkipIf { x: 0, w: w.clone() }), ReadAs(SkipIf { x: 3, w: vec![7, 8] }));
    assert_eq!(fate(&SkipWrite { x: 0, w: w.clone() }), ReadAs(SkipWrite { x: 3, w: vec![7, 8] }));
    assert_eq!(fate(&SkipRead { x: 0, w: w.clone() }), Unreadable);
    assert_eq!(fate(&SkipRead { x: 0, w: vec![] }), Unreadable);
    assert_eq!(fate(&Skip { x: 0, w: w.clone() }), Kept);
    assert_eq!(fate(&SkipBoth { x: 0, w }), Kept);
}

#[test]
fn names_are_not_stored() {
    assert_eq!(fate(&Flat { x: 1, inner: Inner { a: 2 } }), Unwritable);
    assert_eq!(fate(&TaggedStruct { x: 1 }), Unreadable);
    assert_eq!(fate(&Internal::A { x: 1 }), Unreadable);
    assert_eq!(fate(&Internal::B), Unreadable);
    assert_eq!(fate(&Adjacent::A(1)), Unreadable);
    assert_eq!(fate(&Adjacent::B), Unreadable);
    assert_eq!(fate(&Untagged::A(1)), Unreadable);
    assert_eq!(fate(&Untagged::B("b".into())), Unreadable);
    assert_eq!(fate(&OneUntagged::A(1)), Unreadable);
    assert_eq!(fate(&OneUntagged::B("b".into())), Unreadable);
}

#[test]
fn a_skipped_variant_is_counted_in_writes_alone() {
    assert_eq!(fate(&SkipBefore::A), Kept);
    assert_eq!(fate(&SkipBefore::B), Unwritable);
    assert_eq!(fate(&SkipBefore::C(3)), Unreadable);
    assert_eq!(fate(&SkipLast::A), Kept);
    assert_eq!(fate(&SkipLast::B), Unwritable);
    assert_eq!(fate(&SkipLast::C(3)), Kept);
    assert_eq!(fate(&SkipReadLast::A), Kept);
    assert_eq!(fate(&SkipReadLast::B), Unreadable);
    assert_eq!(fate(&SkipWriteBefore::A), Kept);
    assert_eq!(fate(&SkipWriteBefore::B), Unwritable);
    assert_eq!(fate(&SkipWriteBefore::C(3)), Kept);
}

#[test]
fn other_reads_newer_variants_and_their_fields_as_other_data() {
    assert_eq!([fate(&Other::A), fate(&Other::B)], [Kept, Kept]);
    let read = |newer: &(Newer, Vec<u8>)| {
        decode_payload::<(Other, Vec<u8>)>(&postcard::to_allocvec(newer).unwrap()).unwrap()
    };
    assert_eq!(read(&(Newer::C, vec![7])), (Other::B, vec![7]));
    assert_eq!(read(&(Newer::D(2), vec![7])), (Other::B, vec![1, 7]));
    assert!(decode_payload::<Newer>(&[4]).is_err());
}

#[test]
fn a_conversion_in_one_direction_reads_another_type_than_it_stores() {
    assert_ne!(fate(&FromAlone { x: 1, y: 2 }), Kept);
    assert_ne!(fate(&IntoAlone { x: 1, y: 2 }), Kept);
    assert_eq!(fate(&FromInto { x: 1, y: 2 }), Kept);
}

#[test]
fn the_other_attributes_change_nothing_that_is_stored() {
    assert_eq!(fate(&DefaultStruct { x: 1, y: 2 }), Kept);
    assert_eq!(fate(&Names { a_a: 1 }), Kept);
    assert_eq!(fate(&Transparent { inner: Inner { a: 1 }, x: 0 }), Kept);
    assert_eq!([fate(&Renamed::A), fate(&Renamed::B { a_a: 1 })], [Kept, Kept]);
}
