//! [`PayloadCheck`]: the check that a payload can be decoded.

use keyloft::error::DecodeReason;
use keyloft::shape::Shape;

use super::doc::Decode;

/// The check that a payload can be decoded.
#[derive(Clone)]
pub(super) struct PayloadCheck {
    /// The decoder of the table's indexes and rules, which may skip parts.
    pub(super) decode: Option<Decode>,
    /// Decodes all of a payload.
    pub(super) decode_all: DecodeAll,
    /// The shape of the payloads, if only that is known of them.
    pub(super) shape: Option<Shape>,
}

/// Decodes all of a payload, and keeps nothing of it.
pub(super) type DecodeAll = fn(&[u8]) -> Result<(), DecodeReason>;

impl PayloadCheck {
    /// The check by this decoder alone.
    pub(super) fn by(decode: Option<Decode>) -> Self {
        Self { decode, decode_all: |_| Ok(()), shape: None }
    }

    /// Refuses a payload that can't be decoded.
    pub(super) fn check(&self, payload: &[u8]) -> Result<(), DecodeReason> {
        self.decode.map_or(Ok(()), |decode| decode(payload).map(drop))?;
        (self.decode_all)(payload)?;
        self.check_shape(payload)
    }

    /// Refuses a payload that does not have the shape.
    pub(super) fn check_shape(&self, payload: &[u8]) -> Result<(), DecodeReason> {
        let Some(shape) = &self.shape else { return Ok(()) };
        shape.read(payload).map(drop).map_err(|error| DecodeReason::other(error.to_string()))
    }
}
