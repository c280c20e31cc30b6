//! The numbers, texts and lists of the stored forms of the catalog and of the system's entities: those of postcard, compiled
//! once.
//!
//! Serde's derives for the same bytes are several times as large, which every browser would load.

mod field;

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;
use core::mem::take;

pub(crate) use field::Field;

use crate::error::DecodeReason;
use crate::key::self_delimiting;

/// A reader of a stored form.
///
/// It trusts no byte. After the first malformed one nothing is left: numbers are read as 0, and lists as empty. So the
/// callers need no check for each part, only [`whole`](Self::whole) at the end.
pub struct Stored<'a> {
    rest: &'a [u8],
    is_malformed: bool,
}

impl<'a> Stored<'a> {
    /// Reads a value that has all of these bytes.
    pub(crate) fn whole<T>(bytes: &'a [u8], read: fn(&mut Self) -> T) -> Result<T, DecodeReason> {
        let mut stored = Self { rest: bytes, is_malformed: false };
        let value = read(&mut stored);
        stored.end().map(|()| value)
    }

    fn end(&self) -> Result<(), DecodeReason> {
        match self.rest.len() {
            _ if self.is_malformed => Err(DecodeReason::other("its bytes are malformed")),
            0 => Ok(()),
            more => Err(DecodeReason::TrailingBytes(more)),
        }
    }

    /// Refuses the bytes.
    pub(crate) fn refuse(&mut self) {
        self.rest = &[];
        self.is_malformed = true;
    }

    pub(crate) fn byte(&mut self) -> u8 {
        if let Some((byte, rest)) = self.rest.split_first() {
            self.rest = rest;
            *byte
        } else {
            self.refuse();
            0
        }
    }

    pub(crate) fn flag(&mut self) -> bool {
        let byte = self.byte();
        if byte > 1 {
            self.refuse();
        }
        byte == 1
    }

    /// Reads a varint in its shortest form.
    pub(crate) fn number(&mut self) -> u32 {
        u32::try_from(self.varint(32)).unwrap_or_default()
    }

    /// Reads a varint in its shortest form, whose number has at most this many bits.
    pub(crate) fn varint(&mut self, bits: u32) -> u64 {
        let mut number = 0;
        for place in (0..bits).step_by(7) {
            let byte = self.byte();
            let low = u64::from(byte & 0x7F);
            number |= low << place;
            if byte < 0x80 {
                let is_shortest = byte > 0 || place == 0;
                if is_shortest && low.checked_shr(bits - place).unwrap_or_default() == 0 {
                    return number;
                }
                break;
            }
        }
        self.refuse();
        0
    }

    /// Reads a number of bytes or items, each of which has a byte at least.
    fn length(&mut self) -> usize {
        let length = usize::try_from(self.number()).unwrap_or(usize::MAX);
        if length > self.rest.len() {
            self.refuse();
            return 0;
        }
        length
    }

    pub(crate) fn bytes(&mut self) -> &'a [u8] {
        let length = self.length();
        let (bytes, rest) = self.rest.split_at_checked(length).unwrap_or_default();
        self.rest = rest;
        bytes
    }

    pub(crate) fn owned_bytes(&mut self) -> Vec<u8> {
        self.bytes().to_vec()
    }

    pub(crate) fn text(&mut self) -> String {
        let bytes = self.bytes();
        self.utf8(bytes)
    }

    /// Reads a text that is a part of a key.
    pub(crate) fn delimited_text(&mut self) -> String {
        let bytes = self_delimiting::take(&mut self.rest);
        match bytes {
            Ok(bytes) => self.utf8(&bytes),
            Err(_) => self.utf8(&[0xFF]),
        }
    }

    fn utf8(&mut self, bytes: &[u8]) -> String {
        if let Ok(text) = core::str::from_utf8(bytes) {
            text.to_owned()
        } else {
            self.refuse();
            String::new()
        }
    }

    pub(crate) fn option<T>(&mut self, read: fn(&mut Self) -> T) -> Option<T> {
        if self.flag() { Some(read(self)) } else { None }
    }

    pub(crate) fn list<T>(&mut self, read: fn(&mut Self) -> T) -> Vec<T> {
        let mut items = Vec::new();
        for _ in 0..self.length() {
            items.push(read(self));
        }
        items
    }

    /// Reads the number of a variant. `first` stands for a malformed one.
    pub(crate) fn variant<T: Copy>(&mut self, first: T, all: &[T]) -> T {
        let number = usize::from(self.byte());
        if let Some(variant) = all.get(number) {
            *variant
        } else {
            self.refuse();
            first
        }
    }

    /// Reads a value whose length is before it.
    pub(crate) fn framed<T>(&mut self, read: fn(&mut Self) -> T) -> T {
        let bytes = self.bytes();
        let after = core::mem::replace(&mut self.rest, bytes);
        let value = read(self);
        if take(&mut self.rest).is_empty() {
            self.rest = after;
        } else {
            self.refuse();
        }
        value
    }
}

/// Appends a number as a varint.
pub(crate) fn put_number(number: u32, out: &mut Vec<u8>) {
    put_varint(number.into(), out);
}

pub(crate) fn put_varint(mut number: u64, out: &mut Vec<u8>) {
    loop {
        let [low, ..] = (number & 0x7F).to_le_bytes();
        number >>= 7;
        if number == 0 {
            return out.push(low);
        }
        out.push(low | 0x80);
    }
}

/// Appends a number of bytes or items. No definition has more than a `u32` counts.
pub(crate) fn put_length(length: usize, out: &mut Vec<u8>) {
    put_number(u32::try_from(length).unwrap_or(u32::MAX), out);
}

pub(crate) fn put_bytes(bytes: &[u8], out: &mut Vec<u8>) {
    put_length(bytes.len(), out);
    out.extend_from_slice(bytes);
}

pub(crate) fn put_texts(texts: &[String], out: &mut Vec<u8>) {
    put_length(texts.len(), out);
    for text in texts {
        put_bytes(text.as_bytes(), out);
    }
}

/// Appends the number of a variant.
pub(crate) fn put_variant<T: PartialEq>(variant: &T, all: &[T], out: &mut Vec<u8>) {
    let number = all.iter().position(|other| other == variant);
    put_length(number.unwrap_or_default(), out);
}

/// Appends optional bytes.
pub(crate) fn put_option(bytes: Option<&[u8]>, out: &mut Vec<u8>) {
    out.push(u8::from(bytes.is_some()));
    if let Some(bytes) = bytes {
        put_bytes(bytes, out);
    }
}
