//! A partition of bytes.

use std::sync::Arc;

use keyloft::{Partition, Schema, StorageBackend};

use super::doc_codec::DocCodec;
use super::doc_table::DocTable;

/// The partition of this name, whose values are bytes without an envelope.
pub(super) fn partition(backend: &Arc<dyn StorageBackend>, name: &str) -> DocTable {
    let schema = Schema::with_codec(Partition::from(name), DocCodec::ENCODED).without_envelope();
    DocTable::new(backend, schema, None)
}
