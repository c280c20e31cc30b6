//! [`InvalidJson`]: JSON that is not a value of a shape.

use alloc::format;
use alloc::string::{String, ToString};
use core::fmt::{Display, Formatter, Result};

/// JSON that is not a value of a shape.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidJson {
    /// The place in the value, such as `size.width`. It is empty for the value itself.
    pub path: String,
    /// The number of bytes of the JSON that were read.
    pub at: usize,
    reason: String,
}

impl InvalidJson {
    pub(super) fn new(at: usize, reason: impl Into<String>) -> Self {
        Self { path: String::new(), at, reason: reason.into() }
    }

    /// Returns the error with another number of bytes.
    pub(super) fn after(self, at: usize) -> Self {
        Self { at, ..self }
    }

    /// Returns the error of the value around the one with the error. The segment begins with its mark.
    pub(super) fn inside(mut self, segment: &str) -> Self {
        self.path = match self.path.as_str() {
            "" => segment.into(),
            path if path.starts_with(['[', '.']) => format!("{segment}{path}"),
            path => format!("{segment}.{path}"),
        };
        self
    }
}

impl Display for InvalidJson {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        if !self.path.is_empty() {
            write!(f, "`{}`, ", self.path)?;
        }
        write!(f, "after {} bytes of the JSON: {}", self.at, self.reason)
    }
}

impl core::error::Error for InvalidJson {}

impl ::serde::de::Error for InvalidJson {
    fn custom<T: Display>(reason: T) -> Self {
        // The parser knows the place.
        Self::new(0, reason.to_string())
    }
}
