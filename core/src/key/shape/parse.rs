//! The bytes of a key's text, read by its shape.

use alloc::boxed::Box;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::fault::Fault;
use super::text::{self, NAN_32, NAN_64};
use super::{KeyPart, KeyShape, KeyValue, instant};
use crate::error::Result;
use crate::excerpt::excerpt_of_text;
use crate::key::{TotalF32, TotalF64, percent};

impl KeyShape {
    /// Returns the bytes of the key with this text, in the form that [`describe`](KeyShape::describe) writes.
    ///
    /// Spaces around a part are skipped.
    ///
    /// ```
    /// use keyloft::StorageKey;
    ///
    /// assert_eq!(u32::shape().parse("42")?, *42_u32.encode());
    /// assert_eq!(String::shape().parse("bob")?, b"bob");
    /// assert_eq!(<(String, i64)>::shape().parse("(attic, -5)")?, *("attic".to_owned(), -5_i64).encode());
    /// assert_eq!(<Vec<u8>>::shape().parse("0x00ff")?, [0x00, 0xff]);
    ///
    /// let error = u8::shape().parse("256").unwrap_err();
    /// assert!(error.to_string().starts_with("key `256` is not a u8: it is out of range"));
    /// # Ok::<(), keyloft::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidKey`](crate::ErrorKind::InvalidKey) if the text is that of no key.
    pub fn parse(&self, text: &str) -> Result<Vec<u8>> {
        self.or_bytes()
            .read_whole_text(text)
            .map_err(|fault| fault.of_text(excerpt_of_text(text.to_string())))
    }

    fn read_whole_text(&self, text: &str) -> Result<Vec<u8>, Fault> {
        let mut rest = text;
        let value = self.read_text(&mut rest, false)?;
        if !rest.trim().is_empty() {
            return Err(self.fault("more text follows it"));
        }
        let mut out = Vec::new();
        self.write(&value, true, &mut out)?;
        Ok(out)
    }

    /// Removes the text of a key from the front of `input`. Inside of parentheses it ends before a separator.
    fn read_text(&self, input: &mut &str, in_parts: bool) -> Result<KeyValue, Fault> {
        *input = input.trim_start();
        match self {
            Self::Reverse(inner) => inner.read_text(input, in_parts),
            Self::Option(inner) => {
                let mut after = *input;
                if bare(&mut after, in_parts) == "None" {
                    *input = after;
                    return Ok(KeyValue::None);
                }
                if !inner.may_be_none() {
                    return Ok(KeyValue::Some(Box::new(inner.read_text(input, in_parts)?)));
                }
                self.expect("Some", input)?;
                self.expect("(", input)?;
                let value = inner.read_text(input, true)?;
                self.expect(")", input)?;
                Ok(KeyValue::Some(Box::new(value)))
            }
            Self::Parts(parts) => Ok(KeyValue::Parts(self.read_parts(parts, input)?)),
            Self::Enum(variants) => {
                let name = bare(input, true);
                let variant = variants.iter().find(|variant| variant.name == name);
                let variant = variant.ok_or_else(|| self.fault("it has no such variant"))?;
                let parts = if variant.parts.is_empty() {
                    Vec::new()
                } else {
                    self.read_parts(&variant.parts, input)?
                };
                Ok(KeyValue::Variant { name: name.into(), parts })
            }
            Self::Joined { right, .. } => {
                let mut left =
                    self.read_string(input, |char| char == ':' || in_parts && text::is_separator(char))?.0;
                self.expect(":", input)?;
                left.push(':');
                let (left, _) = percent::split(left.as_bytes()).map_err(|reason| self.fault(reason))?;
                let right = right.shape.read_text(input, in_parts)?;
                Ok(KeyValue::Parts(Vec::from([KeyValue::Text(left), right])))
            }
            Self::Text => {
                Ok(KeyValue::Text(self.read_string(input, |char| in_parts && text::is_separator(char))?.0))
            }
            Self::Bytes | Self::Array(_) => {
                let (text, is_quoted) =
                    self.read_string(input, |char| in_parts && text::is_separator(char))?;
                match text.strip_prefix("0x") {
                    Some(digits) if !is_quoted => self.hex(digits),
                    _ => Ok(KeyValue::Bytes(text.into_bytes())),
                }
            }
            Self::Unit => {
                self.expect("(", input)?;
                self.expect(")", input)?;
                Ok(KeyValue::Unit)
            }
            _ => self.read_word(bare(input, true)),
        }
    }

    /// Reads a text without parentheses, commas and quotes.
    fn read_word(&self, word: &str) -> Result<KeyValue, Fault> {
        let value = match self {
            Self::Bool => word.parse().ok().map(KeyValue::Bool),
            Self::F32 => match nan(word, NAN_32.into()) {
                Some(bits) => u32::try_from(bits).ok().map(f32::from_bits).filter(|float| float.is_nan()),
                None => word.parse().ok().filter(|float: &f32| is_exact(word, float.is_finite())),
            }
            .map(|float| KeyValue::F32(TotalF32(float))),
            Self::F64 => match nan(word, NAN_64) {
                Some(bits) => Some(f64::from_bits(bits)).filter(|float| float.is_nan()),
                None => word.parse().ok().filter(|float: &f64| is_exact(word, float.is_finite())),
            }
            .map(|float| KeyValue::F64(TotalF64(float))),
            Self::Timestamp => instant::from_text(word)
                .map(|(seconds, nanoseconds)| KeyValue::Timestamp { seconds, nanoseconds }),
            Self::Uuid => {
                let has_hyphens = word.len() == 36
                    && word
                        .bytes()
                        .enumerate()
                        .all(|(place, byte)| matches!(place, 8 | 13 | 18 | 23) == (byte == b'-'));
                return self.hex(&if has_hyphens { word.replace('-', "") } else { word.into() });
            }
            Self::I8 | Self::I16 | Self::I32 | Self::I64 | Self::I128 => {
                word.parse().ok().map(KeyValue::Signed)
            }
            _ => word.parse().ok().map(KeyValue::Unsigned),
        };
        value.ok_or_else(|| {
            self.fault(if word.is_empty() { EMPTY } else { "the text is not in the form of the type" })
        })
    }

    fn read_parts(&self, parts: &[KeyPart], input: &mut &str) -> Result<Vec<KeyValue>, Fault> {
        self.expect("(", input)?;
        let mut values = Vec::new();
        for part in parts {
            if !values.is_empty() {
                self.expect(",", input)?;
            }
            values.push(part.shape.read_text(input, true)?);
        }
        self.expect(")", input)?;
        Ok(values)
    }

    /// Removes a text from the front of `input`, and returns true with it if it is in quotes. A bare one ends before the
    /// first character that `ends` it.
    fn read_string(&self, input: &mut &str, ends: impl Fn(char) -> bool) -> Result<(String, bool), Fault> {
        *input = input.trim_start();
        if let Some(rest) = input.strip_prefix('"') {
            *input = rest;
            let text = text::take_quoted(input)
                .ok_or_else(|| self.fault("a quote has no end or an unknown escape"))?;
            return Ok((text, true));
        }
        let (text, rest) =
            input.split_at_checked(input.find(ends).unwrap_or(input.len())).unwrap_or((input, ""));
        *input = rest;
        match text.trim_end() {
            "" => Err(self.fault(EMPTY)),
            text => Ok((text.into(), false)),
        }
    }

    /// Removes a word or a separator and the spaces before it from the front of `input`.
    fn expect(&self, separator: &str, input: &mut &str) -> Result<(), Fault> {
        let rest = input.trim_start().strip_prefix(separator);
        *input = rest.ok_or_else(|| self.fault("a parenthesis, a comma or a colon is missing"))?;
        Ok(())
    }

    fn hex(&self, digits: &str) -> Result<KeyValue, Fault> {
        let bytes = hex::decode(digits).map_err(|_| self.fault("it is not an even number of hex digits"))?;
        Ok(KeyValue::Bytes(bytes))
    }
}

const EMPTY: &str = "a part is empty, and an empty text is `\"\"`";

/// Removes a text up to its end or to the next separator from the front of `input`.
fn bare<'a>(input: &mut &'a str, in_parts: bool) -> &'a str {
    let whole = *input;
    let end = whole.find(|char| in_parts && text::is_separator(char)).unwrap_or(whole.len());
    let (word, rest) = whole.split_at_checked(end).unwrap_or((whole, ""));
    *input = rest;
    word.trim()
}

/// Returns the bits of a NaN, which the text names if they are not the usual ones.
fn nan(word: &str, usual: u64) -> Option<u64> {
    match word.strip_prefix("NaN")? {
        "" => Some(usual),
        bits => u64::from_str_radix(bits.strip_prefix(':')?, 16).ok(),
    }
}

/// Returns true if the number is not the infinity that a number out of range becomes, and not another spelling of NaN.
fn is_exact(word: &str, is_finite: bool) -> bool {
    is_finite || matches!(word, "inf" | "-inf")
}
