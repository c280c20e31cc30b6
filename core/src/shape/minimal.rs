//! The least form of a shape: equal types are one node, and the nodes are numbered by the first visit from the root.
//!
//! Two types that encode alike therefore have equal shapes, however their Rust types are divided and named.

use alloc::vec;
use alloc::vec::Vec;

use super::node::{Node, NodeId};
use super::shapes::{Slot, index};

/// Returns the nodes that the root reaches. The root comes first.
pub(super) fn minimal(slots: &[Slot], root: NodeId) -> Vec<Node> {
    let nodes = resolved(slots);
    let classes = classes(&nodes);
    number(&nodes, &classes, resolve(slots, root))
}

/// Returns the node of each slot, with numbers of slots that hold nodes.
fn resolved(slots: &[Slot]) -> Vec<Node> {
    let mut resolved = Vec::with_capacity(slots.len());
    for slot in slots {
        let mut node = match slot {
            Slot::Node(node) => node.clone(),
            // Nothing refers to it, except a type that is nothing but itself and so has no values.
            Slot::Alias(_) => Node::Enum(Vec::new()),
        };
        node.each_id(&mut |id| *id = resolve(slots, *id));
        resolved.push(node);
    }
    resolved
}

/// Follows the aliases. A circle of aliases ends at one of them.
fn resolve(slots: &[Slot], mut id: NodeId) -> NodeId {
    for _ in slots {
        match slots.get(index(id)) {
            Some(Slot::Alias(to)) => id = *to,
            _ => break,
        }
    }
    id
}

/// Returns the class of each node. Two nodes are in one class if they encode alike: they start in one class, and are
/// divided until the nodes of each class refer to the same classes.
fn classes(nodes: &[Node]) -> Vec<u32> {
    let mut classes = vec![0; nodes.len()];
    let mut count = 1;
    loop {
        let mut kinds: Vec<(u32, Node)> = Vec::new();
        let mut next = Vec::with_capacity(nodes.len());
        for (node, old) in nodes.iter().zip(&classes) {
            let kind = (*old, of_classes(node, &classes));
            let class = kinds.iter().position(|known| *known == kind).unwrap_or_else(|| {
                kinds.push(kind);
                kinds.len() - 1
            });
            next.push(u32::try_from(class).unwrap_or(u32::MAX));
        }
        classes = next;
        if kinds.len() <= count {
            return classes;
        }
        count = kinds.len();
    }
}

/// Returns the node with classes instead of nodes. A tuple of one class is an array.
fn of_classes(node: &Node, classes: &[u32]) -> Node {
    let mut node = node.clone();
    node.each_id(&mut |id| *id = NodeId(classes.get(index(*id)).copied().unwrap_or_default()));
    let (item, count) = match &node {
        Node::Tuple(ids) => match ids.split_first() {
            Some((first, rest)) if rest.iter().all(|id| id == first) => (*first, ids.len()),
            _ => return node,
        },
        Node::Array(_, 0) => return Node::Tuple(Vec::new()),
        _ => return node,
    };
    u32::try_from(count).map_or(node, |count| Node::Array(item, count))
}

/// Numbers the classes by the first visit, level by level from the root.
fn number(nodes: &[Node], classes: &[u32], root: NodeId) -> Vec<Node> {
    let class_of = |id: NodeId| classes.get(index(id)).copied().unwrap_or_default();
    let mut order = Vec::from([class_of(root)]);
    let mut numbered = Vec::new();
    while let Some(class) = order.get(numbered.len()) {
        let member = classes.iter().position(|known| known == class).and_then(|at| nodes.get(at));
        let Some(member) = member else { break };
        let mut node = of_classes(member, classes);
        node.each_id(&mut |id| {
            let place = order.iter().position(|known| *known == id.0).unwrap_or_else(|| {
                order.push(id.0);
                order.len() - 1
            });
            *id = NodeId(u32::try_from(place).unwrap_or(u32::MAX));
        });
        numbered.push(node);
    }
    numbered
}
