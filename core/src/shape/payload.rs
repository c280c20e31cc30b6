//! [`Payload`]: a payload, or a part of one, with its shape.

use super::node::Field;
use super::walk::{Open, Walk};
use super::{Malformed, Node, NodeId, Shape};

impl Shape {
    /// Checks that the bytes are one value of this shape and nothing else, and returns the value.
    ///
    /// The check accepts the bytes that postcard decodes as a type of this shape, with few exceptions. A type may refuse more,
    /// such as a zero for a `NonZeroU8`. Two limits guard against damaged bytes: values are nested at most 256 levels deep,
    /// and there are at most 64 values for each byte and 1,024 more, which matters to lists of items without bytes.
    ///
    /// ```
    /// use keyloft::shape::Shape;
    ///
    /// let shape = Shape::of::<(u32, Vec<Option<String>>)>();
    /// assert!(shape.read(b"\x07\x02\x01\x04milk\x00").is_ok());
    ///
    /// let error = shape.read(b"\x07\x02\x01\x04milk\x02").unwrap_err();
    /// assert_eq!(
    ///     error.to_string(),
    ///     "after 9 bytes, the payload does not fit the shape: a bool or an option is neither 0 nor 1",
    /// );
    /// ```
    ///
    /// # Errors
    ///
    /// The number of bytes that were read, and the reason.
    pub fn read<'a>(&'a self, bytes: &'a [u8]) -> Result<Payload<'a>, Malformed> {
        let (payload, rest) = self.read_first(bytes)?;
        if rest.is_empty() {
            return Ok(payload);
        }
        Err(Malformed::new(bytes.len() - rest.len(), "the value has ended"))
    }

    /// Checks that the bytes begin with a value of this shape, and returns it and the bytes after it.
    ///
    /// ```
    /// use keyloft::shape::Shape;
    ///
    /// let shape = Shape::of::<String>();
    /// let (milk, rest) = shape.read_first(b"\x04milk\x05bread")?;
    /// assert_eq!(milk.as_text(), Some("milk"));
    /// assert_eq!(shape.read(rest)?.as_text(), Some("bread"));
    /// # Ok::<(), keyloft::shape::Malformed>(())
    /// ```
    ///
    /// # Errors
    ///
    /// The number of bytes that were read, and the reason.
    pub fn read_first<'a>(&'a self, bytes: &'a [u8]) -> Result<(Payload<'a>, &'a [u8]), Malformed> {
        let mut walk = Walk::new(self, bytes);
        match walk.value(NodeId(0)) {
            Ok(value) => Ok((Payload { shape: self, id: NodeId(0), bytes: value }, walk.rest)),
            Err(reason) => Err(Malformed::new(bytes.len() - walk.rest.len(), reason)),
        }
    }
}

/// A payload, or a part of one, with its shape. Its bytes are known to fit.
///
/// ```
/// use keyloft::shape::Shape;
///
/// let shape = Shape::of::<(u32, Vec<Option<String>>)>();
/// let bytes = postcard::to_allocvec(&(7u32, vec![Some("milk"), None]))?;
/// let payload = shape.read(&bytes).unwrap();
/// assert_eq!(payload.items().count(), 2);
///
/// let names = payload.items().nth(1).unwrap();
/// assert_eq!(names.bytes(), b"\x02\x01\x04milk\x00");
/// let texts: Vec<Option<&str>> = names.items().map(|name| name.some()?.as_text()).collect();
/// assert_eq!(texts, [Some("milk"), None]);
/// # Ok::<(), postcard::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Payload<'a> {
    pub(super) shape: &'a Shape,
    pub(super) id: NodeId,
    pub(super) bytes: &'a [u8],
}

impl<'a> Payload<'a> {
    /// Returns the type. The numbers in it refer to [`shape`](Self::shape).
    pub fn node(&self) -> &'a Node {
        self.shape.node(self.id)
    }

    /// Returns the shape of the whole payload.
    pub fn shape(&self) -> &'a Shape {
        self.shape
    }

    /// Returns the bytes.
    pub fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// Returns the values inside: the items of a list, an array or a tuple, each key and its value of a map, the fields of
    /// a struct, the content of an option or a variant. Other values have none.
    pub fn items(&self) -> Items<'a> {
        let (walk, open) = self.open();
        Items { walk, open }
    }

    /// Returns the value inside an option, or `None` if it is none or of another type.
    pub fn some(&self) -> Option<Self> {
        if let Node::Option(_) = self.node() { self.items().next() } else { None }
    }

    /// Returns the name of an enum's variant, or `None` for another type.
    pub fn variant(&self) -> Option<&'a str> {
        let (_, open) = self.open();
        open?.variant.map(|variant| variant.name.as_str())
    }

    /// Returns the field of a struct.
    pub fn field(&self, name: &str) -> Option<Self> {
        let Node::Struct(fields) = self.node() else { return None };
        let place = fields.iter().position(|field| field.name == name)?;
        self.items().nth(place)
    }

    /// Calls the closure for the field at the end of a path of names.
    ///
    /// An option on the way leads to its value, or nowhere if it is none. A list, an array or a tuple leads to each of its
    /// items, and a map to each of its values. The value at the end is passed as it is.
    ///
    /// ```
    /// use keyloft::UserRowId;
    /// use keyloft::shape::Shape;
    ///
    /// let shape = Shape::of::<Vec<Option<UserRowId>>>();
    /// let ids = [Some(UserRowId::from_strings("alice", "1")), None, Some(UserRowId::from_strings("bob", "2"))];
    /// let bytes = postcard::to_allocvec(&ids[..])?;
    /// let mut users = Vec::new();
    /// shape.read(&bytes).unwrap().fields(&["user_id"], &mut |user| users.extend(user.as_text()));
    /// assert_eq!(users, ["alice", "bob"]);
    /// # Ok::<(), postcard::Error>(())
    /// ```
    pub fn fields(&self, path: &[&str], visit: &mut dyn FnMut(Self)) {
        let Some((name, rest)) = path.split_first() else {
            return visit(*self);
        };
        match self.node() {
            Node::Struct(_) => {
                if let Some(field) = self.field(name) {
                    field.fields(rest, visit);
                }
            }
            Node::Map(..) => self.items().skip(1).step_by(2).for_each(|value| value.fields(path, visit)),
            Node::Enum(_) => {}
            _ => self.items().for_each(|item| item.fields(path, visit)),
        }
    }

    /// Returns a walk behind the beginning of the value.
    pub(super) fn open(&self) -> (Walk<'a>, Option<Open<'a>>) {
        let mut walk = Walk::again(self.shape, self.bytes);
        let open = walk.open(self.id).ok();
        (walk, open)
    }
}

/// The values inside a value.
#[derive(Clone)]
pub struct Items<'a> {
    walk: Walk<'a>,
    open: Option<Open<'a>>,
}

impl<'a> Iterator for Items<'a> {
    type Item = Payload<'a>;

    fn next(&mut self) -> Option<Payload<'a>> {
        let id = self.open.as_mut()?.next()?;
        let bytes = self.walk.value(id).ok()?;
        Some(Payload { shape: self.walk.shape, id, bytes })
    }
}

impl Field {
    pub(super) fn node(&self) -> NodeId {
        self.node
    }
}
