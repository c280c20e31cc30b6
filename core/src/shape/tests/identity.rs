//! The stored form of shapes.

use alloc::string::ToString;
use alloc::vec::Vec;

use super::samples::{Everything, Nest, Tree};
use crate::shape::{HasShape, Node, NodeId, Shape, Shapes};

/// A type that is nothing but itself.
struct Never;

impl HasShape for Never {
    fn shape_in(shapes: &mut Shapes) -> NodeId {
        shapes.define::<Self>(Self::shape_in)
    }
}

fn bytes<T: HasShape>() -> Vec<u8> {
    Shape::of::<T>().to_bytes()
}

#[test]
fn the_bytes_never_change() {
    assert_eq!(bytes::<u32>(), [1, 4]);
    let tree = b"\x07\x17\x05\x04Leaf\0\x04Name\x01\x01\x04Both\x01\x02\x04Fork\x01\x03\x04Many\x01\x04\
        \x0f\x14\x02\x05\0\x16\x02\x04left\0\x05right\x06\x12\0\x04\x11\0";
    assert_eq!(bytes::<Tree>().escape_ascii().to_string(), tree.escape_ascii().to_string());
    let everything = "24160b076e756d6265727301066d61726b65720204756e6974020570616972730306737461746573040962795f6e756d6265\
        72050762795f6368617206056e616d657307056f776e65720803726f770907636f6c756d6e730a160401610b01620c01630d\
        01640e00120f13101113121313141512080f10181405161718191914051a1b121c1c14041d1e15141517031402161f170205\
        4472616674000453656e74001705044c65616600044e616d65010804426f7468012004466f726b0121044d616e7901220911\
        080e010203040507080a0c0d111b140218111602046c656674110572696768742312111111";
    assert_eq!(hex::encode(bytes::<Everything>()), everything);
}

#[test]
fn shapes_survive_their_bytes() {
    let shape = Shape::of::<Everything>();
    assert_eq!(Shape::from_bytes(&bytes::<Everything>()).unwrap(), shape);
}

#[test]
fn damaged_shapes_are_refused() {
    for damaged in [&[0][..], &[1, 18, 1], &[1, 17, 7], &[2, 1, 20, 1, 2]] {
        assert!(Shape::from_bytes(damaged).is_err(), "{damaged:?}");
    }
}

#[test]
fn the_text_of_a_damaged_shape_is_bounded() {
    let pair = |at: u32| Node::Map(NodeId(at + 1), NodeId(at + 1));
    let mut nodes: Vec<Node> = (0..63_u32).map(pair).collect();
    nodes.push(Node::Unit);
    let shape = Shape::from_nodes(nodes).unwrap();
    assert!(shape.to_string().ends_with(" to …"));
    let chain: Vec<Node> = (0..10_000).map(|at| Node::Option(NodeId((at + 1) % 10_000))).collect();
    let chain = Shape::from_nodes(chain).unwrap();
    assert!(chain.to_string().ends_with("optional …"));
    assert_eq!(chain.difference(&Shape::of::<Nest>()).unwrap().matches("this program").count(), 1);
}

#[test]
fn types_may_be_nothing_but_themselves() {
    assert_eq!(Shape::of::<Nest>().to_string(), "#1 list of #1");
    assert_eq!(Shape::of::<Never>().to_string(), "one of ()");
}
