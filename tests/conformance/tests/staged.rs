//! The suite on staged transactions.

#![allow(clippy::unwrap_used)] // every item is of a test

use std::sync::Arc;

use keyloft::backend::{KeyRange, TransactionBody, WriterLock};
use keyloft::layers::{Observed, Staged};
use keyloft::prelude::*;
use keyloft::{Partition, Read, Snapshot, delegate_reads};
use keyloft_conformance::suite;
use keyloft_memory::MemoryBackend;

suite!(staged, Staging::default);
suite!(staged_and_observed, || Observed::new(Staging::default()));

#[test]
fn applying_twice_is_as_good_as_once() {
    let (backend, notes) = (MemoryBackend::new(), Partition::from("notes"));
    backend.transact(&mut |tx| tx.put(&notes, b"old", b"")).unwrap();
    let mut staged = Staged::begin(&backend).unwrap();
    staged.put(&notes, b"lost", b"").unwrap();
    assert_eq!(staged.delete_range(&notes, KeyRange::ALL).unwrap(), 2);
    staged.put(&notes, b"new", b"1").unwrap();
    assert!(!staged.delete(&notes, b"old").unwrap());
    backend
        .transact(&mut |tx| {
            staged.apply(tx)?;
            assert_eq!(tx.count(&notes, KeyRange::ALL)?, 1);
            staged.apply(tx)
        })
        .unwrap();
    assert_eq!(backend.count(&notes, KeyRange::ALL).unwrap(), 1);
    assert!(backend.contains(&notes, b"new").unwrap());
}

/// A backend that runs each body on a [`Staged`], and commits the writes that it has collected.
#[derive(Default)]
struct Staging {
    inner: MemoryBackend,
    writer: WriterLock,
}

impl StorageBackend for Staging {
    fn snapshot(&self) -> Result<Arc<dyn Snapshot>> {
        self.inner.snapshot()
    }

    fn transact(&self, body: &mut TransactionBody<'_>) -> Result<()> {
        let _turn = self.writer.enter()?;
        let mut staged = Staged::begin(&self.inner)?;
        body(&mut staged)?;
        self.inner.transact(&mut |tx| staged.apply(tx))
    }
}

impl Read for Staging {
    delegate_reads!(self => self.inner);
}
