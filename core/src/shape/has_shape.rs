//! [`HasShape`]: a type that describes its encoding.

use super::{NodeId, Shapes};

/// A type that describes how it encodes in postcard.
///
/// `#[derive(Shape)]` implements it. By hand it looks like this:
///
/// ```
/// use keyloft::shape::{Fields, HasShape, NodeId, Shape, Shapes};
///
/// struct Meters(f64);
///
/// impl HasShape for Meters {
///     fn shape_in(shapes: &mut Shapes) -> NodeId {
///         shapes.define_struct::<Self>(Fields::Newtype(f64::shape_in))
///     }
/// }
///
/// enum Tree {
///     Leaf,
///     Plank(Meters),
///     Box { width: Meters, height: Meters },
///     Fork(Box<Tree>, Vec<Tree>),
/// }
///
/// impl HasShape for Tree {
///     fn shape_in(shapes: &mut Shapes) -> NodeId {
///         shapes.define_enum::<Self>(&[
///             ("Leaf", Fields::Unit),
///             ("Plank", Fields::Newtype(Meters::shape_in)),
///             ("Box", Fields::Named(&[("width", Meters::shape_in), ("height", Meters::shape_in)])),
///             ("Fork", Fields::Tuple(&[Box::<Tree>::shape_in, Vec::<Tree>::shape_in])),
///         ])
///     }
/// }
///
/// assert_eq!(Shape::of::<Meters>(), Shape::of::<f64>());
/// assert_eq!(
///     Shape::of::<Tree>().to_string(),
///     "#1 one of (Leaf, Plank: f64, Box: {width: f64, height: f64}, Fork: (#1, list of #1))",
/// );
/// ```
///
/// Of the standard library, numbers, text, paths, options, results, collections, ranges, tuples, arrays, times and pointers
/// have it. So do keyloft's ids, [`Row`](crate::Row) and [`Value`](crate::Value), and with their features:
///
/// | feature | types |
/// | --- | --- |
/// | `chrono` | `DateTime`, `NaiveDate`, `NaiveDateTime`, `NaiveTime` |
/// | `jiff` | `Timestamp`, `civil::Date`, `civil::DateTime`, `civil::Time` |
/// | `time` | `UtcDateTime` |
/// | `uuid` | `Uuid` |
///
/// An implementation must agree with the type's `Serialize` and `Deserialize`, as postcard calls them: not in their human
/// readable form. If it does not, the catalog compares the wrong thing, and readers without the type fail or show other
/// values.
#[diagnostic::on_unimplemented(
    message = "the shape of `{Self}` is not known",
    note = "derive `Shape` for the type, or state a type that encodes alike, `#[shape(as = Type)]` on the field",
    note = "an entity with `#[table(opaque)]` needs no shapes"
)]
pub trait HasShape {
    /// Adds the type to the shape, and returns its number there.
    fn shape_in(shapes: &mut Shapes) -> NodeId;
}
