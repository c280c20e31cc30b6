//! Generators of keys that are likely to break an encoding.

use std::cmp::Reverse;

use keyloft::prelude::*;
use keyloft::{TotalF32, TotalF64};
use proptest::prelude::*;
use proptest::sample::{Index, select};

/// A key type with a generator of values that nearly collide.
pub(crate) trait Hostile: StorageKey {
    fn hostile() -> BoxedStrategy<Self>;
}

/// Generates text of the characters that have a meaning in an encoding, and of the lowest and highest ones.
pub(crate) fn text() -> impl Strategy<Value = String> {
    let alphabet = [':', '%', '2', '5', '3', 'A', 'a', '\0', '\u{1}', 'é', char::MAX];
    let short = prop::collection::vec(select(alphabet.to_vec()), 0..6);
    prop_oneof![4 => short.prop_map(String::from_iter), 1 => any::<String>()]
}

/// Generates bytes that have a meaning in an encoding, and the lowest and highest ones.
pub(crate) fn bytes() -> impl Strategy<Value = Vec<u8>> {
    let alphabet = [b':', b'%', b'2', b'5', b'3', b'A', b'a', 0x00, 0x01, 0xFE, 0xFF];
    let short = prop::collection::vec(select(alphabet.to_vec()), 0..6);
    prop_oneof![4 => short, 1 => prop::collection::vec(any::<u8>(), 0..24)]
}

/// A change, insertion or removal of one byte.
#[derive(Clone, Debug)]
pub(crate) enum Edit {
    Change(Index, u8),
    Insert(Index, u8),
    Remove(Index),
}

impl Edit {
    pub(crate) fn any() -> impl Strategy<Value = Self> {
        let byte =
            || select([0x00, 0x01, 0x02, b'%', b':', b'2', b'3', b'A', b'a', 0x7F, 0x80, 0xFF].as_slice());
        prop_oneof![
            (any::<Index>(), byte()).prop_map(|(place, byte)| Self::Change(place, byte)),
            (any::<Index>(), byte()).prop_map(|(place, byte)| Self::Insert(place, byte)),
            any::<Index>().prop_map(Self::Remove),
        ]
    }

    pub(crate) fn apply(&self, bytes: &mut Vec<u8>) {
        match self {
            Self::Insert(place, byte) => bytes.insert(place.index(bytes.len() + 1), *byte),
            _ if bytes.is_empty() => {}
            Self::Change(place, byte) => *place.get_mut(bytes) = *byte,
            Self::Remove(place) => {
                bytes.remove(place.index(bytes.len()));
            }
        }
    }
}

impl Hostile for String {
    fn hostile() -> BoxedStrategy<Self> {
        text().boxed()
    }
}

impl Hostile for Vec<u8> {
    fn hostile() -> BoxedStrategy<Self> {
        bytes().boxed()
    }
}

impl Hostile for RowId {
    fn hostile() -> BoxedStrategy<Self> {
        bytes().prop_map(Self::new).boxed()
    }
}

impl Hostile for UserRowId {
    fn hostile() -> BoxedStrategy<Self> {
        (UserId::hostile(), bytes()).prop_map(|(user, row)| Self::new(user, row)).boxed()
    }
}

impl Hostile for TableId {
    fn hostile() -> BoxedStrategy<Self> {
        (NamespaceId::hostile(), TableName::hostile())
            .prop_map(|(namespace, table)| Self::new(namespace, table))
            .boxed()
    }
}

impl Hostile for bool {
    fn hostile() -> BoxedStrategy<Self> {
        any::<Self>().boxed()
    }
}

impl Hostile for () {
    fn hostile() -> BoxedStrategy<Self> {
        Just(()).boxed()
    }
}

impl<K: Hostile> Hostile for Option<K> {
    fn hostile() -> BoxedStrategy<Self> {
        prop::option::of(K::hostile()).boxed()
    }
}

impl<K: Hostile> Hostile for Reverse<K> {
    fn hostile() -> BoxedStrategy<Self> {
        K::hostile().prop_map(Reverse).boxed()
    }
}

impl<const N: usize> Hostile for [u8; N] {
    fn hostile() -> BoxedStrategy<Self> {
        let byte = select([0x00, 0x01, 0x7F, 0x80, 0xFF].as_slice());
        prop::collection::vec(byte, N).prop_map(|bytes| bytes.try_into().unwrap()).boxed()
    }
}

macro_rules! string_ids {
    ($($id:ident)*) => {$(
        impl Hostile for $id {
            fn hostile() -> BoxedStrategy<Self> {
                text().prop_map(Self::new).boxed()
            }
        }
    )*};
}

string_ids!(UserId NamespaceId StorageId TableName JobId LiveQueryId UserName);

macro_rules! integers {
    ($($type:ty)*) => {$(
        impl Hostile for $type {
            fn hostile() -> BoxedStrategy<Self> {
                let middle = <$type>::MIN.midpoint(<$type>::MAX);
                let edges =
                    [<$type>::MIN, <$type>::MIN + 1, middle, middle + 1, 0, 1, <$type>::MAX - 1, <$type>::MAX];
                prop_oneof![select(edges.to_vec()), any::<$type>()].boxed()
            }
        }
    )*};
}

integers!(u8 u16 u32 u64 u128 i8 i16 i32 i64 i128);

macro_rules! floats {
    ($($key:ident: $float:ident, $bits:ident;)*) => {$(
        impl Hostile for $key {
            fn hostile() -> BoxedStrategy<Self> {
                let edges = [
                    0.0,
                    $float::from_bits(1),
                    $float::MIN_POSITIVE,
                    1.0,
                    1.0 + $float::EPSILON,
                    $float::MAX,
                    $float::INFINITY,
                    $float::NAN,
                    $float::from_bits($bits::MAX >> 1),
                ];
                let signed = edges.into_iter().flat_map(|edge| [edge, -edge]).collect::<Vec<_>>();
                prop_oneof![select(signed), any::<$bits>().prop_map($float::from_bits)].prop_map(Self).boxed()
            }
        }
    )*};
}

floats! {
    TotalF32: f32, u32;
    TotalF64: f64, u64;
}

macro_rules! tuples {
    ($(($($part:ident)+))*) => {$(
        impl<$($part: Hostile),+> Hostile for ($($part,)+) {
            fn hostile() -> BoxedStrategy<Self> {
                ($($part::hostile(),)+).boxed()
            }
        }
    )*};
}

tuples!((A B) (A B C) (A B C D) (A B C D E));
