//! The text of a shape, in words.

use alloc::vec::Vec;
use core::fmt::{self, Display, Formatter, Write};

use super::{Node, NodeId, Shape};

/// The deepest nesting that is written, and the largest number of types. The rest is an ellipsis.
const MAX_DEPTH: usize = 64;
const MAX_TYPES: usize = 2000;

/// Writes the type in words, such as `{name: text, tags: list of text}`.
///
/// A struct or an enum that occurs again begins with a number, `#1`, which stands for it where it occurs again. Programs
/// must not parse the text.
impl Display for Shape {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        InWords(self, NodeId(0)).fmt(f)
    }
}

impl Shape {
    /// Returns a node of the shape in words, such as the type of a field.
    ///
    /// ```
    /// use keyloft::shape::{Node, Shape};
    ///
    /// let shape = Shape::of::<(u32, Vec<String>)>();
    /// let Node::Tuple(parts) = shape.root() else { panic!("it is a tuple") };
    /// assert_eq!(shape.words(parts[1]).to_string(), "list of text");
    /// ```
    pub fn words(&self, id: NodeId) -> impl Display {
        InWords(self, id)
    }
}

/// A node of a shape in words.
pub(super) struct InWords<'a>(pub(super) &'a Shape, pub(super) NodeId);

impl Display for InWords<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        // The first pass finds the nodes that occur again.
        let mut repeated = Vec::new();
        Words::new(self.0, &mut repeated, &mut Nowhere).write(self.1)?;
        Words::new(self.0, &mut repeated, f).write(self.1)
    }
}

struct Nowhere;

impl Write for Nowhere {
    fn write_str(&mut self, _: &str) -> fmt::Result {
        Ok(())
    }
}

struct Words<'a> {
    shape: &'a Shape,
    /// The nodes around the present one.
    open: Vec<NodeId>,
    /// The structs and enums that have been written.
    written: Vec<NodeId>,
    /// The nodes that occur again, in the order of their numbers.
    repeated: &'a mut Vec<NodeId>,
    /// The number of types that may follow.
    left: usize,
    out: &'a mut dyn Write,
}

impl<'a> Words<'a> {
    fn new(shape: &'a Shape, repeated: &'a mut Vec<NodeId>, out: &'a mut dyn Write) -> Self {
        Self { shape, open: Vec::new(), written: Vec::new(), repeated, left: MAX_TYPES, out }
    }

    fn write(&mut self, id: NodeId) -> fmt::Result {
        if self.open.len() > MAX_DEPTH || self.left == 0 {
            return self.out.write_str("…");
        }
        self.left -= 1;
        let again = self.open.contains(&id) || self.written.contains(&id);
        if again && !self.repeated.contains(&id) {
            self.repeated.push(id);
        }
        let number = self.repeated.iter().position(|known| *known == id).map(|place| place + 1);
        match number {
            Some(number) if again => return write!(self.out, "#{number}"),
            Some(number) => write!(self.out, "#{number} ")?,
            None => {}
        }
        self.open.push(id);
        self.node(id)?;
        self.open.pop();
        Ok(())
    }

    fn node(&mut self, id: NodeId) -> fmt::Result {
        match self.shape.node(id) {
            Node::Option(some) => {
                self.out.write_str("optional ")?;
                self.write(*some)
            }
            Node::List(item) => {
                self.out.write_str("list of ")?;
                self.write(*item)
            }
            Node::Map(key, value) => {
                self.out.write_str("map of ")?;
                self.write(*key)?;
                self.out.write_str(" to ")?;
                self.write(*value)
            }
            Node::Array(item, count) => {
                write!(self.out, "{count} of ")?;
                self.write(*item)
            }
            node @ Node::Tuple(_) => self.list("(", node, ")"),
            node @ Node::Struct(_) => {
                self.written.push(id);
                self.list("{", node, "}")
            }
            node @ Node::Enum(_) => {
                self.written.push(id);
                self.list("one of (", node, ")")
            }
            simple => self.out.write_str(simple.word()),
        }
    }

    /// Writes names, types, or both.
    fn list(&mut self, start: &str, list: &Node, end: &str) -> fmt::Result {
        let mut before = start;
        for (name, node) in (0..).map_while(|at| list.part(at)) {
            self.out.write_str(before)?;
            self.out.write_str(name)?;
            if let Some(node) = node {
                if !name.is_empty() {
                    self.out.write_str(": ")?;
                }
                self.write(node)?;
            }
            before = ", ";
        }
        if before == start {
            self.out.write_str(start)?;
        }
        self.out.write_str(end)
    }
}

impl Node {
    /// Returns the word for a node that contains no others, or for the kind of a node that does.
    pub(super) fn word(&self) -> &'static str {
        match self {
            Self::Unit => "nothing",
            Self::Bool => "bool",
            Self::U8 => "u8",
            Self::U16 => "u16",
            Self::U32 => "u32",
            Self::U64 => "u64",
            Self::U128 => "u128",
            Self::I8 => "i8",
            Self::I16 => "i16",
            Self::I32 => "i32",
            Self::I64 => "i64",
            Self::I128 => "i128",
            Self::F32 => "f32",
            Self::F64 => "f64",
            Self::Char => "char",
            Self::Text => "text",
            Self::Bytes => "bytes",
            Self::Option(_) => "option",
            Self::List(_) => "list",
            Self::Map(..) => "map",
            Self::Tuple(_) => "tuple",
            Self::Array(..) => "array",
            Self::Struct(_) => "struct",
            Self::Enum(_) => "enum",
            Self::Row => "row",
            Self::Value => "value",
        }
    }
}
