//! [`DocCodec`]: the codec of documents that keep their payload.

use keyloft::error::{DecodeReason, EncodeReason};
use keyloft::store::Codec;

use super::doc::{Decode, Doc};
use super::payload_check::PayloadCheck;

/// The codec of documents that keep their payload. Those of the system are stored by the codecs of their own tables.
pub(super) struct DocCodec {
    /// Decodes a payload; `None` keeps it encoded.
    pub(super) decode: Option<Decode>,
    /// Refuses a payload that can't be decoded, before it is kept encoded.
    pub(super) check: Option<PayloadCheck>,
}

impl DocCodec {
    /// The codec that decodes nothing.
    pub(super) const ENCODED: Self = Self { decode: None, check: None };
}

impl Codec<Doc> for DocCodec {
    fn encode(&self, doc: &Doc, out: &mut Vec<u8>) -> Result<(), EncodeReason> {
        out.extend_from_slice(doc.payload());
        Ok(())
    }

    fn decode(&self, payload: &[u8]) -> Result<Doc, DecodeReason> {
        if let Some(check) = &self.check {
            check.check(payload)?;
        }
        match self.decode {
            Some(decode) => decode(payload),
            None => Ok(Doc::Encoded(payload.to_vec())),
        }
    }
}
