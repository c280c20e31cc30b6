//! Readers and writers do not disturb each other.

use std::ops::ControlFlow;
use std::thread;
use std::time::Duration;

use keyloft::backend::{Direction, KeyRange};
use keyloft::{Partition, Read, StorageBackend};

use super::scan::MANY;
use crate::Fixture;
use crate::reading::Reading;
use crate::threads::at_once;
use crate::writing::{Commit, Writing};

pub(crate) fn uncommitted_writes_are_not_seen_outside(fixture: &dyn Fixture) {
    let db = fixture.open();
    db.put_one("notes", b"a", b"before");
    let before = db.dump();
    db.commit(|tx| {
        tx.set("notes", b"a", b"after");
        tx.set("notes", b"b", b"");
        tx.set("created", b"", b"");
        assert_eq!(db.dump(), before);
        assert_eq!(db.value("notes", b"a").as_deref(), Some(b"before".as_slice()));
        assert!(!db.has("notes", b"b"));
        tx.clear("notes", KeyRange::ALL);
        assert_eq!(db.dump(), before);
        assert_eq!(db.size("notes", KeyRange::ALL), 1);
    });
    assert_eq!(db.names(), ["created"]);
}

pub(crate) fn a_commit_is_seen_at_once(fixture: &dyn Fixture) {
    let db = fixture.open();
    for round in 0..30_u8 {
        db.put_one("notes", &[round], &[round]);
        // Each kind of read may have its own cache.
        assert_eq!(db.value("notes", &[round]), Some(vec![round]));
        assert!(db.has("notes", &[round]));
        assert_eq!(db.values("notes", &[&[round]]), [Some(vec![round])]);
        assert_eq!(db.size("notes", KeyRange::ALL), u64::from(round) + 1);
        assert_eq!(db.first_keys("notes", Direction::Backward, 1), [[round]]);
    }
    db.put_one("others", b"", b"");
    assert_eq!(db.names(), ["notes", "others"]);
    db.commit(|tx| {
        tx.clear("notes", KeyRange::ALL);
    });
    assert_eq!(db.value("notes", &[0]), None);
    assert!(db.all("notes").is_empty());
    assert_eq!(db.names(), ["others"]);
}

pub(crate) fn a_snapshot_taken_inside_is_of_the_last_commit(fixture: &dyn Fixture) {
    let db = fixture.open();
    db.put_one("notes", b"a", b"1");
    let mut taken = None;
    db.commit(|tx| {
        tx.set("notes", b"a", b"2");
        taken = Some(db.snapshot().unwrap());
        tx.set("notes", b"b", b"2");
    });
    assert_eq!(taken.unwrap().all("notes"), [(b"a".to_vec(), b"1".to_vec())]);
    assert_eq!(db.all("notes").len(), 2);
}

pub(crate) fn a_writer_commits_while_a_scan_is_open(fixture: &dyn Fixture) {
    for direction in [Direction::Forward, Direction::Backward] {
        let db = fixture.open();
        db.commit(|tx| [b"a", b"b", b"c"].iter().for_each(|key| tx.set("notes", *key, b"old")));
        let mut visited = Vec::new();
        let done = db.scan(&Partition::from("notes"), KeyRange::ALL, direction, &mut |key, value| {
            visited.push((key.to_vec(), value.to_vec()));
            db.commit(|tx| {
                tx.set("notes", b"a", b"new");
                tx.set("notes", b"c", b"new");
                tx.set("notes", b"bb", b"new");
                tx.unset("notes", b"b");
            });
            assert!(!db.has("notes", b"b"), "other reads see the commit");
            ControlFlow::Continue(())
        });
        done.unwrap();
        visited.sort_unstable();
        let expected = [b"a", b"b", b"c"].map(|key| (key.to_vec(), b"old".to_vec()));
        assert_eq!(visited, expected, "{direction:?}");
        assert_eq!(db.all("notes").len(), 3);
    }
}

pub(crate) fn a_writer_commits_again_and_again_while_a_long_scan_is_open(fixture: &dyn Fixture) {
    for direction in [Direction::Forward, Direction::Backward] {
        let db = fixture.open();
        db.commit(|tx| (0..MANY).for_each(|number| tx.set("many", &number.to_be_bytes(), b"old")));
        let mut visited = 0;
        let done = db.scan(&Partition::from("many"), KeyRange::ALL, direction, &mut |key, value| {
            let number = if direction == Direction::Forward { visited } else { MANY - 1 - visited };
            assert_eq!((key, value), (number.to_be_bytes().as_slice(), b"old".as_slice()), "{direction:?}");
            // An engine may read its entries in pages. Those that it has not read yet are of the same commit.
            if visited % 3_000 == 500 {
                db.commit(|tx| {
                    for near in (0..MANY).step_by(97) {
                        tx.set("many", &near.to_be_bytes(), b"new");
                        tx.unset("many", &(near + 1).to_be_bytes());
                        tx.set("many", &[near.to_be_bytes().as_slice(), b"+"].concat(), b"new");
                    }
                });
            }
            visited += 1;
            ControlFlow::Continue(())
        });
        done.unwrap();
        assert_eq!(visited, MANY, "{direction:?}");
        assert_eq!(db.value("many", &0_u32.to_be_bytes()).as_deref(), Some(b"new".as_slice()));
    }
}

pub(crate) fn a_writer_commits_while_a_value_is_lent(fixture: &dyn Fixture) {
    let db = fixture.open();
    db.put_one("notes", b"a", b"old");
    let done = db.get(&Partition::from("notes"), b"a", &mut |value| {
        db.put_one("notes", b"a", b"new");
        assert_eq!(value, b"old");
    });
    assert!(done.unwrap());
    assert_eq!(db.value("notes", b"a").as_deref(), Some(b"new".as_slice()));
}

pub(crate) fn a_nested_transaction_is_refused(fixture: &dyn Fixture) {
    let db = fixture.open();
    let same = std::sync::Arc::clone(&db);
    let mut ran = false;
    db.commit(|_| {
        let inner = same.transact(&mut |_| {
            ran = true;
            Ok(())
        });
        assert_eq!(inner.unwrap_err().code(), "NestedTransaction");
    });
    assert!(!ran, "the body of the inner one did not run");
    db.put_one("notes", b"a", b"");
    assert!(db.has("notes", b"a"), "a transaction after that is not refused");
}

pub(crate) fn a_refused_nested_transaction_leaves_the_outer_one_intact(fixture: &dyn Fixture) {
    let db = fixture.open();
    db.commit(|tx| {
        tx.set("notes", b"a", b"outer");
        db.transact(&mut |inner| inner.put(&Partition::from("notes"), b"a", b"inner")).unwrap_err();
        tx.set("notes", b"b", b"outer");
        assert_eq!(tx.all("notes").len(), 2);
    });
    let expected = [b"a", b"b"].map(|key| (key.to_vec(), b"outer".to_vec()));
    assert_eq!(db.all("notes"), expected);
}

pub(crate) fn writers_on_threads_lose_nothing(fixture: &dyn Fixture) {
    let db = fixture.open();
    let ran = at_once(&db, 4, |db, _| {
        for _ in 0..25 {
            db.commit(|tx| {
                let [count] = tx.value("counters", b"all").map_or([0], |bytes| [bytes[0]]);
                // This gives another writer time to come between, if the backend allows it.
                thread::sleep(Duration::from_micros(200));
                tx.set("counters", b"all", &[count + 1]);
            });
        }
    });
    if ran {
        assert_eq!(db.value("counters", b"all"), Some(vec![100]));
    }
}

pub(crate) fn readers_on_threads_see_whole_commits(fixture: &dyn Fixture) {
    let db = fixture.open();
    let move_to = |db: &dyn StorageBackend, left: u8| {
        db.commit(|tx| {
            tx.set("sums", b"left", &[left]);
            tx.set("sums", b"right", &[100 - left]);
        });
    };
    move_to(&*db, 0);
    at_once(&db, 4, |db, number| {
        for round in 0..60_u8 {
            if number == 0 {
                db.commit(|tx| {
                    tx.set("sums", b"left", &[round]);
                    tx.set("sums", b"right", &[100 - round]);
                });
            } else {
                let sum =
                    |reader: &dyn Read| -> u8 { reader.all("sums").iter().map(|(_, value)| value[0]).sum() };
                assert_eq!(sum(&db.snapshot().unwrap()), 100);
                assert_eq!(sum(db), 100, "one scan sees one state");
            }
        }
    });
}
