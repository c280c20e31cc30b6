//! The shapes of the library's own entities, and the stored forms of the system's. The derive can't give the shapes, because
//! it is a feature.

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

/// Implements [`HasShape`](crate::shape::HasShape) and [`Field`](crate::stored::Field) for a struct. The stored form is the
/// one of serde's derive, as [`shape`] tells it.
macro_rules! stored {
    ($type:ident { $($field:ident: $of:ty),+ $(,)? }) => {
        $crate::tables::shape::shape!($type { $($field: $of),+ });

        impl $crate::stored::Field for $type {
            fn store(&self, out: &mut alloc::vec::Vec<u8>) {
                $($crate::stored::Field::store(&self.$field, out);)+
            }

            fn load(stored: &mut $crate::stored::Stored<'_>) -> Self {
                Self { $($field: $crate::stored::Field::load(stored)),+ }
            }
        }
    };
}

pub(crate) use {shape, stored};
