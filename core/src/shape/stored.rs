//! The stored form of a [`Shape`]: the list of its nodes in postcard. The root comes first.

use alloc::vec::Vec;
use core::mem::discriminant;

use super::node::{Field, Variant};
use super::{Node, NodeId, Shape};
use crate::error::DecodeReason;
use crate::stored::{Stored, put_bytes, put_length, put_number};

/// The nodes, without what is inside. A node's tag is its place.
static NODES: [Node; 26] = [
    Node::Unit,
    Node::Bool,
    Node::U8,
    Node::U16,
    Node::U32,
    Node::U64,
    Node::U128,
    Node::I8,
    Node::I16,
    Node::I32,
    Node::I64,
    Node::I128,
    Node::F32,
    Node::F64,
    Node::Char,
    Node::Text,
    Node::Bytes,
    Node::Option(ROOT),
    Node::List(ROOT),
    Node::Map(ROOT, ROOT),
    Node::Tuple(Vec::new()),
    Node::Array(ROOT, 0),
    Node::Struct(Vec::new()),
    Node::Enum(Vec::new()),
    Node::Row,
    Node::Value,
];

const ROOT: NodeId = NodeId(0);

impl Shape {
    /// Returns the stored form: the list of the nodes in postcard. The root comes first.
    ///
    /// ```
    /// use keyloft::shape::Shape;
    ///
    /// let shape = Shape::of::<Vec<u32>>();
    /// assert_eq!(shape.to_bytes(), [2, 18, 1, 4]);
    /// assert_eq!(Shape::from_bytes(&[2, 18, 1, 4])?, shape);
    /// assert!(Shape::from_bytes(&[2, 18, 7, 4]).is_err());
    /// # Ok::<(), keyloft::error::DecodeReason>(())
    /// ```
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::new();
        self.store(&mut out);
        out
    }

    /// Reads the stored form.
    ///
    /// # Errors
    ///
    /// The reason, if the bytes are no shape.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, DecodeReason> {
        Stored::whole(bytes, Self::load)
    }

    pub(crate) fn store(&self, out: &mut Vec<u8>) {
        put_length(self.nodes.len(), out);
        for node in self.nodes.iter() {
            store_node(node, out);
        }
    }

    pub(crate) fn load(stored: &mut Stored<'_>) -> Self {
        let nodes = stored.list(load_node);
        Self::from_nodes(nodes).unwrap_or_else(|| {
            stored.refuse();
            Self { nodes: Vec::new().into() }
        })
    }
}

impl Node {
    /// Returns the byte with which the node begins in the stored form.
    ///
    /// ```
    /// assert_eq!(keyloft::shape::Node::U32.tag(), 4);
    /// ```
    pub fn tag(&self) -> u8 {
        let tag = (0..).zip(&NODES).find(|(_, known)| discriminant(*known) == discriminant(self));
        tag.map_or(0, |(tag, _)| tag)
    }
}

fn store_node(node: &Node, out: &mut Vec<u8>) {
    out.push(node.tag());
    match node {
        Node::Option(id) | Node::List(id) => put_number(id.0, out),
        Node::Map(NodeId(first), NodeId(second)) | Node::Array(NodeId(first), second) => {
            put_number(*first, out);
            put_number(*second, out);
        }
        Node::Tuple(ids) => {
            put_length(ids.len(), out);
            for id in ids {
                put_number(id.0, out);
            }
        }
        Node::Struct(fields) => {
            put_length(fields.len(), out);
            for Field { name, node } in fields {
                put_bytes(name.as_bytes(), out);
                put_number(node.0, out);
            }
        }
        Node::Enum(variants) => {
            put_length(variants.len(), out);
            for Variant { name, content } in variants {
                put_bytes(name.as_bytes(), out);
                out.push(u8::from(content.is_some()));
                if let Some(content) = content {
                    put_number(content.0, out);
                }
            }
        }
        _ => {}
    }
}

fn load_node(stored: &mut Stored<'_>) -> Node {
    let tag = usize::try_from(stored.number()).unwrap_or(usize::MAX);
    let Some(kind) = NODES.get(tag) else {
        stored.refuse();
        return Node::Unit;
    };
    match kind {
        Node::Option(_) => Node::Option(load_id(stored)),
        Node::List(_) => Node::List(load_id(stored)),
        Node::Map(..) => {
            let key = load_id(stored);
            Node::Map(key, load_id(stored))
        }
        Node::Array(..) => {
            let item = load_id(stored);
            Node::Array(item, stored.number())
        }
        Node::Tuple(_) => Node::Tuple(stored.list(load_id)),
        Node::Struct(_) => Node::Struct(stored.list(|stored| {
            let name = stored.text();
            Field { name, node: load_id(stored) }
        })),
        Node::Enum(_) => Node::Enum(stored.list(|stored| {
            let name = stored.text();
            Variant { name, content: stored.option(load_id) }
        })),
        simple => simple.clone(),
    }
}

fn load_id(stored: &mut Stored<'_>) -> NodeId {
    NodeId(stored.number())
}
