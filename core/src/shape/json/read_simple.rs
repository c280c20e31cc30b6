//! The encoding of values that are one token in JSON, and of rows.

use alloc::format;
use alloc::vec::Vec;
use core::str::FromStr;

use ::serde::{Deserialize, Serialize};

use super::super::Node;
use super::read::{Reader, Result};
use super::{INFINITY, MINUS_INFINITY, NAN};
use crate::excerpt::excerpt;
use crate::value::append_payload;

impl Reader<'_> {
    /// Encodes a value that is one token, or the key of an object.
    pub(super) fn simple(&mut self, node: &Node, text: &str) -> Result<()> {
        let encoded = match node {
            Node::Bool => text.parse().map(|bool: bool| self.out.push(bool.into())).ok(),
            Node::Text => {
                self.bytes(text.as_bytes());
                Some(())
            }
            Node::Char => text.parse::<char>().ok().map(|_| self.bytes(text.as_bytes())),
            Node::Bytes => hex::decode(text).map(|bytes| self.bytes(&bytes)).ok(),
            Node::Enum(variants) => {
                let at =
                    variants.iter().position(|variant| variant.name == text && variant.content.is_none());
                at.map(|at| push_count(&mut self.out, at))
            }
            node => node.integer().and_then(|(bits, is_signed)| {
                let (first, varint) = if is_signed { signed(text, bits)? } else { unsigned(text, bits)? };
                if bits == 8 {
                    self.out.push(first);
                } else {
                    push_varint(&mut self.out, varint);
                }
                Some(())
            }),
        };
        encoded.ok_or_else(|| {
            let text = excerpt(text.as_bytes());
            let what = if let Node::Enum(_) = node { "variant without content" } else { node.word() };
            self.parser.error(format!("`{text}` is no {what}"))
        })
    }

    pub(super) fn bytes(&mut self, bytes: &[u8]) {
        push_count(&mut self.out, bytes.len());
        self.out.extend_from_slice(bytes);
    }

    pub(super) fn float<F: FromStr + Into<f64> + Copy>(&mut self, word: &str) -> Result<F> {
        let (text, is_number) = match self.parser.peek() {
            Some(b'"') => (self.parser.string()?, false),
            Some(b'-' | b'0'..=b'9') => (self.parser.number()?.into(), true),
            _ => return Err(self.parser.expected(word)),
        };
        let is_special = [NAN, INFINITY, MINUS_INFINITY].contains(&text.as_str());
        let float = text.parse().ok().filter(|float: &F| {
            let wide: f64 = (*float).into();
            if is_number { wide.is_finite() } else { is_special }
        });
        float.ok_or_else(|| {
            let text = excerpt(text.as_bytes());
            self.parser.error(format!("`{text}` is no {word}"))
        })
    }

    /// Encodes a row or a value, which decodes itself.
    pub(super) fn dynamic<T: Serialize + for<'de> Deserialize<'de>>(&mut self) -> Result<()> {
        let value = T::deserialize(&mut self.parser).map_err(|error| self.parser.placed(error))?;
        append_payload(&value, &mut self.out)
            .map_err(|_| self.parser.error("a row's values are nested too deeply"))
    }
}

/// Returns the byte and the varint of an integer.
fn unsigned(text: &str, bits: u32) -> Option<(u8, u128)> {
    let integer: u128 = text.parse().ok()?;
    let [byte, ..] = integer.to_le_bytes();
    if integer > u128::MAX >> (128 - bits) { None } else { Some((byte, integer)) }
}

/// Returns the byte and the zigzag varint of an integer.
fn signed(text: &str, bits: u32) -> Option<(u8, u128)> {
    let integer: i128 = text.parse().ok()?;
    let [byte, ..] = integer.to_le_bytes();
    let zigzag = (integer << 1 ^ integer >> 127).cast_unsigned();
    if zigzag > u128::MAX >> (128 - bits) { None } else { Some((byte, zigzag)) }
}

pub(super) fn push_count(out: &mut Vec<u8>, count: usize) {
    push_varint(out, u128::try_from(count).unwrap_or(u128::MAX));
}

fn push_varint(out: &mut Vec<u8>, mut integer: u128) {
    loop {
        let [byte, ..] = integer.to_le_bytes();
        integer >>= 7;
        if integer == 0 {
            return out.push(byte & 0x7F);
        }
        out.push(byte | 0x80);
    }
}
