//! Types with shapes, of every kind that serde has.

use alloc::boxed::Box;
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use crate::key::{RowId, UserId};
use crate::shape::{Fields, HasShape, NodeId, Shapes};
use crate::tables::row::Row;

/// Implements `HasShape` as the derive does.
macro_rules! shape {
    ($type:ty, struct $fields:tt) => {
        impl HasShape for $type {
            fn shape_in(shapes: &mut Shapes) -> NodeId {
                shapes.define_struct::<Self>(shape!(@ $fields))
            }
        }
    };
    ($type:ty, enum { $($name:ident $fields:tt)* }) => {
        impl HasShape for $type {
            fn shape_in(shapes: &mut Shapes) -> NodeId {
                shapes.define_enum::<Self>(&[$((stringify!($name), shape!(@ $fields))),*])
            }
        }
    };
    (@ ()) => { Fields::Unit };
    (@ ($part:ty)) => { Fields::Newtype(<$part as HasShape>::shape_in) };
    (@ ($($part:ty),+)) => { Fields::Tuple(&[$(<$part as HasShape>::shape_in),+]) };
    (@ {$($name:ident: $part:ty),+}) => {
        Fields::Named(&[$((stringify!($name), <$part as HasShape>::shape_in)),+])
    };
}
pub(super) use shape;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Marker;
shape!(Marker, struct ());

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct Name(pub(super) String);
shape!(Name, struct (String));

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Pair(pub(super) u8, pub(super) Option<i16>);
shape!(Pair, struct (u8, Option<i16>));

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Numbers {
    pub(super) a: (u8, u16, u32, u64, usize),
    pub(super) b: (i8, i16, i32, i64, isize),
    pub(super) c: (f32, f64, bool, char),
    pub(super) d: [u16; 3],
}
shape!(Numbers, struct {
    a: (u8, u16, u32, u64, usize), b: (i8, i16, i32, i64, isize), c: (f32, f64, bool, char), d: [u16; 3]
});

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) enum State {
    Draft,
    Sent,
}
shape!(State, enum { Draft () Sent () });

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) enum Tree {
    Leaf,
    Name(Name),
    Both(u32, Box<Tree>),
    Fork { left: Box<Tree>, right: Option<Box<Tree>> },
    Many(Vec<Tree>),
}
shape!(Tree, enum {
    Leaf ()
    Name (Name)
    Both (u32, Box<Tree>)
    Fork { left: Box<Tree>, right: Option<Box<Tree>> }
    Many (Vec<Tree>)
});

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Everything {
    pub(super) numbers: Numbers,
    pub(super) marker: Marker,
    pub(super) unit: (),
    pub(super) pairs: Vec<Pair>,
    pub(super) states: BTreeMap<State, Tree>,
    pub(super) by_number: BTreeMap<i32, Option<String>>,
    pub(super) by_char: BTreeMap<char, bool>,
    pub(super) names: BTreeSet<Name>,
    pub(super) owner: UserId,
    pub(super) row: RowId,
    pub(super) columns: Row,
}
shape!(Everything, struct {
    numbers: Numbers, marker: Marker, unit: (), pairs: Vec<Pair>, states: BTreeMap<State, Tree>,
    by_number: BTreeMap<i32, Option<String>>, by_char: BTreeMap<char, bool>, names: BTreeSet<Name>,
    owner: UserId, row: RowId, columns: Row
});

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct List {
    item: u8,
    next: Option<Box<List>>,
}
shape!(List, struct { item: u8, next: Option<Box<List>> });

/// A type that is a list of itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Nest(Vec<Nest>);

impl HasShape for Nest {
    fn shape_in(shapes: &mut Shapes) -> NodeId {
        shapes.define::<Self>(Vec::<Self>::shape_in)
    }
}
