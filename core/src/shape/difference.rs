//! The comparison of a program's shape with a stored one.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::display::InWords;
use super::path::Path;
use super::{Node, NodeId, Shape};
use crate::excerpt::{both_sides, excerpt_of_text};

impl Shape {
    /// Returns the first difference between this shape, the program's, and the stored one, in words. Equal shapes have none.
    ///
    /// ```
    /// use keyloft::shape::{Fields, HasShape, NodeId, Shape, Shapes};
    ///
    /// struct Old;
    /// struct New;
    ///
    /// impl HasShape for Old {
    ///     fn shape_in(shapes: &mut Shapes) -> NodeId {
    ///         shapes.define_struct::<Self>(Fields::Named(&[("size", <(u8, u32)>::shape_in)]))
    ///     }
    /// }
    ///
    /// impl HasShape for New {
    ///     fn shape_in(shapes: &mut Shapes) -> NodeId {
    ///         shapes.define_struct::<Self>(Fields::Named(&[("size", <(u8, u64)>::shape_in)]))
    ///     }
    /// }
    ///
    /// assert_eq!(
    ///     Shape::of::<New>().difference(&Shape::of::<Old>()).as_deref(),
    ///     Some("field `size.1` is u32 in the database, u64 in this program"),
    /// );
    /// ```
    pub fn difference(&self, stored: &Self) -> Option<String> {
        if self == stored { None } else { Comparison::new(self, stored, false).first() }
    }

    /// Returns `true` if every payload of the older shape has the same meaning under this one: if they are equal, or if
    /// this one only has further variants, each at the end of an enum.
    ///
    /// ```
    /// use keyloft::shape::{Fields, HasShape, NodeId, Shape, Shapes};
    ///
    /// struct Old;
    /// struct New;
    ///
    /// impl HasShape for Old {
    ///     fn shape_in(shapes: &mut Shapes) -> NodeId {
    ///         shapes.define_enum::<Self>(&[("Draft", Fields::Unit), ("Sent", Fields::Unit)])
    ///     }
    /// }
    ///
    /// impl HasShape for New {
    ///     fn shape_in(shapes: &mut Shapes) -> NodeId {
    ///         shapes.define_enum::<Self>(&[
    ///             ("Draft", Fields::Unit),
    ///             ("Sent", Fields::Unit),
    ///             ("Read", Fields::Newtype(i64::shape_in)),
    ///         ])
    ///     }
    /// }
    ///
    /// let (old, new) = (Shape::of::<Vec<Old>>(), Shape::of::<Vec<New>>());
    /// assert!(new.extends(&old));
    /// assert!(!old.extends(&new));
    /// ```
    pub fn extends(&self, older: &Self) -> bool {
        self == older || Comparison::new(self, older, true).first().is_none()
    }
}

/// The deepest nesting that is compared. A damaged shape may be nested deeper than the stack allows.
const MAX_DEPTH: usize = 256;

struct Comparison<'a> {
    program: &'a Shape,
    stored: &'a Shape,
    /// `true` if further variants at the end are no difference.
    may_extend: bool,
    /// The pairs of nodes that are compared already, or just now around the present ones.
    compared: Vec<(NodeId, NodeId)>,
    path: Path,
    depth: usize,
}

impl<'a> Comparison<'a> {
    fn new(program: &'a Shape, stored: &'a Shape, may_extend: bool) -> Self {
        Self { program, stored, may_extend, compared: Vec::new(), path: Path::default(), depth: 0 }
    }

    fn first(&mut self) -> Option<String> {
        self.nodes(NodeId(0), NodeId(0))
    }

    fn nodes(&mut self, program: NodeId, stored: NodeId) -> Option<String> {
        if self.compared.contains(&(program, stored)) {
            return None;
        }
        self.compared.push((program, stored));
        match (self.program.node(program), self.stored.node(stored)) {
            (Node::Option(new), Node::Option(old)) => self.inside("", "", *new, *old),
            (Node::List(new), Node::List(old)) => self.inside("[]", "", *new, *old),
            (Node::Array(new, count), Node::Array(old, old_count)) if count == old_count => {
                self.inside("[]", "", *new, *old)
            }
            (Node::Map(new_key, new), Node::Map(old_key, old)) => {
                self.inside("[key]", "", *new_key, *old_key).or_else(|| self.inside("[]", "", *new, *old))
            }
            (new @ (Node::Tuple(_) | Node::Array(..)), old @ (Node::Tuple(_) | Node::Array(..)))
                if new.width() == old.width() =>
            {
                (0..new.width()).find_map(|at| {
                    let (new, old) = (new.item(at)?, old.item(at)?);
                    self.inside(".", &at.to_string(), new, old)
                })
            }
            (new @ Node::Struct(_), old @ Node::Struct(_)) => self.parts("field", ".", new, old),
            (new @ Node::Enum(_), old @ Node::Enum(_)) => self.parts("variant", "::", new, old),
            (new, old) if new == old && new.width() == 0 => None,
            _ => Some(self.types(program, stored)),
        }
    }

    /// Compares the types of a part that both have.
    fn inside(&mut self, mark: &str, segment: &str, program: NodeId, stored: NodeId) -> Option<String> {
        let length = self.path.push(mark, segment);
        self.depth += 1;
        let too_deep = self.depth > MAX_DEPTH;
        let difference =
            if too_deep { Some(self.types(program, stored)) } else { self.nodes(program, stored) };
        self.depth -= 1;
        self.path.truncate(length);
        difference
    }

    /// Compares the fields of two structs, or the variants of two enums.
    fn parts(&mut self, noun: &str, mark: &str, new: &Node, old: &Node) -> Option<String> {
        let mut at = 0;
        loop {
            let difference = match (new.part(at), old.part(at)) {
                (None, None) => return None,
                (Some(_), None) if self.may_extend && matches!(new, Node::Enum(_)) => return None,
                (Some((name, content)), Some((old_name, old_content))) if name == old_name => {
                    match (content, old_content) {
                        (Some(new), Some(old)) => self.inside(mark, name, new, old),
                        (None, None) => None,
                        (new, old) => Some(self.contents(mark, name, new, old)),
                    }
                }
                _ => Some(self.names(noun, mark, at, new, old)),
            };
            if difference.is_some() {
                return difference;
            }
            at += 1;
        }
    }

    /// Describes two lists of names that differ from this place on.
    fn names(&self, noun: &str, mark: &str, at: usize, new: &Node, old: &Node) -> String {
        let mine = new.part(at).map_or("", |(name, _)| name);
        let theirs = old.part(at).map_or("", |(name, _)| name);
        let path = |name: &str| self.path.with(mark, name);
        let before = |next: &str| if next.is_empty() { String::new() } else { format!(", before `{next}`,") };
        let is_new = new.part(at).is_some() && !old.has_part(mine);
        let is_gone = old.part(at).is_some() && !new.has_part(theirs);
        if is_new && is_gone {
            format!("{noun} {} of the database is `{mine}` in this program", path(theirs))
        } else if is_new {
            format!("{noun} {}{} is not in the database", path(mine), before(theirs))
        } else if is_gone {
            format!("{noun} {}{} is not in this program", path(theirs), before(mine))
        } else {
            // Both have both names, in another order.
            format!("{noun} {} of this program is `{theirs}` in the database: the order differs", path(mine))
        }
    }

    /// Describes a variant that has content on one side only.
    fn contents(&self, mark: &str, name: &str, new: Option<NodeId>, old: Option<NodeId>) -> String {
        let (old, new) = (self.stored.described(old), self.program.described(new));
        both_sides(&format!("variant {} has", self.path.with(mark, name)), &old, &new)
    }

    fn types(&self, program: NodeId, stored: NodeId) -> String {
        let (old, new) = (self.stored.described(Some(stored)), self.program.described(Some(program)));
        let place = match self.path.noun() {
            Some(noun) => format!("{noun} {} is", self.path.with("", "")),
            None => "the entity is".into(),
        };
        both_sides(&place, &old, &new)
    }
}

impl Shape {
    /// Returns an excerpt of a part in words.
    fn described(&self, content: Option<NodeId>) -> String {
        content.map_or_else(
            || "no content".into(),
            |content| excerpt_of_text(InWords(self, content).to_string()),
        )
    }
}

impl Node {
    fn has_part(&self, name: &str) -> bool {
        (0..).map_while(|at| self.part(at)).any(|(known, _)| known == name)
    }
}
