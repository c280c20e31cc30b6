//! [`Shape`]: a type's encoding, as data.

use alloc::sync::Arc;
use alloc::vec::Vec;

use super::minimal::minimal;
use super::shapes::index;
use super::{HasShape, Node, NodeId, Shapes};

/// The encoding of a type in postcard, as data.
///
/// Two shapes are equal if their types encode every value alike and with the same names. Names of Rust types are no part
/// of a shape. A clone is cheap.
///
/// ```
/// use keyloft::shape::Shape;
///
/// let shape = Shape::of::<(u32, Vec<Option<String>>)>();
/// assert_eq!(shape.to_string(), "(u32, list of optional text)");
/// assert_eq!(shape, Shape::of::<(u32, Box<[Option<Box<str>>]>)>());
/// assert_ne!(shape, Shape::of::<(u64, Vec<Option<String>>)>());
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Shape {
    pub(super) nodes: Arc<[Node]>,
}

impl Shape {
    /// Returns the shape of a type.
    pub fn of<T: HasShape + ?Sized>() -> Self {
        Self::built_by(T::shape_in)
    }

    fn built_by(part: super::Part) -> Self {
        let mut shapes = Shapes::default();
        let root = part(&mut shapes);
        Self { nodes: minimal(&shapes.slots, root).into() }
    }

    /// Returns the shape of these nodes, or `None` if they refer to a node that is not there. The root comes first.
    pub(super) fn from_nodes(mut nodes: Vec<Node>) -> Option<Self> {
        let count = nodes.len();
        let mut complete = count > 0;
        for node in &mut nodes {
            node.each_id(&mut |id| complete &= index(*id) < count);
        }
        if complete { Some(Self { nodes: nodes.into() }) } else { None }
    }

    /// Returns the root: the node of the type itself.
    pub fn root(&self) -> &Node {
        self.node(NodeId(0))
    }

    /// Returns a node of the shape, or [`Node::Unit`] for a number that the shape does not have.
    pub fn node(&self, id: NodeId) -> &Node {
        self.nodes.get(index(id)).unwrap_or(&Node::Unit)
    }
}
