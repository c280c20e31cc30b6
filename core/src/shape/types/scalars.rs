//! Numbers, text, and the other types that contain no others.

use alloc::string::String;
use core::marker::PhantomData;
use core::num::{
    NonZeroI8, NonZeroI16, NonZeroI32, NonZeroI64, NonZeroI128, NonZeroIsize, NonZeroU8, NonZeroU16,
    NonZeroU32, NonZeroU64, NonZeroU128, NonZeroUsize,
};
use core::time::Duration;

use crate::shape::{Fields, HasShape, Node, NodeId, Shapes};

macro_rules! scalars {
    ($($node:ident: $($scalar:ty),+;)*) => {$($(
        impl HasShape for $scalar {
            fn shape_in(shapes: &mut Shapes) -> NodeId {
                shapes.add(Node::$node)
            }
        }
    )+)*};
}

scalars! {
    Unit: ();
    Bool: bool;
    U8: u8, NonZeroU8;
    U16: u16, NonZeroU16;
    U32: u32, NonZeroU32;
    U64: u64, NonZeroU64, usize, NonZeroUsize;
    U128: u128, NonZeroU128;
    I8: i8, NonZeroI8;
    I16: i16, NonZeroI16;
    I32: i32, NonZeroI32;
    I64: i64, NonZeroI64, isize, NonZeroIsize;
    I128: i128, NonZeroI128;
    F32: f32;
    F64: f64;
    Char: char;
    Text: str, String;
}

impl<T: ?Sized> HasShape for PhantomData<T> {
    fn shape_in(shapes: &mut Shapes) -> NodeId {
        shapes.add(Node::Unit)
    }
}

impl HasShape for Duration {
    fn shape_in(shapes: &mut Shapes) -> NodeId {
        shapes.define_struct::<Self>(Fields::Named(&[("secs", u64::shape_in), ("nanos", u32::shape_in)]))
    }
}
