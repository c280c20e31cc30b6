//! The cached snapshot of the newest commit, and snapshots that are held.

use std::fs;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;

use keyloft::backend::{Direction, KeyRange};
use keyloft::{Partition, Read, StorageBackend, StorageBackendExt};
use keyloft_redb::{Durability, RedbBackend};

use crate::helpers::{filled, get, notes, put};

#[test]
fn a_caller_reads_its_own_commits_at_once() {
    let backend = RedbBackend::in_memory().unwrap();
    assert_eq!(get(&backend, b"1"), None);
    for round in 0..100_u32 {
        put(&backend, b"1", &round.to_be_bytes()).unwrap();
        assert_eq!(get(&backend, b"1").unwrap(), round.to_be_bytes());
        assert_eq!(get(&*backend.snapshot().unwrap(), b"1").unwrap(), round.to_be_bytes());
    }
}

#[test]
fn a_partition_that_was_read_as_missing_is_found_after_its_first_commit() {
    let backend = RedbBackend::in_memory().unwrap();
    assert_eq!(get(&backend, b"1"), None);
    let before = backend.snapshot().unwrap();
    put(&backend, b"1", b"milk").unwrap();
    assert_eq!(get(&backend, b"1").unwrap(), b"milk");
    assert_eq!(get(&*before, b"1"), None);
    assert_eq!(before.partitions().unwrap(), []);
}

#[test]
fn each_snapshot_and_transaction_has_one_time() {
    let backend = filled(RedbBackend::in_memory().unwrap(), 1);
    let times = |reader: &dyn Read| (reader.read_time(&|| 1), reader.read_time(&|| 2));
    // They share the tables of one commit, but not the time.
    assert_eq!(times(&*backend.snapshot().unwrap()), (1, 1));
    assert_eq!(backend.snapshot().unwrap().read_time(&|| 2), 2);
    assert_eq!(backend.transaction(|tx| Ok(times(tx))).unwrap(), (1, 1));
    assert_eq!(times(&backend), (1, 2), "a backend has the present time");
}

#[test]
fn a_held_snapshot_never_changes() {
    let backend = filled(RedbBackend::in_memory().unwrap(), 50);
    let snapshot = backend.snapshot().unwrap();
    for round in 0..50_u32 {
        put(&*backend, &round.to_be_bytes(), b"new").unwrap();
    }
    backend.transact(&mut |tx| tx.delete_range(&notes(), KeyRange::ALL).map(drop)).unwrap();
    assert_eq!(backend.count(&notes(), KeyRange::ALL).unwrap(), 0);
    assert_eq!(snapshot.count(&notes(), KeyRange::ALL).unwrap(), 50);
    for entry in 0..50_u32 {
        assert_eq!(get(&*snapshot, &entry.to_be_bytes()).unwrap(), [7; 1024]);
    }
}

#[test]
fn a_snapshot_keeps_the_database_open() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.redb");
    let backend = RedbBackend::create(&path).unwrap();
    put(&backend, b"1", b"milk").unwrap();
    let snapshot = backend.snapshot().unwrap();
    drop(backend);
    assert_eq!(get(&*snapshot, b"1").unwrap(), b"milk");
    assert_eq!(RedbBackend::open(&path).unwrap_err().code(), "DatabaseLocked");
    drop(snapshot);
    RedbBackend::open(&path).unwrap();
}

#[test]
fn a_visitor_may_read_and_write_while_it_is_lent_an_entry() {
    let backend = filled(RedbBackend::in_memory().unwrap(), 10);
    let other = Partition::from("other");
    let mut seen = 0;
    backend
        .scan(&notes(), KeyRange::ALL, Direction::Forward, &mut |key, _| {
            backend.transact(&mut |tx| tx.put(&other, key, b"").and(tx.put(&notes(), &[255], b""))).unwrap();
            assert!(backend.contains(&other, key).unwrap());
            seen += 1;
            ControlFlow::Continue(())
        })
        .unwrap();
    assert_eq!(seen, 10);
    assert_eq!(backend.count(&other, KeyRange::ALL).unwrap(), 10);
}

#[test]
fn more_partitions_than_the_table_cache_holds_read_the_same() {
    let backend = RedbBackend::in_memory().unwrap();
    let partitions: Vec<_> = (0..700).map(|n| Partition::from(format!("p{n:04}"))).collect();
    backend
        .transact(&mut |tx| {
            partitions
                .iter()
                .try_for_each(|partition| tx.put(partition, b"key", partition.as_str().as_bytes()))
        })
        .unwrap();
    let snapshot = backend.snapshot().unwrap();
    assert_eq!(snapshot.partitions().unwrap(), partitions);
    for partition in partitions.iter().chain(&partitions) {
        let mut value: Vec<u8> = Vec::new();
        assert!(snapshot.get(partition, b"key", &mut |found| value.extend(found)).unwrap());
        assert_eq!(value, partition.as_str().as_bytes());
        let missing = Partition::from(format!("{partition}x"));
        assert!(!snapshot.contains(&missing, b"key").unwrap());
    }
}

#[test]
fn readers_beside_a_writer_see_whole_commits_in_their_order() {
    let backend = Arc::new(RedbBackend::options().durability(Durability::OnFlush).in_memory().unwrap());
    let (left, right) = (Partition::from("left"), Partition::from("right"));
    let (acknowledged, done) = (AtomicU64::new(0), AtomicBool::new(false));
    let number = |from: &dyn Read, partition: &Partition| {
        let mut number = 0;
        from.get(partition, b"n", &mut |value| number = u64::from_be_bytes(value.try_into().unwrap()))
            .unwrap();
        number
    };
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                let mut last = 0;
                while !done.load(Ordering::Acquire) {
                    let at_least = acknowledged.load(Ordering::Acquire);
                    let snapshot = backend.snapshot().unwrap();
                    let now = number(&snapshot, &left);
                    assert_eq!(now, number(&snapshot, &right));
                    assert!(now >= last && now >= at_least, "{now} after {last} and {at_least}");
                    assert!(number(&backend, &left) >= now);
                    last = now;
                }
            });
        }
        for round in 1..=400_u64 {
            let value = round.to_be_bytes();
            backend
                .transact(&mut |tx| tx.put(&left, b"n", &value).and(tx.put(&right, b"n", &value)))
                .unwrap();
            acknowledged.store(round, Ordering::Release);
        }
        done.store(true, Ordering::Release);
    });
}

#[test]
fn a_file_does_not_grow_when_reads_and_overwrites_alternate() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.redb");
    let backend = RedbBackend::options().durability(Durability::OnFlush).create(&path).unwrap();
    let mut after_a_few = 0;
    for round in 0..2000_u32 {
        let value = round.to_be_bytes().repeat(1250);
        put(&backend, b"1", &value).unwrap();
        assert_eq!(get(&backend, b"1").unwrap(), value);
        if round % 100 == 0 {
            backend.flush().unwrap();
        }
        if round == 200 {
            after_a_few = fs::metadata(&path).unwrap().len();
        }
    }
    backend.flush().unwrap();
    assert_eq!(fs::metadata(&path).unwrap().len(), after_a_few);
}

#[test]
fn durable_overwrites_with_reads_between_reuse_their_pages() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.redb");
    let backend = RedbBackend::create(&path).unwrap();
    for round in 0..100_u32 {
        let value = round.to_be_bytes().repeat(12_500);
        put(&backend, b"1", &value).unwrap();
        assert_eq!(get(&backend, b"1").unwrap(), value);
    }
    // Space for a few versions of the value. 100 versions take 5 MB.
    assert!(fs::metadata(&path).unwrap().len() < 2_000_000);
}

/// Overwrites the entries in durable transactions, with a read after each or without. Returns the length of the file.
fn overwritten(reads: bool) -> u64 {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.redb");
    let backend = filled(RedbBackend::create(&path).unwrap(), 1500);
    for round in 0..10_u8 {
        backend
            .transact(&mut |tx| {
                (0..1500_u32).try_for_each(|key| tx.put(&notes(), &key.to_be_bytes(), &[round; 1024]))
            })
            .unwrap();
        if reads {
            assert_eq!(get(&*backend, &7_u32.to_be_bytes()).unwrap(), [round; 1024]);
        }
    }
    fs::metadata(&path).unwrap().len()
}

#[test]
fn reads_between_commits_do_not_make_the_file_larger() {
    assert_eq!(overwritten(true), overwritten(false));
}

#[test]
fn a_held_snapshot_is_seen_by_its_age_in_commits() {
    let backend = filled(RedbBackend::in_memory().unwrap(), 10);
    assert_eq!(get(&*backend, &[1]), None);
    assert_eq!(backend.commits_since_oldest_snapshot(), 0);
    let old = backend.snapshot().unwrap();
    put(&*backend, b"1", b"milk").unwrap();
    let new = backend.snapshot().unwrap();
    put(&*backend, b"2", b"milk").unwrap();
    assert_eq!(backend.commits_since_oldest_snapshot(), 2);
    drop(old);
    assert_eq!(backend.commits_since_oldest_snapshot(), 1);
    drop(new);
    assert_eq!(backend.commits_since_oldest_snapshot(), 0);
    assert_eq!(get(&*backend, b"2").unwrap(), b"milk");
    put(&*backend, b"3", b"milk").unwrap();
    assert_eq!(backend.commits_since_oldest_snapshot(), 0);
}
