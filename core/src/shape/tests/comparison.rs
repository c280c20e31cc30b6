//! Differences between shapes, in words.

use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::samples::{List, shape};
use crate::shape::{Fields, HasShape, NodeId, Shape, Shapes};

/// A type with this shape.
macro_rules! types {
    ($($name:ident $kind:tt $parts:tt)*) => {$(
        struct $name;
        shape!($name, $kind $parts);
    )*};
}

types! {
    Size struct { width: u32, height: u32 }
    Swapped struct { height: u32, width: u32 }
    Wide struct { width: u64, height: u32 }
    Flat struct { width: u32 }
    Deep struct { width: u32, depth: u8, height: u32 }
    Renamed struct { width: u32, length: u32 }
    State enum { Draft () Sent (u8) }
    More enum { Draft () Sent (u8) Read { at: i64 } }
    Middle enum { Draft () Review () Sent (u8) }
    Other enum { Draft () Posted (u8) }
    Reordered enum { Sent (u8) Draft () }
    Less enum { Draft () }
    Content enum { Draft (u8) Sent (u8) }
    Typed enum { Draft () Sent (u16) }
    Boxed struct { size: Size }
    BoxedWide struct { size: Wide }
    ListOfU16 struct { item: u16, next: Option<Box<ListOfU16>> }
    Head struct { item: u8, next: Option<List> }
    Sets struct { states: BTreeMap<String, Vec<State>> }
    MoreSets struct { states: BTreeMap<String, Vec<More>> }
}

#[track_caller]
fn differ<New: HasShape, Old: HasShape>(expected: &str) {
    let difference = Shape::of::<New>().difference(&Shape::of::<Old>());
    assert_eq!(difference.as_deref(), Some(expected));
    assert_ne!(Shape::of::<New>(), Shape::of::<Old>());
}

#[test]
fn differences_name_the_field() {
    differ::<Wide, Size>("field `width` is u32 in the database, u64 in this program");
    differ::<BoxedWide, Boxed>("field `size.width` is u32 in the database, u64 in this program");
    differ::<Swapped, Size>("field `height` of this program is `width` in the database: the order differs");
    differ::<Deep, Size>("field `depth`, before `height`, is not in the database");
    differ::<Size, Deep>("field `depth`, before `height`, is not in this program");
    differ::<Size, Flat>("field `height` is not in the database");
    differ::<Flat, Size>("field `height` is not in this program");
    differ::<Renamed, Size>("field `height` of the database is `length` in this program");
    differ::<Option<u8>, u8>("the entity is u8 in the database, optional u8 in this program");
    differ::<Vec<Wide>, Vec<Size>>("field `[].width` is u32 in the database, u64 in this program");
    differ::<(u8, [u8; 2]), (u8, (u8, i8))>("field `1.1` is i8 in the database, u8 in this program");
    differ::<BTreeMap<u8, u8>, BTreeMap<i8, u8>>("field `[key]` is i8 in the database, u8 in this program");
    differ::<[u8; 3], [u8; 2]>("the entity is 2 of u8 in the database, 3 of u8 in this program");
    differ::<ListOfU16, List>("field `item` is u8 in the database, u16 in this program");
}

#[test]
fn differences_name_the_variant() {
    differ::<Middle, State>("variant `Review`, before `Sent`, is not in the database");
    differ::<State, Middle>("variant `Review`, before `Sent`, is not in this program");
    differ::<More, State>("variant `Read` is not in the database");
    differ::<Less, State>("variant `Sent` is not in this program");
    differ::<Other, State>("variant `Sent` of the database is `Posted` in this program");
    differ::<Reordered, State>(
        "variant `Sent` of this program is `Draft` in the database: the order differs",
    );
    differ::<Content, State>("variant `Draft` has no content in the database, u8 in this program");
    differ::<Typed, State>("variant `Sent` is u8 in the database, u16 in this program");
    differ::<MoreSets, Sets>("variant `states[][]::Read` is not in the database");
}

#[test]
fn a_shape_extends_another_by_variants_at_the_end() {
    fn extends<New: HasShape, Old: HasShape>() -> bool {
        Shape::of::<New>().extends(&Shape::of::<Old>())
    }
    assert!(extends::<State, State>());
    assert!(extends::<More, State>());
    assert!(extends::<State, Less>());
    assert!(extends::<MoreSets, Sets>());
    assert!(extends::<(u8, Option<More>), (u8, Option<State>)>());
    assert!(extends::<[More; 2], (Less, State)>());
    assert!(!extends::<State, More>());
    assert!(!extends::<Sets, MoreSets>());
    assert!(!extends::<Middle, State>());
    assert!(!extends::<Other, State>());
    assert!(!extends::<Reordered, State>());
    assert!(!extends::<Typed, State>());
    assert!(!extends::<Content, State>());
    assert!(!extends::<Deep, Size>());
    assert!(!extends::<Size, Flat>());
    assert!(!extends::<u64, u32>());
}

#[test]
fn equal_encodings_have_equal_shapes() {
    assert_eq!(Shape::of::<Head>(), Shape::of::<List>());
    assert_eq!(Shape::of::<(u8, u8)>(), Shape::of::<[u8; 2]>());
    assert_eq!(Shape::of::<Box<List>>(), Shape::of::<List>());
    assert_ne!(Shape::of::<(Vec<(u8,)>, u8)>(), Shape::of::<(Vec<(u8, u8)>,)>());
    assert_ne!(Shape::of::<[u8; 0]>(), Shape::of::<()>());
    assert_eq!(Shape::of::<[u8; 0]>(), Shape::of::<[i64; 0]>());
    assert_eq!(Shape::of::<Head>().to_string(), "#1 {item: u8, next: optional #1}");
}
