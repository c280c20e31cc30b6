//! [`Malformed`]: bytes that are not of a shape.

use thiserror::Error;

/// Bytes that are no value of a shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("after {at} bytes, the payload does not fit the shape: {reason}")]
pub struct Malformed {
    /// The number of bytes that were read, the last of which may be the wrong one.
    pub at: usize,
    reason: &'static str,
}

impl Malformed {
    pub(super) fn new(at: usize, reason: &'static str) -> Self {
        Self { at, reason }
    }
}
