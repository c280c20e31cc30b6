//! The encoding of JSON as payloads.

use alloc::format;
use alloc::vec::Vec;

use super::super::{Node, NodeId, Shape};
use super::parser::Parser;
use super::{InvalidJson, may_be_null};
use crate::tables::row::{Row, Value};

pub(super) type Result<T> = core::result::Result<T, InvalidJson>;

/// The deepest nesting of values, which is that of the reader of payloads.
const MAX_DEPTH: usize = 256;

impl Shape {
    /// Encodes JSON as a payload of this shape.
    ///
    /// It accepts every form that the [module](super::super#json) lists. The fields of a struct may be in any order, and a
    /// field that may be none may be missing. Unknown and duplicate fields are refused.
    ///
    /// ```
    /// use keyloft::shape::Shape;
    ///
    /// let shape = Shape::of::<(u64, Option<f64>, Vec<String>)>();
    /// let bytes = shape.encode_json(r#"["18446744073709551615", 0.5, ["milk"]]"#)?;
    /// assert_eq!(postcard::to_allocvec(&(u64::MAX, Some(0.5), vec!["milk"])).unwrap(), bytes);
    ///
    /// let error = shape.encode_json("[7, null, [true]]").unwrap_err();
    /// assert_eq!(error.to_string(), "`[2][0]`, after 11 bytes of the JSON: expected text, found a bool");
    /// # Ok::<(), keyloft::shape::InvalidJson>(())
    /// ```
    ///
    /// # Errors
    ///
    /// The place that does not fit the shape, and the reason.
    pub fn encode_json(&self, json: &str) -> Result<Vec<u8>> {
        let mut reader = Reader { shape: self, parser: Parser::new(json), out: Vec::new() };
        reader.value(NodeId(0), 0)?;
        reader.parser.end()?;
        // The limits of the reader hold for the writer too.
        match self.read(&reader.out) {
            Ok(_) => Ok(reader.out),
            Err(error) => Err(reader.parser.error(format!("{error}"))),
        }
    }
}

/// JSON and the payload that is being written.
pub(super) struct Reader<'a> {
    pub(super) shape: &'a Shape,
    pub(super) parser: Parser<'a>,
    pub(super) out: Vec<u8>,
}

impl Reader<'_> {
    pub(super) fn value(&mut self, id: NodeId, depth: usize) -> Result<()> {
        if depth > MAX_DEPTH {
            return Err(self.parser.error("values are nested deeper than 256 levels"));
        }
        let inside = depth + 1;
        match self.shape.node(id) {
            Node::Unit => return self.parser.expect("null"),
            Node::Bool if self.parser.eat("true") => self.out.push(1),
            Node::Bool if self.parser.eat("false") => self.out.push(0),
            Node::F32 => {
                let float: f32 = self.float("f32")?;
                self.out.extend_from_slice(&float.to_le_bytes());
            }
            Node::F64 => {
                let float: f64 = self.float("f64")?;
                self.out.extend_from_slice(&float.to_le_bytes());
            }
            Node::Option(_) if self.parser.eat("null") => self.out.push(0),
            Node::Option(some) => {
                self.out.push(1);
                if may_be_null(self.shape, *some) {
                    return self.some(*some, inside);
                }
                return self.value(*some, inside);
            }
            Node::List(item) => {
                let start = self.out.len();
                let count = self.items(&mut |reader, _| reader.value(*item, inside))?;
                self.insert_count(start, count);
            }
            Node::Tuple(items) => self.exactly(items.len(), &mut |reader, at| {
                items.get(at).map_or(Ok(()), |item| reader.value(*item, inside))
            })?,
            Node::Array(item, count) => {
                let count = usize::try_from(*count).unwrap_or(usize::MAX);
                self.exactly(count, &mut |reader, _| reader.value(*item, inside))?;
            }
            Node::Map(key, value) => return self.map(*key, *value, inside),
            Node::Struct(fields) => return self.fields(fields, inside),
            node @ Node::Enum(variants) => return self.variant(node, variants, inside),
            Node::Row => return self.dynamic::<Row>(),
            Node::Value => return self.dynamic::<Value>(),
            node => {
                let text = match (self.parser.peek(), node.integer()) {
                    (Some(b'"'), _) if *node != Node::Bool => self.parser.string()?,
                    (Some(b'-' | b'0'..=b'9'), Some(_)) => self.parser.number()?.into(),
                    _ => return Err(self.parser.expected(node.word())),
                };
                return self.simple(node, &text);
            }
        }
        Ok(())
    }
}
