//! The suite on the in-memory backend and on the layers.

#![allow(clippy::unwrap_used)] // every item is of a test

use std::sync::Arc;

use keyloft::layers::{ReadOnly, Scoped};
use keyloft::{Partition, StorageBackend};
use keyloft_conformance::{Fixture, reads, suite};
use keyloft_memory::MemoryBackend;

suite!(memory, MemoryBackend::new);
suite!(scoped, || Scoped::new(MemoryBackend::new(), "tenant"));
reads!(read_only, ReadOnlyMemory);

struct ReadOnlyMemory;

impl Fixture for ReadOnlyMemory {
    fn open(&self) -> Arc<dyn StorageBackend> {
        Arc::new(MemoryBackend::new())
    }

    fn view(&self, backend: &Arc<dyn StorageBackend>) -> Arc<dyn StorageBackend> {
        Arc::new(ReadOnly::new(Arc::clone(backend)))
    }
}

#[test]
fn read_only_refuses_to_write() {
    let memory = ReadOnlyMemory.open();
    let view = ReadOnlyMemory.view(&memory);
    let mut ran = false;
    let refused = view.transact(&mut |tx| {
        ran = true;
        tx.put(&Partition::from("notes"), b"a", b"")
    });
    assert_eq!((refused.unwrap_err().code(), ran), ("ReadOnly", false));
    assert!(memory.partitions().unwrap().is_empty());
}
