use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use keyloft::backend::{Direction, KeyRange};
use keyloft::{ErrorKind, Partition, Read, Result, StorageBackend, Transaction};
use redb::TableHandle;

use crate::RedbBackend;
use crate::test_disk::{Operation, TestDisk};
use crate::undo_log::MAX_BYTES;

/// A storage that counts its syncs, which fail while the flag is set.
struct Disk {
    storage: TestDisk,
    syncs: Arc<AtomicUsize>,
    broken: Arc<AtomicBool>,
}

impl Disk {
    fn new() -> Self {
        let (syncs, broken) = <(Arc<AtomicUsize>, Arc<AtomicBool>)>::default();
        let (counter, is_broken) = (syncs.clone(), broken.clone());
        let storage = TestDisk::new(move |_, operation, work| {
            if operation == Operation::Sync {
                counter.fetch_add(1, Ordering::Relaxed);
                if is_broken.load(Ordering::Relaxed) {
                    return Err(io::Error::other("the cable is out"));
                }
            }
            work()
        });
        Self { storage, syncs, broken }
    }

    fn syncs(&self) -> usize {
        self.syncs.load(Ordering::Relaxed)
    }
}

type Body<'a> = &'a (dyn Fn(&mut dyn Transaction) -> Result<()> + Sync);

/// Runs the first body, and the others after it in some order. All of them wait for the slot before the first ends.
fn together(backend: &RedbBackend, first: Body<'_>, others: &[Body<'_>]) -> Vec<thread::Result<Result<()>>> {
    let began = AtomicBool::new(false);
    thread::scope(|scope| {
        let mut threads = vec![scope.spawn(|| {
            backend.transact(&mut |tx| {
                // A second run finds the others gone.
                if !began.swap(true, Ordering::Release) {
                    while backend.group_commit().waiting() < others.len() {
                        thread::yield_now();
                    }
                }
                first(tx)
            })
        })];
        while !began.load(Ordering::Acquire) {
            thread::yield_now();
        }
        threads.extend(others.iter().map(|body| scope.spawn(|| backend.transact(&mut |tx| body(tx)))));
        threads.into_iter().map(thread::ScopedJoinHandle::join).collect()
    })
}

fn all_done(ended: Vec<thread::Result<Result<()>>>) {
    for ended in ended {
        ended.unwrap().unwrap();
    }
}

fn notes() -> Partition {
    Partition::from("notes")
}

fn entries(from: &dyn Read, partition: &Partition) -> Vec<(Vec<u8>, Vec<u8>)> {
    let mut entries = Vec::new();
    from.scan(partition, KeyRange::ALL, Direction::Forward, &mut |key, value| {
        entries.push((key.to_vec(), value.to_vec()));
        std::ops::ControlFlow::Continue(())
    })
    .unwrap();
    entries
}

fn entry(key: &[u8], value: &[u8]) -> (Vec<u8>, Vec<u8>) {
    (key.to_vec(), value.to_vec())
}

fn counter() -> Partition {
    Partition::from("counter")
}

/// Increments the counter.
fn count(tx: &mut dyn Transaction) -> Result<()> {
    let number = number(tx);
    tx.put(&counter(), b"", &[number + 1])
}

fn number(from: &dyn Read) -> u8 {
    let mut number = 0;
    from.get(&counter(), b"", &mut |value| number = value[0]).unwrap();
    number
}

fn codes(ended: Vec<thread::Result<Result<()>>>) -> Vec<Result<(), &'static str>> {
    let code = |ended: thread::Result<Result<()>>| match ended {
        Ok(returned) => returned.map_err(|error| error.code()),
        Err(_panic) => Err("panic"),
    };
    ended.into_iter().map(code).collect()
}

#[test]
fn a_group_is_synced_once_and_is_invisible_to_readers_until_then() {
    let disk = Disk::new();
    let backend = RedbBackend::with_storage(disk.storage.clone()).unwrap();
    backend.transact(&mut count).unwrap();
    let before = disk.syncs();
    backend.transact(&mut count).unwrap();
    let of_one = disk.syncs() - before;

    let body = |tx: &mut dyn Transaction| {
        count(tx)?;
        assert_eq!((number(&backend), number(&*backend.snapshot()?)), (2, 2));
        Ok(())
    };
    let before = disk.syncs();
    let others: [Body<'_>; 7] = [&body; 7];
    all_done(together(&backend, &body, &others));
    assert_eq!(disk.syncs() - before, of_one);
    assert_eq!(number(&backend), 10);
}

#[test]
fn a_body_that_fails_or_panics_rolls_back_its_own_writes_alone() {
    let backend = RedbBackend::in_memory().unwrap();
    let (other, new) = (Partition::from("other"), Partition::from("new"));
    backend
        .transact(&mut |tx| {
            (0..50_u8).try_for_each(|key| tx.put(&notes(), &[key], b"old"))?;
            tx.put(&other, b"1", b"milk")
        })
        .unwrap();
    let before = entries(&backend, &notes());

    let write = |tx: &mut dyn Transaction| -> Result<()> {
        tx.put(&notes(), &[1], b"first")?;
        tx.put(&notes(), &[1], b"second")?;
        tx.put(&notes(), &[200], b"")?;
        assert!(tx.delete(&notes(), &[2])?);
        tx.put(&notes(), &[2], b"again")?;
        assert_eq!(tx.delete_range(&notes(), KeyRange::ALL)?, 51);
        tx.put(&notes(), &[3], b"after")?;
        assert_eq!(tx.delete_range(&other, KeyRange::ALL)?, 1);
        tx.put(&new, b"1", b"")
    };
    let fails = |tx: &mut dyn Transaction| {
        write(tx)?;
        tx.put(&notes(), &[0; 5000], b"")
    };
    let panics = |tx: &mut dyn Transaction| {
        write(tx)?;
        panic!("out of luck")
    };
    let ended = together(&backend, &count, &[&fails, &count, &panics, &count, &fails]);
    let failed = Err("KeyTooLong");
    assert_eq!(codes(ended), [Ok(()), failed, Ok(()), Err("panic"), Ok(()), failed]);
    assert_eq!(number(&backend), 3);
    assert_eq!(entries(&backend, &notes()), before);
    assert_eq!(entries(&backend, &other), [entry(b"1", b"milk")]);
    let (read, _) = backend.engine().begin_read().unwrap();
    let tables: Vec<_> = read.list_tables().unwrap().map(|table| table.name().to_owned()).collect();
    assert_eq!(tables, ["counter", "notes", "other"]);
    drop(read);
    assert!(backend.check_integrity().unwrap());
}

#[test]
fn a_body_finds_partitions_as_the_members_before_it_left_them() {
    let backend = RedbBackend::in_memory().unwrap();
    let gone = Partition::from("gone");
    backend.transact(&mut |tx| tx.put(&gone, b"1", b"milk")).unwrap();
    let clears = |tx: &mut dyn Transaction| {
        assert_eq!(tx.delete_range(&gone, KeyRange::ALL)?, 1);
        tx.put(&notes(), b"1", b"bread")
    };
    let looks = |tx: &mut dyn Transaction| {
        assert_eq!(tx.partitions()?, [notes()]);
        assert!(!tx.contains(&gone, b"1")? && !tx.delete(&gone, b"1")?);
        tx.put(&gone, b"2", b"tea")?;
        assert_eq!(tx.partitions()?, [gone.clone(), notes()]);
        Err(ErrorKind::Aborted.into())
    };
    let ended = together(&backend, &clears, &[&looks, &looks]);
    assert_eq!(codes(ended), [Ok(()), Err("Aborted"), Err("Aborted")]);
    assert_eq!(backend.partitions().unwrap(), [notes()]);
}

#[test]
fn a_table_of_another_type_fails_only_the_body_that_opens_it() {
    let backend = RedbBackend::in_memory().unwrap();
    let (write, _) = backend.engine().begin_write().unwrap();
    write.open_multimap_table(redb::MultimapTableDefinition::<u32, u32>::new("theirs")).unwrap();
    write.commit().unwrap();
    let theirs = Partition::from("theirs");
    let asks = |tx: &mut dyn Transaction| {
        count(tx)?;
        tx.put(&theirs, b"1", b"milk")
    };
    assert_eq!(codes(together(&backend, &count, &[&asks, &count])), [Ok(()), Err("Backend"), Ok(())]);
    assert_eq!(number(&backend), 2);
}

/// Replaces more than an undo log keeps. Nobody may see an error.
fn replace_much(tx: &mut dyn Transaction) {
    let large = vec![7; MAX_BYTES / 4];
    for key in 0..8_u8 {
        tx.put(&notes(), &[key], &large).unwrap();
        assert!(tx.get(&notes(), &[key], &mut |value| assert_eq!(value, large)).unwrap());
    }
}

#[test]
fn a_body_that_fills_its_undo_log_runs_once_and_sees_no_error() {
    let backend = RedbBackend::in_memory().unwrap();
    backend
        .transact(&mut |tx| (0..9_u8).try_for_each(|key| tx.put(&notes(), &[key], &vec![1; 300_000])))
        .unwrap();
    let runs = AtomicUsize::new(0);
    let replaces = |tx: &mut dyn Transaction| {
        runs.fetch_add(1, Ordering::Relaxed);
        replace_much(tx);
        count(tx)
    };
    let clears = |tx: &mut dyn Transaction| {
        runs.fetch_add(1, Ordering::Relaxed);
        replace_much(tx);
        assert_eq!(tx.delete_range(&notes(), KeyRange::ALL).unwrap(), 9);
        assert_eq!(tx.count(&notes(), KeyRange::ALL).unwrap(), 0);
        tx.put(&notes(), b"1", b"milk").unwrap();
        count(tx)
    };
    let bodies: [Body<'_>; 2] = [&replaces, &clears];
    for body in bodies {
        runs.store(0, Ordering::Relaxed);
        all_done(together(&backend, &count, &[body, &count]));
        assert_eq!(runs.load(Ordering::Relaxed), 1);
    }
    assert_eq!(number(&backend), 6);
    assert_eq!(entries(&backend, &notes()), [entry(b"1", b"milk")]);
    assert!(backend.check_integrity().unwrap());
}

#[test]
fn a_body_that_fails_after_it_has_filled_its_undo_log_leaves_the_others_whole() {
    let backend = RedbBackend::in_memory().unwrap();
    backend
        .transact(&mut |tx| (0..9_u8).try_for_each(|key| tx.put(&notes(), &[key], &vec![1; 300_000])))
        .unwrap();
    let before = entries(&backend, &notes());
    let runs = AtomicUsize::new(0);
    let fails = |tx: &mut dyn Transaction| {
        runs.fetch_add(1, Ordering::Relaxed);
        replace_much(tx);
        tx.put(&notes(), &[0; 5000], b"")
    };
    let panics = |tx: &mut dyn Transaction| {
        runs.fetch_add(1, Ordering::Relaxed);
        replace_much(tx);
        panic!("out of luck")
    };
    let bodies: [(Body<'_>, _, _); 2] = [(&fails, "KeyTooLong", 2), (&panics, "panic", 1)];
    for (round, (body, code, most)) in bodies.into_iter().enumerate() {
        runs.store(0, Ordering::Relaxed);
        let ended = codes(together(&backend, &count, &[&count, body, &count, body]));
        assert_eq!(ended.iter().filter(|ended| **ended == Err(code)).count(), 2, "{ended:?}");
        assert_eq!(ended.iter().filter(|ended| ended.is_ok()).count(), 3, "{ended:?}");
        assert!(runs.load(Ordering::Relaxed) <= 2 * most);
        assert_eq!(number(&backend), 3 * (u8::try_from(round).unwrap() + 1));
        assert_eq!(entries(&backend, &notes()), before);
    }
    assert!(backend.check_integrity().unwrap());
}

#[test]
fn a_failed_sync_fails_every_member_of_the_group() {
    let disk = Disk::new();
    let backend = RedbBackend::with_storage(disk.storage.clone()).unwrap();
    backend.transact(&mut count).unwrap();
    let breaks = |tx: &mut dyn Transaction| {
        disk.broken.store(true, Ordering::Relaxed);
        count(tx)
    };
    let fails = |tx: &mut dyn Transaction| tx.put(&notes(), &[0; 5000], b"");
    for ended in together(&backend, &breaks, &[&count, &fails, &count]) {
        let error = ended.unwrap().unwrap_err();
        assert_eq!(error.code(), "CommitUnknown");
        assert!(
            error.to_string().starts_with(
                "the outcome of the commit to `the given storage` is unknown: the cable is out; all of its writes are \
                 stored or none"
            ),
            "{error}"
        );
    }
    assert_eq!(number(&backend), 1);
    assert_eq!(backend.transact(&mut count).unwrap_err().code(), "StorageFailed");
}

#[test]
fn maintenance_commits_an_open_group_first() {
    let disk = Disk::new();
    let backend = RedbBackend::with_storage(disk.storage.clone()).unwrap();
    let began = AtomicBool::new(false);
    thread::scope(|scope| {
        let first = scope.spawn(|| {
            backend.transact(&mut |tx| {
                began.store(true, Ordering::Release);
                while backend.group_commit().waiting() == 0 {
                    thread::yield_now();
                }
                count(tx)
            })
        });
        while !began.load(Ordering::Acquire) {
            thread::yield_now();
        }
        // The first body leaves the group open for this thread, which runs no body.
        backend.stats().unwrap();
        first.join().unwrap().unwrap();
    });
    assert_eq!(number(&backend), 1);
    backend.close().unwrap();
    let backend = RedbBackend::with_storage(disk.storage).unwrap();
    assert_eq!(number(&backend), 1);
}
