//! The encoding of lists and objects.

use alloc::collections::BTreeSet;
use alloc::format;
use alloc::vec::Vec;
use core::ops::Range;

use super::super::node::{Field, Variant};
use super::super::{Node, NodeId};
use super::read::{Reader, Result};
use super::read_simple::push_count;
use super::{InvalidJson, SOME, is_key};
use crate::excerpt::excerpt;

/// Encodes an item, whose place is passed.
type Part<'f, 'a> = &'f mut dyn FnMut(&mut Reader<'a>, usize) -> Result<()>;

impl<'a> Reader<'a> {
    /// Encodes the items of a list, and returns their number.
    pub(super) fn items(&mut self, item: Part<'_, 'a>) -> Result<usize> {
        if self.parser.peek() != Some(b'[') {
            return Err(self.parser.expected("a list"));
        }
        self.parser.expect("[")?;
        let mut count = 0;
        while self.parser.next_item(count == 0, "]")? {
            item(self, count).map_err(|error| error.inside(&format!("[{count}]")))?;
            count += 1;
        }
        Ok(count)
    }

    /// Encodes a list of a fixed number of items.
    pub(super) fn exactly(&mut self, expected: usize, item: Part<'_, 'a>) -> Result<()> {
        let found = self.items(&mut |reader, at| {
            if at < expected { item(reader, at) } else { Err(reader.count(expected)) }
        })?;
        if found == expected { Ok(()) } else { Err(self.count(expected)) }
    }

    pub(super) fn count(&self, expected: usize) -> InvalidJson {
        self.parser.error(format!("expected a list of {expected} items"))
    }

    /// Encodes the entries of an object, and returns their number.
    pub(super) fn entries(&mut self, entry: &mut dyn FnMut(&mut Self, &str) -> Result<()>) -> Result<usize> {
        if self.parser.peek() != Some(b'{') {
            return Err(self.parser.expected("an object"));
        }
        self.parser.expect("{")?;
        let mut count = 0;
        while self.parser.next_item(count == 0, "}")? {
            let key = self.parser.key()?;
            entry(self, &key)?;
            count += 1;
        }
        Ok(count)
    }

    /// Encodes the value of an option that may be null itself.
    pub(super) fn some(&mut self, id: NodeId, depth: usize) -> Result<()> {
        let count = self.entries(&mut |reader, key| {
            if key == SOME { reader.value(id, depth) } else { Err(reader.unknown("field", key)) }
        })?;
        if count == 1 { Ok(()) } else { Err(self.parser.error(format!("expected one field, `{SOME}`"))) }
    }

    pub(super) fn unknown(&self, noun: &str, name: &str) -> InvalidJson {
        self.parser.error(format!("unknown {noun} `{}`", excerpt(name.as_bytes())))
    }

    pub(super) fn map(&mut self, key: NodeId, value: NodeId, depth: usize) -> Result<()> {
        let start = self.out.len();
        let mut keys = BTreeSet::new();
        let mut check = |reader: &Self, begin: usize| {
            let is_new = keys.insert(reader.out.get(begin..).unwrap_or_default().to_vec());
            if is_new { Ok(()) } else { Err(reader.parser.error("a map has a key twice")) }
        };
        let count = if is_key(self.shape, key) {
            self.entries(&mut |reader, name| {
                let begin = reader.out.len();
                reader.simple(reader.shape.node(key), name)?;
                check(reader, begin)?;
                reader.value(value, depth).map_err(|error| error.inside(&excerpt(name.as_bytes())))
            })?
        } else {
            self.items(&mut |reader, _| {
                reader.exactly(2, &mut |reader, at| {
                    let begin = reader.out.len();
                    reader.value(if at == 0 { key } else { value }, depth)?;
                    if at == 0 { check(reader, begin) } else { Ok(()) }
                })
            })?
        };
        self.insert_count(start, count);
        Ok(())
    }

    pub(super) fn fields(&mut self, fields: &[Field], depth: usize) -> Result<()> {
        let start = self.out.len();
        let mut places: Vec<Option<Range<usize>>> = fields.iter().map(|_| None).collect();
        self.entries(&mut |reader, name| {
            let at = fields.iter().position(|field| field.name == name);
            let Some((field, place)) = at.and_then(|at| Some((fields.get(at)?, places.get_mut(at)?))) else {
                return Err(reader.unknown("field", name));
            };
            if place.is_some() {
                return Err(reader.parser.error(format!("the field `{name}` is there twice")));
            }
            let begin = reader.out.len();
            reader.value(field.node, depth).map_err(|error| error.inside(name))?;
            *place = Some(begin..reader.out.len());
            Ok(())
        })?;
        let written = self.out.split_off(start);
        for (field, place) in fields.iter().zip(places) {
            match place {
                Some(place) => {
                    let bytes = written.get(place.start - start..place.end - start).unwrap_or_default();
                    self.out.extend_from_slice(bytes);
                }
                None if matches!(self.shape.node(field.node), Node::Option(_)) => self.out.push(0),
                None => return Err(self.parser.error(format!("the field `{}` is missing", field.name))),
            }
        }
        Ok(())
    }

    pub(super) fn variant(&mut self, node: &Node, variants: &[Variant], depth: usize) -> Result<()> {
        match self.parser.peek() {
            Some(b'"') => {
                let name = self.parser.string()?;
                return self.simple(node, &name);
            }
            Some(b'{') => {}
            _ => return Err(self.parser.expected("a variant")),
        }
        let mut is_first = true;
        self.entries(&mut |reader, name| {
            let variant = variants.iter().enumerate().find(|(_, variant)| variant.name == name);
            let content = variant.and_then(|(at, variant)| Some((at, variant.content?)));
            let Some((at, content)) = content.filter(|_| is_first) else {
                return Err(reader.unknown("variant", name));
            };
            is_first = false;
            push_count(&mut reader.out, at);
            reader.value(content, depth).map_err(|error| error.inside(name))
        })?;
        if is_first { Err(self.parser.error("expected the name of a variant")) } else { Ok(()) }
    }

    pub(super) fn insert_count(&mut self, start: usize, count: usize) {
        let mut bytes = Vec::new();
        push_count(&mut bytes, count);
        self.out.splice(start..start, bytes);
    }
}
