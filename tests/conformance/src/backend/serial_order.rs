//! Concurrent transactions have the result of some serial order.
//!
//! An engine with one writer at a time has it for nothing. The anomalies of these cases are those of engines that run bodies at
//! the same time: each body is right alone, and breaks a rule only together with another one that it does not see.

use std::ops::Bound::{Excluded, Included};
use std::thread;
use std::time::Duration;

use keyloft::backend::{Direction, KeyRange};
use keyloft::{Read, StorageBackendExt};

use crate::Fixture;
use crate::reading::Reading;
use crate::threads::at_once;
use crate::writing::{Commit, Writing};

const ROUNDS: u8 = 15;

/// Gives the other threads time to come between two statements, if the backend allows it.
fn pause() {
    thread::sleep(Duration::from_micros(300));
}

/// Returns the range of the keys from one byte on, and below another one.
fn between([lower, upper]: &[u8; 2]) -> KeyRange<'_> {
    KeyRange::new(Included(std::slice::from_ref(lower)), Excluded(std::slice::from_ref(upper)))
}

/// Two doctors may go off duty only while the other one is on duty. Each writes another key than the other.
pub(crate) fn has_no_write_skew(fixture: &dyn Fixture) {
    let db = fixture.open();
    db.commit(|tx| {
        for round in 0..ROUNDS {
            (0..2).for_each(|doctor| tx.set("on duty", &[round, doctor], b""));
        }
    });
    at_once(&db, 2, |db, thread| {
        let own = u8::try_from(thread).unwrap();
        for round in 0..ROUNDS {
            db.commit(|tx| {
                if tx.has("on duty", &[round, 1 - own]) {
                    pause();
                    tx.unset("on duty", &[round, own]);
                }
            });
        }
    });
    for round in 0..ROUNDS {
        let on_duty = (0..2).filter(|doctor| db.has("on duty", &[round, *doctor])).count();
        assert!(on_duty > 0, "in round {round} both went off duty, each because the other one was on duty");
    }
}

/// The first to find a range empty may take it. There is no key yet that both could lock.
pub(crate) fn has_no_phantoms_in_empty_ranges(fixture: &dyn Fixture) {
    let db = fixture.open();
    at_once(&db, 3, |db, thread| {
        let own = u8::try_from(thread).unwrap();
        for round in 0..ROUNDS {
            db.commit(|tx| {
                let bounds = [round, round + 1];
                let range = between(&bounds);
                let is_empty = match round % 3 {
                    0 => tx.size("seats", range) == 0,
                    1 => tx.keys("seats", range, Direction::Forward).is_empty(),
                    _ => tx.keys("seats", range, Direction::Backward).is_empty(),
                };
                if is_empty {
                    pause();
                    tx.set("seats", &[round, own], b"");
                }
            });
        }
    });
    for round in 0..ROUNDS {
        let bounds = [round, round + 1];
        let range = between(&bounds);
        assert!(db.size("seats", range) <= 1, "in round {round} two found the range empty");
    }
}

/// A report on a closed day must have every receipt of that day. Receipts are of the day that is open.
pub(crate) fn has_no_anomaly_of_a_transaction_that_only_reads(fixture: &dyn Fixture) {
    const DAYS: u8 = 20;
    fn day(reader: &(impl Read + ?Sized)) -> u8 {
        reader.value("day", b"").map_or(0, |day| day[0])
    }
    fn receipts(reader: &(impl Read + ?Sized), day: u8) -> u64 {
        reader.size("receipts", between(&[day, day + 1]))
    }
    let db = fixture.open();
    at_once(&db, 4, |db, thread| {
        let own = u8::try_from(thread).unwrap();
        for step in 0..DAYS {
            match thread {
                0 => db.commit(|tx| {
                    let today = day(tx);
                    tx.set("day", b"", &[today + 1]);
                }),
                1 => {
                    let read = db.transaction(|tx| {
                        let today = day(tx);
                        Ok((today, today.checked_sub(1).map(|closed| receipts(tx, closed))))
                    });
                    if let (today, Some(count)) = read.unwrap() {
                        db.commit(|tx| tx.set("reports", &[today - 1, step], &count.to_be_bytes()));
                    }
                }
                _ => db.commit(|tx| {
                    let today = day(tx);
                    pause();
                    tx.set("receipts", &[today, own, step], b"");
                }),
            }
            pause();
        }
    });
    for (key, count) in db.all("reports") {
        let found = receipts(&*db, key[0]);
        assert_eq!(count, found.to_be_bytes(), "a report on day {} misses receipts: {found}", key[0]);
    }
}

/// Writers who read nothing. Both keys always have the value of the same one.
pub(crate) fn has_whole_blind_writes(fixture: &dyn Fixture) {
    let db = fixture.open();
    at_once(&db, 3, |db, thread| {
        let own = u8::try_from(thread).unwrap();
        for round in 0..ROUNDS {
            db.commit(|tx| {
                // In opposite orders, two writers may wait for each other. The engine must end that.
                let keys: [&[u8]; 2] = if own == 0 { [b"left", b"right"] } else { [b"right", b"left"] };
                for key in keys {
                    tx.set("pair", key, &[own, round]);
                    tx.set(if own == 0 { "first" } else { "second" }, key, &[round]);
                }
            });
            let pair = db.all("pair");
            assert_eq!(pair[0].1, pair[1].1, "one scan sees whole transactions");
        }
    });
}

/// Each adds to a sum of all that were added before. Of two that read the same entries, one must read again.
pub(crate) fn has_no_lost_updates_of_what_was_scanned(fixture: &dyn Fixture) {
    let db = fixture.open();
    let ran = at_once(&db, 3, |db, thread| {
        let own = u8::try_from(thread).unwrap();
        for round in 0..ROUNDS {
            db.commit(|tx| {
                let before = tx.all("log").len();
                pause();
                tx.set("log", &[own, round], &u64::try_from(before).unwrap().to_be_bytes());
            });
        }
    });
    if ran {
        let mut counts: Vec<Vec<u8>> = db.all("log").into_iter().map(|(_, count)| count).collect();
        counts.sort_unstable();
        let expected: Vec<Vec<u8>> =
            (0..u64::from(3 * ROUNDS)).map(|count| count.to_be_bytes().to_vec()).collect();
        assert_eq!(counts, expected, "each has found those before it");
    }
}
