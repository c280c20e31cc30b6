//! Tuples and arrays, as long as serde has them.

use alloc::vec::Vec;

use crate::shape::{HasShape, Node, NodeId, Shapes};

macro_rules! tuples {
    ($(($($part:ident)+))*) => {$(
        impl<$($part: HasShape),+> HasShape for ($($part,)+) {
            fn shape_in(shapes: &mut Shapes) -> NodeId {
                let parts = Vec::from([$($part::shape_in(shapes)),+]);
                shapes.add(Node::Tuple(parts))
            }
        }
    )*};
}

tuples! {
    (A)
    (A B)
    (A B C)
    (A B C D)
    (A B C D E)
    (A B C D E F)
    (A B C D E F G)
    (A B C D E F G H)
    (A B C D E F G H I)
    (A B C D E F G H I J)
    (A B C D E F G H I J K)
    (A B C D E F G H I J K L)
    (A B C D E F G H I J K L M)
    (A B C D E F G H I J K L M N)
    (A B C D E F G H I J K L M N O)
    (A B C D E F G H I J K L M N O P)
}

impl<T: HasShape, const LEN: usize> HasShape for [T; LEN] {
    fn shape_in(shapes: &mut Shapes) -> NodeId {
        let item = T::shape_in(shapes);
        // Serde has arrays of at most 32 items.
        shapes.add(Node::Array(item, u32::try_from(LEN).unwrap_or(u32::MAX)))
    }
}
