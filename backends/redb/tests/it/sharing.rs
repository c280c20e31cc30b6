//! Several handles to one file, as several processes have them. `processes` has those of real processes.

use std::fs;
use std::path::Path;
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use keyloft::layers::{Followed, Staged};
use keyloft::prelude::*;
use keyloft::{Partition, Read, StorageBackend};
use keyloft_redb::{Durability, RedbBackend, Sharing};

use crate::helpers::{get, notes, put};

/// The time after which a test fails that waits for ever.
const AT_MOST: Duration = Duration::from_secs(30);

fn many(path: &Path) -> RedbBackend {
    RedbBackend::options().sharing(Sharing::MultiWriter).create(path).unwrap()
}

fn single(path: &Path) -> RedbBackend {
    RedbBackend::options().sharing(Sharing::SingleWriter).create(path).unwrap()
}

/// Calls `test` for each pair of a writer and another handle that follows it.
fn followers(test: impl Fn(&Path, RedbBackend, RedbBackend)) {
    for is_reader in [false, true] {
        for sharing in [Sharing::SingleWriter, Sharing::MultiWriter] {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("a.redb");
            let writer = RedbBackend::options().sharing(sharing).create(&path).unwrap();
            let other = match (is_reader, sharing) {
                (true, _) => RedbBackend::open_read_only(&path).unwrap(),
                (false, Sharing::MultiWriter) => many(&path),
                _ => continue,
            };
            test(&path, writer, other);
        }
    }
}

#[test]
fn openings_share_a_file_or_are_refused() {
    type Open = fn(&Path) -> Result<RedbBackend>;
    let exclusive: Open = |path| RedbBackend::open(path);
    let single: Open = |path| RedbBackend::options().sharing(Sharing::SingleWriter).open(path);
    let many: Open = |path| RedbBackend::options().sharing(Sharing::MultiWriter).open(path);
    let reader: Open = |path| RedbBackend::open_read_only(path);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.redb");
    put(&RedbBackend::create(&path).unwrap(), b"1", b"milk").unwrap();
    for (number, (first, second, is_shared)) in [
        (exclusive, exclusive, false),
        (exclusive, single, false),
        (exclusive, many, false),
        (exclusive, reader, false),
        (single, single, false),
        (single, many, false),
        (single, reader, true),
        (many, many, true),
        (many, reader, true),
        (reader, reader, true),
    ]
    .into_iter()
    .enumerate()
    {
        for (first, second) in [(first, second), (second, first)] {
            let first = first(&path).unwrap();
            let outcome = second(&path);
            match outcome {
                Ok(second) => assert!(is_shared && get(&second, b"1").is_some(), "{number}"),
                Err(error) => assert!(!is_shared && error.code() == "DatabaseLocked", "{number}: {error}"),
            }
            assert_eq!(get(&first, b"1").unwrap(), b"milk");
        }
    }
}

#[test]
fn a_read_sees_the_newest_commit_of_any_handle_and_a_snapshot_stays() {
    followers(|_, writer, other| {
        put(&writer, b"1", b"milk").unwrap();
        assert_eq!(get(&other, b"1").unwrap(), b"milk");
        let snapshot = other.snapshot().unwrap();
        for number in 0..100_u8 {
            put(&writer, b"1", &[number]).unwrap();
            assert_eq!(get(&other, b"1").unwrap(), [number]);
        }
        writer.transact(&mut |tx| tx.put(&Partition::from("new"), b"1", b"")).unwrap();
        assert_eq!(other.partitions().unwrap(), [Partition::from("new"), notes()]);
        assert_eq!(get(&*snapshot, b"1").unwrap(), b"milk");
        assert_eq!(snapshot.partitions().unwrap(), [notes()]);
    });
}

#[test]
fn transactions_of_several_handles_follow_each_other() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.redb");
    let handles: Vec<RedbBackend> = (0..3).map(|_| many(&path)).collect();
    let count =
        |backend: &RedbBackend| get(backend, b"n").map_or(0, |n| u32::from_le_bytes(n.try_into().unwrap()));
    thread::scope(|scope| {
        for backend in &handles {
            for _ in 0..2 {
                scope.spawn(move || {
                    for _ in 0..25 {
                        let add_one = |tx: &mut dyn Transaction| {
                            let mut n = 0;
                            tx.get(&notes(), b"n", &mut |old| {
                                n = u32::from_le_bytes(old.try_into().unwrap());
                            })?;
                            tx.put(&notes(), b"n", &(n + 1).to_le_bytes())
                        };
                        backend.transact(&mut |tx| add_one(tx)).unwrap();
                    }
                });
            }
        }
    });
    for backend in &handles {
        assert_eq!(count(backend), 150);
        assert!(backend.check_integrity().unwrap());
    }
}

#[test]
fn a_migration_through_another_handle_is_noticed_at_once() {
    const NAME: Index<String, String> = Index::new("name", |name: &String| Some(name.clone()));
    followers(|_, writer, other| {
        let (writer, other): (Arc<dyn StorageBackend>, _) = (Arc::new(writer), Arc::new(other));
        let table = Table::<u32, String>::new(writer.clone(), "names");
        table.put(&1, &"ada".into()).unwrap();
        let old = Table::<u32, String>::new(other.clone(), "names");
        assert_eq!(old.get(&1).unwrap().unwrap(), "ada");
        // Commits that leave the catalogs alone leave their stamp alone.
        let stamp = other.catalog_stamp();
        table.put(&2, &"bob".into()).unwrap();
        assert_eq!(old.get(&2).unwrap().unwrap(), "bob");
        assert!(stamp.is_some() && other.catalog_stamp() == stamp);

        Table::with_schema(writer.clone(), Schema::<u32, String>::new("names").index(NAME))
            .migrate()
            .unwrap();
        let refused = old.get(&1).unwrap_err();
        assert_eq!(refused.code(), "DefinitionMismatch", "{refused}");
        let refused = old.put(&3, &"eve".into()).unwrap_err();
        assert!(["DefinitionMismatch", "ReadOnly"].contains(&refused.code()), "{refused}");
    });
}

#[test]
fn a_staged_transaction_is_refused_if_a_catalog_has_changed_and_not_otherwise() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.redb");
    let (here, there) = (many(&path), many(&path));
    let notes = |backend: &RedbBackend| Table::<u32, u32>::new(Arc::new(backend.clone()), "notes");
    notes(&there).put(&1, &1).unwrap();
    let stage = || {
        let mut staged = Staged::begin(&here).unwrap();
        notes(&here).within(&mut staged).put(&2, &2).unwrap();
        staged
    };
    let staged = stage();
    notes(&there).put(&1, &10).unwrap();
    here.transact(&mut |tx| staged.apply(tx)).unwrap();
    let staged = stage();
    Table::<u32, u32>::new(Arc::new(there), "another").put(&1, &1).unwrap();
    let refused = here.transact(&mut |tx| staged.apply(tx)).unwrap_err();
    assert_eq!(refused.code(), "DefinitionMismatch");
}

#[test]
fn a_handle_that_waits_keeps_no_pages() {
    followers(|path, writer, other| {
        put(&writer, b"1", &[0; 3000]).unwrap();
        let grows = || {
            let before = fs::metadata(path).unwrap().len();
            for number in 0..150_u8 {
                put(&writer, b"1", &[number; 3000]).unwrap();
            }
            fs::metadata(path).unwrap().len().saturating_sub(before)
        };
        assert!(get(&other, b"1").is_some());
        // The thread of the handle drops its snapshot.
        thread::sleep(Duration::from_millis(100));
        let without = grows();
        let _held = other.snapshot().unwrap();
        let with_a_snapshot = grows();
        assert!(
            without * 3 < with_a_snapshot,
            "{without} bytes without a snapshot, {with_a_snapshot} with one"
        );
    });
}

#[test]
fn a_reader_refuses_to_write_and_can_be_closed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.redb");
    assert_eq!(RedbBackend::open_read_only(&path).unwrap_err().code(), "DatabaseMissing");
    let writer = single(&path);
    put(&writer, b"1", b"milk").unwrap();
    let reader = RedbBackend::open_read_only(&path).unwrap();
    let mut ran = false;
    let written = reader.transact(&mut |_| {
        ran = true;
        Ok(())
    });
    let refused = [
        written.err(),
        reader.try_transact(&mut |_| Ok(())).err(),
        reader.compact().err(),
        reader.check_integrity().err(),
        reader.checkpoint().err(),
        reader.flush().err(),
        reader.stats().err(),
    ];
    assert!(refused.iter().all(|error| error.as_ref().is_some_and(|error| error.code() == "ReadOnly")));
    assert!(!ran && !reader.reopen().unwrap());
    // The writer may end before its readers, and another one begin.
    drop(writer);
    assert_eq!(get(&reader, b"1").unwrap(), b"milk");
    put(&single(&path), b"1", b"tea").unwrap();
    assert_eq!(get(&reader, b"1").unwrap(), b"tea");
    reader.close().unwrap();
    assert_eq!(reader.snapshot().err().unwrap().code(), "Closed");
    RedbBackend::open(&path).unwrap();
}

#[test]
fn what_can_not_be_shared_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.redb");
    for sharing in [Sharing::SingleWriter, Sharing::MultiWriter] {
        let options = RedbBackend::options().sharing(sharing);
        for refused in [
            options.clone().durability(Durability::OnFlush).create(&path),
            options.in_memory(),
            options.with_storage(keyloft_redb::MemoryFile::from(Vec::new())),
        ] {
            let error = refused.unwrap_err();
            assert_eq!(error.code(), "SharingUnavailable", "{error}");
        }
    }
    assert!(!path.exists());
}

#[test]
fn maintenance_of_one_handle_leaves_the_others_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.redb");
    let (here, there) = (many(&path), many(&path));
    for number in 0..=255_u8 {
        put(&there, &[number], &[number; 4000]).unwrap();
    }
    there.transact(&mut |tx| tx.delete_range(&notes(), keyloft::backend::KeyRange::ALL).map(drop)).unwrap();
    put(&there, b"1", b"milk").unwrap();
    let held = there.snapshot().unwrap();
    assert_eq!(here.compact().unwrap_err().code(), "SnapshotOpen");
    drop(held);
    // The other handle drops its own snapshot when nobody uses it.
    let began = Instant::now();
    while let Err(error) = here.compact() {
        assert!(error.code() == "SnapshotOpen" && began.elapsed() < AT_MOST, "{error}");
        thread::sleep(Duration::from_millis(1));
    }
    assert!(fs::metadata(&path).unwrap().len() < 500_000);
    assert_eq!(get(&there, b"1").unwrap(), b"milk");
    put(&there, b"1", b"tea").unwrap();
    assert!(here.check_integrity().unwrap());
    here.checkpoint().unwrap();
    assert!(here.stats().unwrap().stored_bytes > 0);
    put(&there, b"2", b"bread").unwrap();
    assert_eq!((get(&here, b"1").unwrap(), get(&here, b"2").unwrap()), (b"tea".to_vec(), b"bread".to_vec()));
    here.close().unwrap();
    put(&there, b"3", b"rice").unwrap();
}

#[test]
fn a_turn_is_waited_for_not_at_all_or_for_some_time() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.redb");
    // A thread of the same handle, and another handle.
    for is_foreign in [false, true] {
        let writer = many(&path);
        let waiting = if is_foreign { many(&path) } else { writer.clone() };
        let write = |tx: &mut dyn Transaction| tx.put(&notes(), b"1", b"milk");
        let (entered, is_entered) = mpsc::channel();
        let (leave, may_leave) = mpsc::channel();
        thread::scope(|scope| {
            let writer = &writer;
            let holder = scope.spawn(move || {
                writer.transact(&mut |tx| {
                    write(tx)?;
                    entered.send(()).unwrap();
                    may_leave.recv_timeout(AT_MOST).unwrap();
                    Ok(())
                })
            });
            is_entered.recv_timeout(AT_MOST).unwrap();
            let error = waiting.try_transact(&mut |tx| write(tx)).unwrap_err();
            assert!(matches!(error.kind(), ErrorKind::WriterBusy { waited_ms: 0, .. }), "{error}");
            assert!(error.to_string().contains("a.redb"), "{error}");
            let began = Instant::now();
            let limit = Duration::from_millis(60);
            let error = waiting.transact_within(limit, &mut |tx| write(tx)).unwrap_err();
            assert!(matches!(error.kind(), ErrorKind::WriterBusy { waited_ms: 60, .. }), "{error}");
            assert!(began.elapsed() >= limit);
            assert_eq!(waiting.with_patience(limit).stats().unwrap_err().code(), "WriterBusy");

            let patient = scope.spawn(|| waiting.transact_within(AT_MOST, &mut |tx| write(tx)));
            let queued = scope.spawn(|| waiting.transact(&mut |tx| write(tx)));
            thread::sleep(Duration::from_millis(20));
            leave.send(()).unwrap();
            for thread in [holder, patient, queued] {
                thread.join().unwrap().unwrap();
            }
        });
        waiting.try_transact(&mut |tx| write(tx)).unwrap();
    }
}

#[test]
fn a_follower_of_the_log_is_woken() {
    followers(|_, writer, other| {
        let open = |backend: RedbBackend| Arc::new(Followed::new(backend, Arc::new(|| 0_i64)));
        let (there, here) = (open(writer), open(other));
        let jobs = Table::<u32, u32>::new(there, "jobs");
        // Longer than the test may take.
        let follower = here.follow(AT_MOST * 10).unwrap();
        let watch = Table::<u32, u32>::new(here.clone(), "jobs").watch(&here.feed(), ..).unwrap();
        let (send, received) = mpsc::channel();
        thread::scope(|scope| {
            scope.spawn(move || {
                for event in std::iter::from_fn(|| watch.changes.recv()).take(3) {
                    send.send(event.unwrap()).unwrap();
                }
            });
            for key in 0..3 {
                jobs.put(&key, &7).unwrap();
                let event = received.recv_timeout(AT_MOST).unwrap();
                assert!(matches!(event, Event::Inserted { key: inserted, new: 7, .. } if inserted == key));
            }
        });
        drop(follower);
    });
}

#[test]
fn the_file_is_closed_when_the_last_handle_is_dropped() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.redb");
    for _ in 0..20 {
        put(&many(&path), b"1", b"milk").unwrap();
        RedbBackend::open(&path).unwrap();
        let reader = RedbBackend::open_read_only(&path).unwrap();
        let snapshot = reader.snapshot().unwrap();
        drop(reader);
        assert_eq!(RedbBackend::open(&path).unwrap_err().code(), "DatabaseLocked");
        drop(snapshot);
    }
}
