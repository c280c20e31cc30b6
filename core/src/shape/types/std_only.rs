//! The types that need the feature `std`.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, RwLock};
use std::time::SystemTime;

use crate::shape::{Fields, HasShape, Node, NodeId, Shapes};

impl<T: HasShape, S> HasShape for HashSet<T, S> {
    fn shape_in(shapes: &mut Shapes) -> NodeId {
        let item = T::shape_in(shapes);
        shapes.add(Node::List(item))
    }
}

impl<K: HasShape, V: HasShape, S> HasShape for HashMap<K, V, S> {
    fn shape_in(shapes: &mut Shapes) -> NodeId {
        let (key, value) = (K::shape_in(shapes), V::shape_in(shapes));
        shapes.add(Node::Map(key, value))
    }
}

impl<T: HasShape + ?Sized> HasShape for Mutex<T> {
    fn shape_in(shapes: &mut Shapes) -> NodeId {
        T::shape_in(shapes)
    }
}

impl<T: HasShape + ?Sized> HasShape for RwLock<T> {
    fn shape_in(shapes: &mut Shapes) -> NodeId {
        T::shape_in(shapes)
    }
}

impl HasShape for Path {
    fn shape_in(shapes: &mut Shapes) -> NodeId {
        shapes.add(Node::Text)
    }
}

impl HasShape for PathBuf {
    fn shape_in(shapes: &mut Shapes) -> NodeId {
        shapes.add(Node::Text)
    }
}

impl HasShape for SystemTime {
    fn shape_in(shapes: &mut Shapes) -> NodeId {
        let (secs, nanos) = (u64::shape_in, u32::shape_in);
        shapes
            .define_struct::<Self>(Fields::Named(&[("secs_since_epoch", secs), ("nanos_since_epoch", nanos)]))
    }
}
