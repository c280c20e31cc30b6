//! [`Shapes`]: the builder of a shape.

use alloc::vec::Vec;
use core::any::TypeId;

use super::node::{Field, Node, NodeId, Variant};

/// A function that adds a type to a shape: [`HasShape::shape_in`](super::HasShape::shape_in) of the type.
pub type Part = fn(&mut Shapes) -> NodeId;

/// The fields of a struct or of a variant, without those that serde skips.
#[derive(Clone, Copy, Debug)]
pub enum Fields<'a> {
    /// No fields, and no braces or parentheses.
    Unit,
    /// One field that encodes as if it stood alone: the only field without a name, or the field of a transparent struct.
    Newtype(Part),
    /// Fields without names, but not a single one.
    Tuple(&'a [Part]),
    /// Fields with names, which are those that serde writes.
    Named(&'a [(&'a str, Part)]),
}

/// A builder of a [`Shape`](super::Shape), to which the types add themselves.
///
/// A type with a name adds itself with [`define_struct`](Self::define_struct), [`define_enum`](Self::define_enum) or
/// [`define`](Self::define). They call the types of the fields only the first time, so that a type may contain itself.
#[derive(Debug, Default)]
pub struct Shapes {
    pub(super) slots: Vec<Slot>,
    /// The types with names. They are few, so a list costs less code than a map.
    defined: Vec<(TypeId, NodeId)>,
}

/// A type that was added.
#[derive(Debug)]
pub(super) enum Slot {
    Node(Node),
    /// A type that encodes as another one, or as itself while it is being defined.
    Alias(NodeId),
}

impl Shapes {
    /// Adds a type that has no name, such as a list.
    pub fn add(&mut self, node: Node) -> NodeId {
        let known =
            self.slots.iter().zip(0..).find(|(slot, _)| matches!(slot, Slot::Node(known) if *known == node));
        match known {
            Some((_, id)) => NodeId(id),
            None => self.push(Slot::Node(node)),
        }
    }

    /// Adds a struct.
    pub fn define_struct<T: ?Sized + 'static>(&mut self, fields: Fields<'_>) -> NodeId {
        self.define_by(TypeId::of::<T>(), &mut |shapes| shapes.fields(fields))
    }

    /// Adds an enum, with the names of its variants as serde writes them.
    pub fn define_enum<T: ?Sized + 'static>(&mut self, variants: &[(&str, Fields<'_>)]) -> NodeId {
        self.define_by(TypeId::of::<T>(), &mut |shapes| shapes.variants(variants))
    }

    /// Adds a type that encodes as another one, which `part` adds.
    pub fn define<T: ?Sized + 'static>(&mut self, part: Part) -> NodeId {
        self.define_struct::<T>(Fields::Newtype(part))
    }

    fn define_by(&mut self, id: TypeId, part: &mut dyn FnMut(&mut Self) -> NodeId) -> NodeId {
        if let Some((_, node)) = self.defined.iter().find(|(defined, _)| *defined == id) {
            return *node;
        }
        // The number stands for the type in the fields of the type itself.
        let node = self.reserve();
        self.defined.push((id, node));
        let definition = part(self);
        if let Some(slot) = self.slots.get_mut(index(node)) {
            *slot = Slot::Alias(definition);
        }
        node
    }

    fn fields(&mut self, fields: Fields<'_>) -> NodeId {
        match fields {
            Fields::Unit => self.add(Node::Unit),
            Fields::Newtype(part) => part(self),
            Fields::Tuple(parts) => {
                let mut nodes = Vec::new();
                for part in parts {
                    nodes.push(part(self));
                }
                self.add(Node::Tuple(nodes))
            }
            Fields::Named(named) => {
                let mut fields = Vec::new();
                for (name, part) in named {
                    fields.push(Field { name: (*name).into(), node: part(self) });
                }
                self.add(Node::Struct(fields))
            }
        }
    }

    fn variants(&mut self, named: &[(&str, Fields<'_>)]) -> NodeId {
        let mut variants = Vec::new();
        for (name, fields) in named {
            let content = if let Fields::Unit = fields { None } else { Some(self.fields(*fields)) };
            variants.push(Variant { name: (*name).into(), content });
        }
        self.add(Node::Enum(variants))
    }

    fn reserve(&mut self) -> NodeId {
        let next = self.next();
        self.push(Slot::Alias(next))
    }

    fn push(&mut self, slot: Slot) -> NodeId {
        let id = self.next();
        self.slots.push(slot);
        id
    }

    /// Returns the number of the next node. A program has fewer types than a `u32` counts.
    fn next(&self) -> NodeId {
        NodeId(u32::try_from(self.slots.len()).unwrap_or(u32::MAX))
    }
}

/// Returns the position of a node.
pub(super) fn index(id: NodeId) -> usize {
    usize::try_from(id.0).unwrap_or(usize::MAX)
}
