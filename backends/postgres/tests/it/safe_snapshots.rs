//! Snapshots that are part of the order of the transactions.

use std::sync::Arc;
use std::thread;

use keyloft::{Partition, Read, Snapshot, StorageBackend, StorageBackendExt};
use keyloft_postgres::PostgresBackend;

use crate::cluster::Cluster;

fn has(reader: &(impl Read + ?Sized), key: &[u8]) -> bool {
    reader.contains(&Partition::from("till"), key).unwrap()
}

/// A receipt is written to the batch that was open when it began. Meanwhile the batch is closed. Returns what a reader sees who
/// begins after the closing, and before the receipt is there: whether the batch is closed, and whether the receipt is missing.
fn report_of_a_closed_batch(db: &PostgresBackend) -> (bool, bool) {
    let till = Partition::from("till");
    let mut report = None;
    let mut runs = 0;
    db.transaction(|tx| {
        runs += 1;
        let is_closed = has(tx, b"closed");
        if runs == 1 {
            thread::scope(|scope| {
                let close = || db.transaction(|tx| tx.put(&till, b"closed", b""));
                scope.spawn(close).join().unwrap().unwrap();
            });
            // A safe snapshot waits until this transaction has ended, so it is taken on a thread of its own.
            let reader = db.clone();
            report = Some(thread::spawn(move || {
                let snapshot = reader.snapshot().unwrap();
                (has(&*snapshot, b"closed"), !has(&*snapshot, b"receipt"))
            }));
            thread::sleep(std::time::Duration::from_millis(300));
        }
        tx.put(&till, if is_closed { b"too late" } else { b"receipt" }, b"")
    })
    .unwrap();
    report.unwrap().join().unwrap()
}

pub(crate) fn see_no_state_between_two_transactions(cluster: &Arc<Cluster>) {
    // An ordinary one sees the batch closed and without its last receipt, which comes later.
    assert_eq!(report_of_a_closed_batch(&cluster.options().open().unwrap()), (true, true));
    let safe = cluster.options().safe_snapshots(true).open().unwrap();
    assert_eq!(report_of_a_closed_batch(&safe), (true, false));
}

pub(crate) fn never_make_a_writer_run_again(cluster: &Arc<Cluster>) {
    let db = cluster.options().safe_snapshots(true).open().unwrap();
    let till = Partition::from("till");
    let mut runs = 0;
    for round in 0..20_u8 {
        let snapshot: Arc<dyn Snapshot> = db.snapshot().unwrap();
        let seen = has(&*snapshot, &[round]);
        db.transaction(|tx| {
            runs += 1;
            assert!(!seen && !has(tx, &[round]));
            tx.put(&till, &[round], b"")
        })
        .unwrap();
        assert!(!has(&*snapshot, &[round]));
    }
    assert_eq!(runs, 20);
}
