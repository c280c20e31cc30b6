//! Random shapes, as a damaged catalog may have them, over random bytes.

use alloc::format;
use alloc::string::ToString;
use alloc::vec::Vec;

use proptest::collection::vec;
use proptest::prelude::*;

use crate::shape::{Field, Node, NodeId, Payload, Shape, Variant};

/// The largest number of nodes, so that their references often meet.
const NODES: usize = 6;

fn ids() -> impl Strategy<Value = NodeId> {
    (0..u32::try_from(NODES).unwrap()).prop_map(NodeId)
}

fn nodes() -> impl Strategy<Value = Node> {
    let simple = prop::sample::select(Vec::from([
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
        Node::Row,
        Node::Value,
    ]));
    let field = |(at, node)| Field { name: format!("f{at}"), node };
    let variant = |(at, content)| Variant { name: format!("V{at}"), content };
    prop_oneof![
        6 => simple,
        1 => ids().prop_map(Node::Option),
        1 => ids().prop_map(Node::List),
        1 => (ids(), ids()).prop_map(|(key, value)| Node::Map(key, value)),
        1 => vec(ids(), 0..4).prop_map(Node::Tuple),
        1 => (ids(), any::<u32>()).prop_map(|(item, count)| Node::Array(item, count)),
        1 => (ids(), 0..5_u32).prop_map(|(item, count)| Node::Array(item, count)),
        2 => vec(ids(), 0..4).prop_map(move |ids| Node::Struct(ids.into_iter().enumerate().map(field).collect())),
        2 => vec(prop::option::of(ids()), 0..4)
            .prop_map(move |ids| Node::Enum(ids.into_iter().enumerate().map(variant).collect())),
    ]
}

fn shapes() -> impl Strategy<Value = Shape> {
    vec(nodes(), NODES).prop_map(|nodes| {
        let shape = Shape::from_nodes(nodes).unwrap();
        assert_eq!(Shape::from_bytes(&shape.to_bytes()).unwrap(), shape);
        shape
    })
}

/// Bytes that often are lengths and tags.
fn payloads() -> impl Strategy<Value = Vec<u8>> {
    vec(prop_oneof![4 => 0..3_u8, 1 => 0..10_u8, 1 => any::<u8>()], 0..60)
}

/// Counts the values, all of which must be readable.
fn count(payload: &Payload<'_>) -> usize {
    1 + payload.items().map(|item| count(&item)).sum::<usize>()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, ..ProptestConfig::default() })]

    #[test]
    fn random_shapes_read_random_bytes_within_bounds(shape in shapes(), bytes in payloads()) {
        let Ok((payload, _)) = shape.read_first(&bytes) else { return Ok(()) };
        let values = count(&payload);
        prop_assert!(values <= 1024 + 64 * bytes.len());
        let json = payload.to_json();
        // The longest of the simple values is an integer in quotes, or a float of a few bytes in a row.
        prop_assert!(json.len() <= 60 * (values + bytes.len()), "{values} values, {} bytes: {json}", bytes.len());
        if let Ok(again) = shape.encode_json(&json) {
            // Equal, but for varints that were longer than necessary and the bits of NaNs.
            prop_assert_eq!(shape.read(&again).unwrap().to_json(), json);
        } else {
            // Only a map with a key twice becomes JSON that is refused.
            let error = shape.encode_json(&json).unwrap_err().to_string();
            prop_assert!(error.contains("a key twice") || error.contains("is a duplicate"), "{error}: {json}");
        }
    }

    #[test]
    fn further_variants_change_no_payload(shape in shapes(), bytes in payloads()) {
        let mut nodes = shape.nodes.to_vec();
        for node in &mut nodes {
            if let Node::Enum(variants) = node {
                variants.push(Variant { name: "New".into(), content: None });
            }
        }
        let newer = Shape::from_nodes(nodes).unwrap();
        prop_assert!(newer.extends(&shape));
        if let Ok((payload, rest)) = shape.read_first(&bytes) {
            let (same, same_rest) = newer.read_first(&bytes).unwrap();
            prop_assert_eq!((payload.to_json(), rest), (same.to_json(), same_rest));
        }
    }

    #[test]
    fn random_shapes_differ_in_words(a in shapes(), b in shapes()) {
        prop_assert_eq!(a.difference(&a), None);
        prop_assert!(a.extends(&a));
        prop_assert!(!a.to_string().is_empty());
        if a.difference(&b).is_none() {
            prop_assert!(a.extends(&b) && b.extends(&a));
        }
    }
}
