//! Group commit: an acknowledged transaction is whole, visible and on the disk, and every transaction ends.

use std::sync::{Arc, Mutex};

use keyloft::{ErrorKind, Partition, Read, Result, StorageBackend, Transaction};
use keyloft_redb::{MemoryFile, RedbBackend};
use keyloft_scheduled::thread::spawn;
use shuttle::rand::{Rng, thread_rng};

use crate::breaks::Break;
use crate::disk::Disk;

const THREADS: u8 = 3;
const TRANSACTIONS: u8 = 2;

/// The kinds of bodies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Writes,
    /// Writes, and returns an error.
    Fails,
    /// Replaces more than an undo log keeps.
    WritesMuch,
    /// Writes much, and returns an error: the whole group is undone.
    FailsAfterMuch,
    Reads,
    /// Enters the slot without a body.
    Maintains,
}

/// A transaction that was acknowledged.
struct Acknowledged {
    key: u8,
    /// The bytes that a loss of power would have left when it was.
    disk: Arc<Vec<u8>>,
}

fn marks() -> Partition {
    Partition::from("marks")
}

fn counter() -> Partition {
    Partition::from("counter")
}

fn count(from: &dyn Read) -> u8 {
    let mut count = 0;
    from.get(&counter(), b"", &mut |value| count = value[0]).unwrap();
    count
}

/// Runs transactions of several threads, some on a disk whose sync fails.
pub(crate) fn run(how: Option<Break>) {
    let disk = Disk::new(how);
    let backend = RedbBackend::with_storage(disk.clone()).unwrap();
    backend.transact(&mut |tx| tx.put(&marks(), &[255], &[0; 200])).unwrap();
    let fails = thread_rng().gen_range(0..3) == 0;
    if fails {
        disk.fail_after(thread_rng().gen_range(0..4));
    }
    let acknowledged = Arc::new(Mutex::new(Vec::new()));
    let threads: Vec<_> = (0..THREADS)
        .map(|thread| {
            let (disk, backend, acknowledged) = (disk.clone(), backend.clone(), Arc::clone(&acknowledged));
            spawn(move || {
                for number in 0..TRANSACTIONS {
                    let key = thread * TRANSACTIONS + number;
                    if one(&backend, kind(), key, fails) {
                        let disk = disk.synced();
                        acknowledged.lock().unwrap().push(Acknowledged { key, disk });
                    }
                }
            })
        })
        .collect();
    for thread in threads {
        thread.join().unwrap();
    }
    let acknowledged = acknowledged.lock().unwrap();
    if !fails {
        assert_eq!(usize::from(count(&backend)), acknowledged.len(), "an acknowledged count is lost");
    }
    let keys: Vec<u8> = acknowledged.iter().map(|acknowledged| acknowledged.key).collect();
    if let Some(Acknowledged { key, disk }) = acknowledged.get(thread_rng().gen_range(0..8)) {
        let disk = RedbBackend::with_storage(MemoryFile::from(Vec::clone(disk))).unwrap();
        assert!(disk.contains(&marks(), &[*key]).unwrap(), "{key} of {keys:?} is not on the disk");
    }
}

fn kind() -> Kind {
    match thread_rng().gen_range(0..10) {
        0 => Kind::Fails,
        1 => Kind::WritesMuch,
        2 => Kind::FailsAfterMuch,
        3 => Kind::Reads,
        4 => Kind::Maintains,
        _ => Kind::Writes,
    }
}

/// Runs a transaction. Returns `true` if it was acknowledged, and wrote.
fn one(backend: &RedbBackend, kind: Kind, key: u8, may_fail: bool) -> bool {
    if kind == Kind::Maintains {
        assert!(backend.stats().is_ok() || may_fail);
        return false;
    }
    let outcome = backend.transact(&mut |tx| body(tx, kind, key));
    let is_there = || backend.contains(&marks(), &[key]).unwrap();
    match outcome {
        Ok(()) if kind == Kind::Reads => false,
        Ok(()) => {
            assert!(is_there(), "{key} was acknowledged and is not visible");
            true
        }
        Err(error) if error.code() == "Aborted" => {
            assert!(matches!(kind, Kind::Fails | Kind::FailsAfterMuch) && !is_there());
            false
        }
        Err(error) => {
            assert!(may_fail, "{error}");
            false
        }
    }
}

fn body(tx: &mut dyn Transaction, kind: Kind, key: u8) -> Result<()> {
    let before = count(tx);
    if kind == Kind::Reads {
        return Ok(());
    }
    tx.put(&marks(), &[key], b"")?;
    tx.put(&counter(), b"", &[before + 1])?;
    if matches!(kind, Kind::WritesMuch | Kind::FailsAfterMuch) {
        tx.put(&marks(), &[255], &[key; 200])?;
    }
    if matches!(kind, Kind::Fails | Kind::FailsAfterMuch) { Err(ErrorKind::Aborted.into()) } else { Ok(()) }
}
