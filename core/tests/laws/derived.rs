//! Key types that users define.

use std::cmp::Reverse;

use keyloft::prelude::*;
use proptest::prelude::*;
use proptest::sample::select;

use crate::hostile::Hostile;

macro_rules! hostile {
    ($($name:ident($($place:ident: $type:ty),+);)*) => {$(
        impl Hostile for $name {
            fn hostile() -> BoxedStrategy<Self> {
                ($(<$type>::hostile(),)+).prop_map(|($($place,)+)| Self::of($($place),+)).boxed()
            }
        }
    )*};
}

macro_rules! tuple_structs {
    ($($name:ident($($place:ident: $type:ty),+);)*) => {
        $(
            #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, StorageKey)]
            pub(crate) struct $name($(pub(crate) $type),+);

            impl $name {
                fn of($($place: $type),+) -> Self {
                    Self($($place),+)
                }
            }
        )*

        hostile!($($name($($place: $type),+);)*);
    };
}

macro_rules! structs {
    ($($name:ident { $($field:ident: $type:ty),+ })*) => {
        $(
            #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, StorageKey)]
            pub(crate) struct $name {
                $(pub(crate) $field: $type),+
            }

            impl $name {
                fn of($($field: $type),+) -> Self {
                    Self { $($field),+ }
                }
            }
        )*

        hostile!($($name($($field: $type),+);)*);
    };
}

tuple_structs! {
    DeviceId(text: String);
    Blob(bytes: Vec<u8>);
    Serial(number: i64);
    Login(name: UserName);
    Mine(row: UserRowId);
    Pair(both: (String, i16));
    Cell(table: TableId, row: RowId, column: u8);
}

structs! {
    Named { r#type: JobId }
    Reading { device: DeviceId, at: i64 }
    RowFirst { row: UserRowId, note: String }
    RowLast { at: i32, row: UserRowId }
    RowBetween { tag: Vec<u8>, row: UserRowId, last: bool }
    Deep { reading: Reading, pair: Pair, user: UserId }
    ReadingLast { user: UserId, reading: Reading }
    NewestFirst { user: Option<UserId>, at: Reverse<i64>, note: Reverse<String> }
    OwnedFirst { owner: Owner, level: Level, last: Owner }
}

/// Variants without fields, whose numbers Rust gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, StorageKey)]
pub(crate) enum Color {
    Red,
    Green,
    Blue,
}

/// Numbers that are written, with room between them and not in the order of the declaration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, StorageKey)]
pub(crate) enum Level {
    High = 255,
    Low = 0x10,
    Middle,
}

/// Variants with fields of every shape.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, StorageKey)]
#[repr(u8)]
pub(crate) enum Owner {
    Nobody,
    User(UserId),
    Pair(String, Vec<u8>) = 7,
    Row { rest: UserRowId, input: Option<String>, out: Reverse<String> },
    Nothing {},
    Color(Color),
}

impl Hostile for Color {
    fn hostile() -> BoxedStrategy<Self> {
        select([Self::Red, Self::Green, Self::Blue].as_slice()).boxed()
    }
}

impl Hostile for Level {
    fn hostile() -> BoxedStrategy<Self> {
        select([Self::High, Self::Low, Self::Middle].as_slice()).boxed()
    }
}

impl Hostile for Owner {
    fn hostile() -> BoxedStrategy<Self> {
        let row = (UserRowId::hostile(), Option::hostile(), Reverse::hostile());
        prop_oneof![
            select([Self::Nobody, Self::Nothing {}].as_slice()),
            UserId::hostile().prop_map(Self::User),
            (String::hostile(), Vec::hostile()).prop_map(|(text, bytes)| Self::Pair(text, bytes)),
            row.prop_map(|(rest, input, out)| Self::Row { rest, input, out }),
            Color::hostile().prop_map(Self::Color),
        ]
        .boxed()
    }
}

/// A type whose name is that of a parameter in the generated code.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, StorageKey)]
pub(crate) struct Parts(pub(crate) JobId);

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, StorageKey)]
pub(crate) struct OfParts {
    pub(crate) out: Parts,
    pub(crate) input: String,
    pub(crate) rest: u8,
}

hostile! {
    OfParts(out: JobId, input: String, rest: u8);
}

impl OfParts {
    fn of(out: JobId, input: String, rest: u8) -> Self {
        Self { out: Parts(out), input, rest }
    }
}
