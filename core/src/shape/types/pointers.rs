//! Types that encode as the type inside them.

use alloc::borrow::{Cow, ToOwned};
use alloc::boxed::Box;
use alloc::rc::Rc;
use alloc::sync::Arc;
use core::cell::{Cell, RefCell};
use core::cmp::Reverse;
use core::num::{Saturating, Wrapping};

use crate::shape::{HasShape, NodeId, Shapes};

macro_rules! transparent {
    ($($pointer:ident)*) => {$(
        impl<T: HasShape + ?Sized> HasShape for $pointer<T> {
            fn shape_in(shapes: &mut Shapes) -> NodeId {
                T::shape_in(shapes)
            }
        }
    )*};
}

transparent!(Arc Box Cell Rc RefCell);

macro_rules! wrappers {
    ($($wrapper:ident)*) => {$(
        impl<T: HasShape> HasShape for $wrapper<T> {
            fn shape_in(shapes: &mut Shapes) -> NodeId {
                T::shape_in(shapes)
            }
        }
    )*};
}

wrappers!(Reverse Saturating Wrapping);

impl<T: HasShape + ?Sized> HasShape for &T {
    fn shape_in(shapes: &mut Shapes) -> NodeId {
        T::shape_in(shapes)
    }
}

impl<T: HasShape + ToOwned + ?Sized> HasShape for Cow<'_, T> {
    fn shape_in(shapes: &mut Shapes) -> NodeId {
        T::shape_in(shapes)
    }
}
