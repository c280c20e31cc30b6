//! The shapes of the library's types, compared with the encoding that serde gives them.

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::collections::{BTreeMap, BTreeSet, BinaryHeap, LinkedList, VecDeque};
use alloc::string::{String, ToString};
use alloc::vec;
use alloc::vec::Vec;
use core::cell::{Cell, RefCell};
use core::cmp::Reverse;
use core::marker::PhantomData;
use core::num::{NonZeroI8, NonZeroU32, NonZeroUsize, Saturating, Wrapping};
use core::ops::Bound;
use core::time::Duration;
use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, RwLock};
use std::time::UNIX_EPOCH;

use serde::Serialize;

use crate::key::{
    JobId, LiveQueryId, NamespaceId, RowId, StorageId, TableId, TableName, TotalF32, TotalF64, UserId,
    UserName, UserRowId,
};
use crate::shape::{HasShape, Shape};
use crate::tables::row::{Row, Value};

/// Checks that the shape reads what postcard writes, and says of it what `serde_json` does.
#[track_caller]
fn is_read<T: HasShape + Serialize + ?Sized>(value: &T, words: &str) {
    let shape = Shape::of::<T>();
    assert_eq!(shape.to_string(), words);
    let bytes = postcard::to_allocvec(value).unwrap();
    assert_eq!(shape.read(&bytes).unwrap().to_json(), serde_json::to_string(value).unwrap());
}

#[test]
fn scalars() {
    is_read(&(true, 'é', "text", String::from("text")), "(bool, char, text, text)");
    is_read(&(200_u8, 300_u16, 70_000_u32, 1_u64 << 40, 5_u128), "(u8, u16, u32, u64, u128)");
    is_read(&(-100_i8, -300_i16, -70_000_i32, -1_i64 << 40, -5_i128), "(i8, i16, i32, i64, i128)");
    is_read(&(7_usize, -7_isize, 0.5_f32, -2.5_f64), "(u64, i64, f32, f64)");
    let non_zero = (NonZeroU32::MAX, NonZeroI8::MIN, NonZeroUsize::MIN);
    is_read(&non_zero, "(u32, i8, u64)");
    is_read(&((), PhantomData::<String>), "2 of nothing");
    is_read(&Duration::from_millis(1500), "{secs: u64, nanos: u32}");
    is_read(&(UNIX_EPOCH + Duration::from_nanos(5)), "{secs_since_epoch: u64, nanos_since_epoch: u32}");
}

#[test]
fn pointers() {
    is_read(
        &(Box::new(1_u8), &2_u16, Cow::Borrowed("text"), Cow::<[i8]>::Owned(vec![3])),
        "(u8, u16, text, list of i8)",
    );
    is_read(&(Reverse(1_u8), Wrapping(2_u16), Saturating(3_u32)), "(u8, u16, u32)");
    is_read(
        &(Cell::new(1_u8), RefCell::new(2_u16), Mutex::new(3_u32), RwLock::new(4_u64)),
        "(u8, u16, u32, u64)",
    );
    is_read(&(Path::new("a/b"), PathBuf::from("c")), "2 of text");
    assert_eq!(Shape::of::<alloc::rc::Rc<str>>(), Shape::of::<alloc::sync::Arc<str>>());
}

#[test]
fn collections() {
    is_read(&[None, Some(7_u8)], "2 of optional u8");
    is_read(&vec![Ok(1_u8), Err("no")], "list of one of (Ok: u8, Err: text)");
    let bounds = (Bound::<u8>::Unbounded, Bound::Included(1_u8), Bound::Excluded(2_u8));
    is_read(&bounds, "3 of one of (Unbounded, Included: u8, Excluded: u8)");
    is_read(&(1_u8..4), "{start: u8, end: u8}");
    is_read(&(1_u8..=4), "{start: u8, end: u8}");
    is_read(&[1_u16, 2][..], "list of u16");
    is_read(&(VecDeque::from([1_u8]), LinkedList::from([2_u8])), "2 of list of u8");
    is_read(&(BinaryHeap::from([1_u8]), BTreeSet::from(["b"])), "(list of u8, list of text)");
    is_read(&HashSet::from([7_i8]), "list of i8");
    is_read(&BTreeMap::from([(1_u8, "a"), (2, "b")]), "map of u8 to text");
    is_read(&HashMap::from([("a", 1_u8)]), "map of text to u8");
    is_read(&([0_u8; 0], [[1_u8; 2]; 32]), "((), 32 of 2 of u8)");
}

#[test]
fn tuples() {
    is_read(&(1_u8,), "1 of u8");
    is_read(
        &(1_u8, 'a', 1_u8, 'a', 1_u8, 'a', 1_u8, 'a', 1_u8, 'a', 1_u8, 'a', 1_u8, 'a', 1_u8, 'a'),
        "(u8, char, u8, char, u8, char, u8, char, u8, char, u8, char, u8, char, u8, char)",
    );
}

#[test]
fn types_of_keyloft() {
    let names = (NamespaceId::from("a"), TableName::from("b"), JobId::from("c"), LiveQueryId::from("d"));
    is_read(&names, "4 of text");
    is_read(&(UserId::from("a"), UserName::from("b"), StorageId::from("c")), "3 of text");
    is_read(&RowId::from(vec![0, 255]), "bytes");
    is_read(&TableId::from_strings("app", "notes"), "{namespace_id: text, table_name: text}");
    is_read(&UserRowId::from_strings("alice", "1"), "{user_id: text, row_id: bytes}");
    is_read(&(TotalF32(0.5), TotalF64(-0.25)), "(f32, f64)");
    is_read(&Row::new().with("a", 1).with("b", "text"), "row");
    is_read(&Vec::from([Value::Null, Value::from(vec![0_u8])]), "list of value");
}
