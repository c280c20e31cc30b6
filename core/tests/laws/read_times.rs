//! A snapshot and a transaction have one time, through every layer.

use std::sync::Arc;

use keyloft::Read;
use keyloft::layers::{Observed, ReadOnly, Scoped, Staged};
use keyloft::prelude::*;
use keyloft_memory::MemoryBackend;

fn has_one_time(reader: &dyn Read) -> bool {
    reader.read_time(&|| 1) == reader.read_time(&|| 2)
}

#[test]
fn a_snapshot_and_a_transaction_have_one_time_through_every_layer() {
    let memory = MemoryBackend::new();
    let writable: [Arc<dyn StorageBackend>; 3] = [
        Arc::new(memory.clone()),
        Arc::new(Observed::new(memory.clone())),
        Arc::new(Scoped::new(memory.clone(), "tenant")),
    ];
    for backend in writable {
        assert!(!has_one_time(&*backend), "a backend has the present time");
        assert!(has_one_time(&*backend.snapshot().unwrap()));
        assert!(backend.transaction(|tx| Ok(has_one_time(tx))).unwrap());
    }
    assert!(has_one_time(&*ReadOnly::new(memory.clone()).snapshot().unwrap()));
    assert!(has_one_time(&Staged::begin(&memory).unwrap()));
    // Two snapshots of one commit have each their own time.
    let snapshots = [memory.snapshot().unwrap(), memory.snapshot().unwrap()];
    assert_eq!(snapshots.map(|snapshot| snapshot.read_time(&|| 1)), [1, 1]);
    assert_eq!(memory.snapshot().unwrap().read_time(&|| 2), 2);
}

#[test]
fn a_transaction_while_somebody_watches_has_one_time() {
    let observed = Arc::new(Observed::new(MemoryBackend::new()));
    let rows = Table::<u32, u32>::new(observed.clone(), "rows");
    let _watch = rows.watch(&observed.feed(), ..).unwrap();
    assert!(observed.transaction(|tx| Ok(has_one_time(tx))).unwrap());
}
