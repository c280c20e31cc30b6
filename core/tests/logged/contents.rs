//! The entries of the log.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread;

use keyloft::backend::{KeyRange, Write};
use keyloft::layers::{LogScope, Logged, LoggedChange, LoggedValue, Scoped};
use keyloft::prelude::*;
use keyloft::{Partition, Read, transfer};
use keyloft_memory::MemoryBackend;

use super::Database;

#[test]
fn each_commit_has_a_version_and_the_last_change_of_each_key() {
    let db = Database::new();
    db.put("b", "1", "x");
    db.logged
        .transact(&mut |tx| {
            tx.put(&"b".into(), b"2", b"first")?;
            tx.put(&"a".into(), b"9", b"y")?;
            tx.put(&"b".into(), b"2", b"last")?;
            tx.delete(&"b".into(), b"absent").map(drop)
        })
        .unwrap();
    db.delete("b", "1");
    assert_eq!(db.all(), ["1 b/1=x", "2 a/9=y", "2 b/2=last", "3 b/1 deleted"]);
}

#[test]
fn every_kind_of_write_is_logged() {
    let db = Database::new();
    let notes = Partition::from("notes");
    db.logged
        .transact(&mut |tx| {
            let put = |key| Write::put(&notes, key, b"");
            tx.write_batch(&[put(b"1"), put(b"2"), put(b"3"), put(b"4"), Write::delete(&notes, b"4")])
        })
        .unwrap();
    db.logged.transact(&mut |tx| tx.delete_many(&notes, &[b"1", b"8", b"1"]).map(drop)).unwrap();
    db.logged.transact(&mut |tx| tx.delete_range(&notes, KeyRange::ALL).map(drop)).unwrap();
    assert_eq!(
        db.all(),
        [
            "1 notes/1=",
            "1 notes/2=",
            "1 notes/3=",
            "1 notes/4 deleted",
            "2 notes/1 deleted",
            "3 notes/2 deleted",
            "3 notes/3 deleted"
        ]
    );
}

#[test]
fn what_is_not_committed_is_not_logged() {
    let db = Database::new();
    db.put("a", "1", "x");
    let failed = db.logged.transact(&mut |tx| {
        tx.put(&"a".into(), b"2", b"y")?;
        Err(ErrorKind::Aborted.into())
    });
    assert!(failed.is_err());
    db.logged
        .transact(&mut |tx| {
            // A body may go on after a refused write.
            assert!(tx.put(&"a".into(), &[1; 3_000], b"").is_err());
            tx.get(&"a".into(), b"1", &mut |_| ()).map(drop)
        })
        .unwrap();
    db.delete("a", "absent");
    assert_eq!((db.all(), db.logged.log().newest().unwrap()), (vec!["1 a/1=x".to_owned()], 1));
}

#[test]
fn indexes_are_not_logged_and_the_log_is_no_partition() {
    const OWN: UniqueIndex<u32, u32> = UniqueIndex::new("own", |number| Some(*number));
    let db = Database::new();
    let schema = Schema::new("numbers").index(OWN);
    let numbers = Table::<JobId, u32>::with_schema(db.logged.clone(), schema);
    numbers.put_many(&[("a".into(), 1), ("b".into(), 2)]).unwrap();
    let partitions: Vec<String> = db
        .logged
        .log()
        .read(&[LogScope::all()], 0, 9)
        .unwrap()
        .entries
        .iter()
        .map(|e| e.partition.to_string())
        .collect();
    assert_eq!(partitions, ["numbers", "numbers", "system_catalog"]);
    let listed = |names: Vec<Partition>| names.iter().any(|name| name.as_str().starts_with("%log"));
    assert!(listed(db.memory.partitions().unwrap()));
    assert!(!listed(db.logged.partitions().unwrap()));
    assert!(!listed(db.logged.snapshot().unwrap().partitions().unwrap()));
    assert!(!db.logged.transaction(|tx| tx.partitions().map(listed)).unwrap());
    assert!(!listed(db.logged.log().snapshot().unwrap().0.partitions().unwrap()));
}

#[test]
fn digests_are_of_the_stored_values() {
    let logged = Logged::new(MemoryBackend::new(), Arc::new(|| 5));
    logged.transact(&mut |tx| tx.put(&"notes".into(), b"1", b"milk")).unwrap();
    let entry = logged.log().read(&[LogScope::all()], 0, 1).unwrap().entries.remove(0);
    assert_eq!((entry.time, &entry.change), (5, &LoggedChange::Put(LoggedValue::of(b"milk"))));
    assert_ne!(entry.change, LoggedChange::Put(LoggedValue::of(b"bread")));
}

#[test]
fn a_log_replayed_is_the_database() {
    let db = Database::new();
    let tenant = Arc::new(Scoped::new(db.logged.clone(), "acme"));
    for round in 0..40_u32 {
        let key = |number: u32| JobId::from(format!("{}", number % 7));
        let table = Table::<JobId, u32>::new(tenant.clone(), "numbers");
        table.put_many(&[(key(round), round), (key(round * 3), round)]).unwrap();
        table.delete(&key(round * 5)).unwrap();
    }
    let mirror = MemoryBackend::new();
    let batch = db.logged.log().read(&[LogScope::all()], 0, usize::MAX).unwrap();
    for entry in batch.entries {
        let LoggedChange::Put(LoggedValue::Value(value)) = entry.change else {
            mirror.transact(&mut |tx| tx.delete(&entry.partition, &entry.key).map(drop)).unwrap();
            continue;
        };
        mirror.transact(&mut |tx| tx.put(&entry.partition, &entry.key, &value)).unwrap();
    }
    assert_eq!(transfer::digest(&mirror).unwrap(), transfer::digest(&*db.logged).unwrap());
}

#[test]
fn versions_of_threads_and_of_other_handles_have_no_gaps() {
    let db = Database::new();
    thread::scope(|scope| {
        for thread in 0..4 {
            let logged =
                if thread % 2 == 0 { db.logged.clone() } else { Database::open(&db.memory, &db.time) };
            scope.spawn(move || {
                for number in 0..50 {
                    let key = format!("{thread}-{number}");
                    logged.transact(&mut |tx| tx.put(&"notes".into(), key.as_bytes(), b"")).unwrap();
                }
            });
        }
    });
    let batch = db.logged.log().read(&[LogScope::all()], 0, usize::MAX).unwrap();
    assert!(batch.entries.iter().map(|entry| entry.version).eq(1..=200));
}

#[test]
fn the_time_is_that_of_the_commit() {
    let db = Database::new();
    for time in [10, 20] {
        db.time.store(time, Ordering::Relaxed);
        db.put("notes", "1", "");
    }
    let batch = db.logged.log().read(&[LogScope::all()], 0, 9).unwrap();
    assert!(batch.entries.iter().map(|entry| entry.time).eq([10, 20]));
}

#[test]
fn a_transaction_of_the_backend_below_is_refused() {
    let db = Database::new();
    let jobs = Table::<JobId, u32>::new(db.logged.clone(), "jobs");
    let refused = db.memory.transact(&mut |tx| jobs.within(tx).put(&"1".into(), &1));
    assert_eq!(refused.unwrap_err().code(), "OtherBackend");
    assert_eq!(db.logged.log().newest().unwrap(), 0);
}
