//! The stored form of a [`Shape`]: the bytes that postcard writes of the list of its nodes.
//!
//! Serde's derives would compile a visitor for each type inside, three times as much code. In postcard they write nothing but
//! numbers and texts, one after the other, and so does this.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use serde::de::{Error, SeqAccess, Visitor};
use serde::ser::SerializeTuple;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::node::{Field, Variant};
use super::shapes::index;
use super::{Node, NodeId, Shape};

/// The nodes without content that come before those with content. A node's number is its place.
static PLAIN: [Node; 17] = [
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
];

/// A part of the stored form.
enum Token<'a> {
    Number(u32),
    Text(&'a str),
}

use Token::{Number, Text};

impl Serialize for Shape {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut tokens = Vec::from([count(&self.nodes)]);
        self.nodes.iter().for_each(|node| write(node, &mut tokens));
        let mut tuple = serializer.serialize_tuple(tokens.len())?;
        for token in tokens {
            match token {
                Number(number) => tuple.serialize_element(&number)?,
                Text(text) => tuple.serialize_element(text)?,
            }
        }
        tuple.end()
    }
}

fn count<T>(items: &[T]) -> Token<'static> {
    Number(u32::try_from(items.len()).unwrap_or(u32::MAX))
}

fn write<'a>(node: &'a Node, out: &mut Vec<Token<'a>>) {
    match node {
        Node::Option(NodeId(id)) => out.extend([Number(17), Number(*id)]),
        Node::List(NodeId(id)) => out.extend([Number(18), Number(*id)]),
        Node::Map(NodeId(key), NodeId(value)) => out.extend([Number(19), Number(*key), Number(*value)]),
        Node::Tuple(ids) => {
            out.extend([Number(20), count(ids)]);
            out.extend(ids.iter().map(|NodeId(id)| Number(*id)));
        }
        Node::Array(NodeId(id), length) => out.extend([Number(21), Number(*id), Number(*length)]),
        Node::Struct(fields) => {
            out.extend([Number(22), count(fields)]);
            for Field { name, node: NodeId(id) } in fields {
                out.extend([Text(name), Number(*id)]);
            }
        }
        Node::Enum(variants) => {
            out.extend([Number(23), count(variants)]);
            for Variant { name, content } in variants {
                out.extend([Text(name), Number(u32::from(content.is_some()))]);
                out.extend(content.map(|NodeId(id)| Number(id)));
            }
        }
        Node::Row => out.push(Number(24)),
        Node::Value => out.push(Number(25)),
        plain => {
            let number = PLAIN.iter().zip(0..).find(|(other, _)| *other == plain);
            out.push(Number(number.map_or(0, |(_, number)| number)));
        }
    }
}

impl<'de> Deserialize<'de> for Shape {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // The number of tokens is known when they are read.
        deserializer.deserialize_tuple(usize::MAX, Nodes)
    }
}

struct Nodes;

impl<'de> Visitor<'de> for Nodes {
    type Value = Shape;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a shape")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut tokens: A) -> Result<Shape, A::Error> {
        let count = number(&mut tokens)?;
        // The bytes that follow limit the nodes, whatever their number says.
        let mut nodes = Vec::new();
        for _ in 0..count {
            nodes.push(read(&mut tokens)?);
        }
        let mut is_complete = count > 0;
        for node in &mut nodes {
            node.each_id(&mut |NodeId(id)| is_complete &= *id < count);
        }
        if is_complete {
            Ok(Shape { nodes: nodes.into() })
        } else {
            Err(A::Error::custom("a shape refers to a node that it does not have"))
        }
    }
}

#[inline(never)]
fn read<'de, A: SeqAccess<'de>>(tokens: &mut A) -> Result<Node, A::Error> {
    Ok(match number(tokens)? {
        17 => Node::Option(id(tokens)?),
        18 => Node::List(id(tokens)?),
        19 => Node::Map(id(tokens)?, id(tokens)?),
        20 => {
            let mut ids = Vec::new();
            for _ in 0..number(tokens)? {
                ids.push(id(tokens)?);
            }
            Node::Tuple(ids)
        }
        21 => Node::Array(id(tokens)?, number(tokens)?),
        22 => {
            let mut fields = Vec::new();
            for _ in 0..number(tokens)? {
                fields.push(Field { name: text(tokens)?, node: id(tokens)? });
            }
            Node::Struct(fields)
        }
        23 => {
            let mut variants = Vec::new();
            for _ in 0..number(tokens)? {
                let name = text(tokens)?;
                let content = match number(tokens)? {
                    0 => None,
                    1 => Some(id(tokens)?),
                    _ => return Err(unknown()),
                };
                variants.push(Variant { name, content });
            }
            Node::Enum(variants)
        }
        24 => Node::Row,
        25 => Node::Value,
        plain => PLAIN.get(index(NodeId(plain))).cloned().ok_or_else(unknown)?,
    })
}

#[inline(never)]
fn number<'de, A: SeqAccess<'de>>(tokens: &mut A) -> Result<u32, A::Error> {
    tokens.next_element()?.ok_or_else(unknown)
}

fn id<'de, A: SeqAccess<'de>>(tokens: &mut A) -> Result<NodeId, A::Error> {
    number(tokens).map(NodeId)
}

#[inline(never)]
fn text<'de, A: SeqAccess<'de>>(tokens: &mut A) -> Result<String, A::Error> {
    tokens.next_element()?.ok_or_else(unknown)
}

fn unknown<E: Error>() -> E {
    E::custom("a node of a shape is malformed")
}
