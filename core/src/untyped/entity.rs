//! [`UntypedEntity`]: an entity without its Rust type.

use alloc::vec::Vec;

use crate::error::{DecodeReason, EncodeReason};
use crate::store::Codec;

/// An entity without its Rust type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UntypedEntity {
    /// The schema version with which it was stored.
    pub version: u32,
    /// The entity in the encoding of its table, without the envelope.
    pub payload: Vec<u8>,
}

/// The codec of a table whose present version this is.
pub(super) struct PayloadCodec(pub(super) u32);

impl Codec<UntypedEntity> for PayloadCodec {
    fn encode(&self, entity: &UntypedEntity, out: &mut Vec<u8>) -> Result<(), EncodeReason> {
        if entity.version != self.0 {
            return Err(EncodeReason::other(
                "it is of an older version, and only its program can upgrade it",
            ));
        }
        out.extend_from_slice(&entity.payload);
        Ok(())
    }

    fn decode(&self, payload: &[u8]) -> Result<UntypedEntity, DecodeReason> {
        Ok(UntypedEntity { version: self.0, payload: payload.to_vec() })
    }
}
