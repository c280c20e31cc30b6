//! Cases on exports and imports.

pub(crate) mod damaged_streams;
pub(crate) mod exports;
pub(crate) mod hostile_streams;
pub(crate) mod imports;
mod stream;

use std::sync::Arc;

use keyloft::transfer::{self, Summary};
use keyloft::{Partition, Result, StorageBackend};

use crate::Fixture;
use crate::writing::Commit;

/// Returns a backend with entries of every kind that a stream can have.
fn filled(fixture: &dyn Fixture) -> Arc<dyn StorageBackend> {
    let backend = fixture.open();
    fill(&backend);
    backend
}

fn fill(backend: &dyn StorageBackend) {
    let entries: [(&str, &[u8], &[u8]); 8] = [
        ("users", b"alice", b"\x01\x01\x05alice"),
        ("users", b"bob", b""),
        ("users", b"", b"of the empty key"),
        ("#name:users", b"alice", b"alice"),
        ("%#1", b"\x00", &[0xFF; 10]),
        ("@tenant/jobs", b"\xff\xff", b"\x00"),
        ("Übersicht ☃", b"k", b"v"),
        ("empty values", b"k", b""),
    ];
    backend.commit(|tx| {
        for (partition, key, value) in entries {
            tx.put(&Partition::from_stored(partition), key, value).unwrap();
        }
    });
}

fn export(backend: &dyn StorageBackend) -> Vec<u8> {
    let mut stream = Vec::new();
    transfer::export(backend, &mut stream).unwrap();
    stream
}

fn import(backend: &dyn StorageBackend, stream: &[u8]) -> Result<Summary> {
    transfer::import(backend, || Ok(stream))
}
