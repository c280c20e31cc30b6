//! Options, results, lists, sets, maps and ranges.

use alloc::collections::{BTreeMap, BTreeSet, BinaryHeap, LinkedList, VecDeque};
use alloc::vec::Vec;
use core::ops::{Bound, Range, RangeInclusive};

use crate::shape::{Fields, HasShape, Node, NodeId, Shapes};

impl<T: HasShape> HasShape for Option<T> {
    fn shape_in(shapes: &mut Shapes) -> NodeId {
        let some = T::shape_in(shapes);
        shapes.add(Node::Option(some))
    }
}

impl<T: HasShape + 'static, E: HasShape + 'static> HasShape for Result<T, E> {
    fn shape_in(shapes: &mut Shapes) -> NodeId {
        let variants = [("Ok", Fields::Newtype(T::shape_in)), ("Err", Fields::Newtype(E::shape_in))];
        shapes.define_enum::<Self>(&variants)
    }
}

impl<T: HasShape + 'static> HasShape for Bound<T> {
    fn shape_in(shapes: &mut Shapes) -> NodeId {
        shapes.define_enum::<Self>(&[
            ("Unbounded", Fields::Unit),
            ("Included", Fields::Newtype(T::shape_in)),
            ("Excluded", Fields::Newtype(T::shape_in)),
        ])
    }
}

macro_rules! ranges {
    ($($range:ident)*) => {$(
        impl<T: HasShape + 'static> HasShape for $range<T> {
            fn shape_in(shapes: &mut Shapes) -> NodeId {
                shapes.define_struct::<Self>(Fields::Named(&[("start", T::shape_in), ("end", T::shape_in)]))
            }
        }
    )*};
}

ranges!(Range RangeInclusive);

macro_rules! lists {
    ($($list:ty),*) => {$(
        impl<T: HasShape> HasShape for $list {
            fn shape_in(shapes: &mut Shapes) -> NodeId {
                let item = T::shape_in(shapes);
                shapes.add(Node::List(item))
            }
        }
    )*};
}

lists!([T], Vec<T>, VecDeque<T>, LinkedList<T>, BinaryHeap<T>, BTreeSet<T>);

impl<K: HasShape, V: HasShape> HasShape for BTreeMap<K, V> {
    fn shape_in(shapes: &mut Shapes) -> NodeId {
        let (key, value) = (K::shape_in(shapes), V::shape_in(shapes));
        shapes.add(Node::Map(key, value))
    }
}
