//! Files that were closed properly and damaged afterwards, opened as usual: redb trusts them, so it may panic or find
//! nonsense. No call panics or runs for ever, and closing works.
//!
//! It is a program of its own, because it silences the panics of redb, which are caught.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails so")]
#![allow(clippy::indexing_slicing, clippy::as_conversions, reason = "a test fails so")]

use std::collections::BTreeMap;
use std::ops::{Bound, ControlFlow};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use keyloft::backend::{Direction, KeyRange};
use keyloft::{Error, ErrorKind, Partition, Read, StorageBackend};
use keyloft_redb::{MemoryFile, RedbBackend};

/// The variable that makes the tests long.
const LONG: &str = "KEYLOFT_LONG_TESTS";
const PAGE: usize = 4096;
const ROWS: u32 = 1500;
/// The most entries that a scan may visit. More are a scan that runs in a circle.
const MOST: usize = 4 * ROWS as usize;

fn partitions() -> [Partition; 3] {
    ["notes", "notes by name", "large"].map(Partition::from)
}

/// Returns the file of a closed database with several tables, which was written in several commits.
fn image() -> Vec<u8> {
    let file = MemoryFile::from(Vec::new());
    let backend = RedbBackend::with_storage(file.clone()).unwrap();
    let [notes, names, large] = partitions();
    for part in 0..10_u32 {
        backend
            .transact(&mut |tx| {
                for row in (part..ROWS).step_by(10) {
                    tx.put(
                        &notes,
                        &row.to_be_bytes(),
                        &vec![row.to_le_bytes()[0]; 20 + (row as usize * 37) % 200],
                    )?;
                    tx.put(&names, format!("name {row:05}").as_bytes(), &row.to_be_bytes())?;
                }
                tx.put(&large, &part.to_le_bytes()[..1], &vec![7; 9000])?;
                tx.delete(&notes, &(part * 3).to_be_bytes()).map(drop)
            })
            .unwrap();
    }
    backend.close().unwrap();
    file.take()
}

/// Returns copies of the image, each with one page flipped, zeroed, torn or swapped, by its description.
fn damaged(image: &[u8]) -> impl Iterator<Item = (String, Vec<u8>)> + '_ {
    let pages = image.len() / PAGE;
    let step = if std::env::var_os(LONG).is_some() { 1 } else { 19 };
    (0..pages).step_by(step).flat_map(move |page| {
        let range = page * PAGE..(page + 1) * PAGE;
        let of = |kind: &str, damage: &dyn Fn(&mut Vec<u8>)| {
            let mut image = image.to_vec();
            damage(&mut image);
            (format!("page {page} {kind}"), image)
        };
        let mut images = vec![
            of("zeroed", &|image| image[range.clone()].fill(0)),
            of("torn", &|image| image[page * PAGE + PAGE / 2..(page + 1) * PAGE].fill(0)),
            of("swapped", &|image| {
                let other = (page * 7 + 1) % pages;
                for byte in 0..PAGE {
                    image.swap(page * PAGE + byte, other * PAGE + byte);
                }
            }),
        ];
        for place in [0, 1, 2, 3, 5, 9, 13, 40, 101, 999, 2048, 4000] {
            images.push(of(&format!("flipped at {place}"), &|image| {
                image[page * PAGE + place] ^= 1 << ((page + place) % 8);
            }));
        }
        images
    })
}

/// Scans the range, and ends a scan that runs in a circle.
fn scan(from: &dyn Read, partition: &Partition, direction: Direction) -> Result<usize, Error> {
    let mut visited = 0;
    from.scan(partition, KeyRange::ALL, direction, &mut |_, _| {
        visited += 1;
        if visited < MOST { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    })?;
    assert!(visited < MOST, "a scan runs in a circle");
    Ok(visited)
}

/// Uses an opened database in every way. Returns the codes of all errors.
fn use_it(backend: &RedbBackend) -> Vec<&'static str> {
    let mut codes = Vec::new();
    let mut note = |outcome: Result<(), Error>| codes.extend(outcome.err().map(|error| error.code()));
    let snapshot = backend.snapshot();
    note(backend.partitions().map(drop));
    for partition in partitions() {
        for direction in [Direction::Forward, Direction::Backward] {
            note(scan(backend, &partition, direction).map(drop));
        }
        for row in (0..ROWS).step_by(50) {
            note(backend.contains(&partition, &row.to_be_bytes()).map(drop));
        }
        note(backend.count(&partition, KeyRange::ALL).map(drop));
        note(backend.transact(&mut |tx| tx.put(&partition, b"new", b"milk")));
        let from = 700_u32.to_be_bytes();
        let range = KeyRange { lower: Bound::Included(&from), ..KeyRange::ALL };
        note(backend.transact(&mut |tx| tx.delete_range(&partition, range).map(drop)));
        note(backend.transact(&mut |tx| {
            scan(tx, &partition, Direction::Forward)?;
            tx.delete(&partition, &3_u32.to_be_bytes())?;
            Err(ErrorKind::ReadOnly.into())
        }));
        note(backend.transact(&mut |tx| tx.delete_range(&partition, KeyRange::ALL).map(drop)));
    }
    match snapshot {
        Ok(snapshot) => note(snapshot.partitions().map(drop)),
        Err(error) => note(Err(error)),
    }
    note(backend.stats().map(drop));
    note(backend.check_integrity().map(drop));
    codes.retain(|code| *code != "ReadOnly");
    codes
}

/// Opens the image, uses and closes the database. Returns the codes of all errors, and if the database was open.
fn try_out(image: Vec<u8>) -> (Vec<&'static str>, bool) {
    let backend = match RedbBackend::with_storage(MemoryFile::from(image)) {
        Ok(backend) => backend,
        Err(error) => return (vec![error.code()], false),
    };
    let codes = use_it(&backend);
    let first = codes.iter().position(|code| *code == "Corrupted");
    let _closed = backend.close();
    assert_eq!(backend.transact(&mut |_| Ok(())).unwrap_err().code(), "Closed");
    assert!(
        first.is_none_or(|_| codes
            .iter()
            .all(|code| matches!(*code, "Corrupted" | "Backend" | "SnapshotOpen"))),
        "{codes:?}"
    );
    (codes, true)
}

#[test]
fn no_call_on_a_damaged_file_panics_or_hangs() {
    let (send, ended) = mpsc::channel();
    std::panic::set_hook(Box::new(|_| {}));
    thread::spawn(move || {
        let image = image();
        let mut tally = BTreeMap::<&str, u32>::new();
        for (damage, image) in damaged(&image) {
            send.send(Err(damage.clone())).unwrap();
            let ended = catch_unwind(AssertUnwindSafe(|| try_out(image)));
            let Ok((codes, _)) = ended else {
                send.send(Err(format!("{damage}: it panicked"))).unwrap();
                return;
            };
            *tally.entry(codes.first().copied().unwrap_or("no error")).or_default() += 1;
        }
        send.send(Ok(tally)).unwrap();
    });
    let mut last = String::new();
    let tally = loop {
        match ended.recv_timeout(Duration::from_secs(120)) {
            Ok(Ok(tally)) => break tally,
            Ok(Err(damage)) => last = damage,
            Err(error) => {
                let _default = std::panic::take_hook();
                panic!("{last}: {error}");
            }
        }
    };
    let _default = std::panic::take_hook();
    assert!(tally.contains_key("Corrupted") && tally.contains_key("no error"), "{tally:?}");
}
