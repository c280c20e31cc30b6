//! [`Parser`]: JSON, one token after the other.

use alloc::format;
use alloc::string::String;

use super::InvalidJson;

type Result<T> = core::result::Result<T, InvalidJson>;

/// The part of a JSON text that has not been read yet.
pub(super) struct Parser<'a> {
    text: &'a str,
    rest: &'a str,
}

impl<'a> Parser<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, rest: text }
    }

    pub(super) fn error(&self, reason: impl Into<String>) -> InvalidJson {
        InvalidJson::new(self.text.len() - self.rest.len(), reason)
    }

    /// Returns the error of serde, which does not know the place, with the place.
    pub(super) fn placed(&self, error: InvalidJson) -> InvalidJson {
        if error.at == 0 { error.after(self.text.len() - self.rest.len()) } else { error }
    }

    /// Returns the error for a value that is not of the expected type.
    pub(super) fn expected(&mut self, what: &str) -> InvalidJson {
        let found = match self.peek() {
            Some(b'"') => "text",
            Some(b'[') => "a list",
            Some(b'{') => "an object",
            Some(b't' | b'f') => "a bool",
            Some(b'n') => "null",
            Some(b'-' | b'0'..=b'9') => "a number",
            Some(_) => "another character",
            None => "the end",
        };
        self.error(format!("expected {what}, found {found}"))
    }

    /// Passes white space, and returns the next byte.
    pub(super) fn peek(&mut self) -> Option<u8> {
        self.rest = self.rest.trim_start_matches([' ', '\t', '\n', '\r']);
        self.rest.bytes().next()
    }

    /// Passes the token if it is next.
    pub(super) fn eat(&mut self, token: &str) -> bool {
        self.peek();
        match self.rest.strip_prefix(token) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    pub(super) fn expect(&mut self, token: &str) -> Result<()> {
        if self.eat(token) { Ok(()) } else { Err(self.expected(&format!("`{token}`"))) }
    }

    /// Passes the end of a list or an object, or what separates its next item. Returns `true` if there is a next item.
    pub(super) fn next_item(&mut self, is_first: bool, end: &str) -> Result<bool> {
        if self.eat(end) {
            return Ok(false);
        }
        if !is_first {
            self.expect(",")?;
        }
        Ok(true)
    }

    /// Passes the key of an object's entry.
    pub(super) fn key(&mut self) -> Result<String> {
        let key = self.string()?;
        self.expect(":")?;
        Ok(key)
    }

    /// Checks that nothing follows.
    pub(super) fn end(&mut self) -> Result<()> {
        if self.peek().is_none() { Ok(()) } else { Err(self.error("the value has ended")) }
    }

    /// Reads a number, and returns its text.
    pub(super) fn number(&mut self) -> Result<&'a str> {
        self.peek();
        let end = self.rest.find(|char| !matches!(char, '-' | '+' | '.' | 'e' | 'E' | '0'..='9'));
        let (number, rest) = self.rest.split_at(end.unwrap_or(self.rest.len()));
        if !is_number(number) {
            return Err(self.expected("a number"));
        }
        self.rest = rest;
        Ok(number)
    }

    /// Reads a string.
    pub(super) fn string(&mut self) -> Result<String> {
        if !self.eat("\"") {
            return Err(self.expected("text"));
        }
        let mut text = String::new();
        loop {
            let end = self.rest.find(|char: char| char < ' ' || char == '"' || char == '\\');
            let (plain, rest) = self.rest.split_at(end.unwrap_or(self.rest.len()));
            text.push_str(plain);
            let mut chars = rest.chars();
            let next = chars.next();
            self.rest = chars.as_str();
            match next {
                Some('"') => return Ok(text),
                Some('\\') => text.push(self.escaped()?),
                Some(_) => return Err(self.error("a control character in a string")),
                None => return Err(self.error("a string does not end")),
            }
        }
    }

    /// Reads the rest of an escape.
    fn escaped(&mut self) -> Result<char> {
        let mut chars = self.rest.chars();
        let kind = chars.next();
        self.rest = chars.as_str();
        let char = match kind {
            Some(char @ ('"' | '\\' | '/')) => Some(char),
            Some('b') => Some('\u{8}'),
            Some('f') => Some('\u{C}'),
            Some('n') => Some('\n'),
            Some('r') => Some('\r'),
            Some('t') => Some('\t'),
            Some('u') => match self.hex_digits() {
                // Two escapes of UTF-16 are one character.
                Some(high @ 0xD800..=0xDBFF) if self.rest.starts_with("\\u") => {
                    self.rest = self.rest.get(2..).unwrap_or_default();
                    let low = self.hex_digits().filter(|low| (0xDC00..=0xDFFF).contains(low));
                    low.and_then(|low| char::from_u32(0x1_0000 + ((high - 0xD800) << 10) + (low - 0xDC00)))
                }
                Some(char) => char::from_u32(char),
                None => None,
            },
            _ => None,
        };
        char.ok_or_else(|| self.error("a string has an escape that is no character"))
    }

    fn hex_digits(&mut self) -> Option<u32> {
        let (digits, rest) = self.rest.split_at_checked(4)?;
        self.rest = rest;
        if digits.starts_with('+') { None } else { u32::from_str_radix(digits, 16).ok() }
    }
}

/// Returns `true` if the text is a number in JSON.
fn is_number(text: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let text = text.strip_prefix('-').unwrap_or(text);
    let (mantissa, exponent) = text.split_once(['e', 'E']).map_or((text, None), |(m, e)| (m, Some(e)));
    let (whole, fraction) = mantissa.split_once('.').map_or((mantissa, None), |(w, f)| (w, Some(f)));
    digits(whole)
        && (whole == "0" || !whole.starts_with('0'))
        && fraction.is_none_or(digits)
        && exponent.is_none_or(|exponent| digits(exponent.strip_prefix(['-', '+']).unwrap_or(exponent)))
}
