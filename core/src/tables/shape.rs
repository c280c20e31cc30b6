//! The shapes of the library's own entities. The derive can't give them, because it is a feature.

/// Implements [`HasShape`](crate::shape::HasShape) for a struct.
///
/// It compiles only if the list has all fields of the struct, with their types. A test compares their order.
macro_rules! shape {
    ($type:ident { $($field:ident $(as $name:literal)?: $of:ty),+ $(,)? }) => {
        impl $crate::shape::HasShape for $type {
            fn shape_in(shapes: &mut $crate::shape::Shapes) -> $crate::shape::NodeId {
                let _types = |entity: &Self| {
                    let Self { $($field),+ } = entity;
                    $(let _: &$of = $field;)+
                };
                shapes.define_struct::<Self>($crate::shape::Fields::Named(&[
                    $(($crate::tables::shape::shape!(@name $field $($name)?), <$of>::shape_in),)+
                ]))
            }
        }
    };
    (@name $field:ident) => { stringify!($field) };
    (@name $field:ident $name:literal) => { $name };
}

pub(crate) use shape;
