//! A process that is killed in the middle of its commits loses nothing that it has acknowledged.

use std::io::{BufRead, BufReader, Write};
use std::ops::ControlFlow;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use keyloft::backend::{Direction, KeyRange};
use keyloft::{Partition, Read, StorageBackend};
use keyloft_redb::RedbBackend;

/// Set in the child: the database it writes to until it is killed.
const WRITE_HERE: &str = "KEYLOFT_REDB_WRITE_HERE";
const KILLS: u64 = 20;
/// How many of the newest transactions leave their entries in the database.
const KEPT: u64 = 40;

fn sides() -> [Partition; 2] {
    ["left", "right"].map(Partition::from)
}

/// The value of a transaction's entries: its length differs from one to the next.
fn value_of(number: u64) -> Vec<u8> {
    number.to_be_bytes().repeat(1 + usize::try_from(number * 31 % 400).unwrap())
}

/// The numbers of the transactions that left an entry in the partition, each with its right value.
fn numbers(backend: &RedbBackend, partition: &Partition) -> Vec<u64> {
    let mut numbers = Vec::new();
    backend
        .scan(partition, KeyRange::ALL, Direction::Forward, &mut |key, value| {
            let number = u64::from_be_bytes(key.try_into().unwrap());
            assert_eq!(value, value_of(number));
            numbers.push(number);
            ControlFlow::Continue(())
        })
        .unwrap();
    numbers
}

#[test]
fn what_was_acknowledged_survives_a_kill_and_nothing_is_half_there() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.redb");
    drop(RedbBackend::create(&path).unwrap());
    let mut newest = 0;
    for kill in 0..KILLS {
        let acknowledged = run_and_kill(&path, Duration::from_micros(kill * 7919 % 60_000));

        let backend = RedbBackend::open(&path).unwrap();
        let [left, right] = sides().map(|side| numbers(&backend, &side));
        assert_eq!(left, right);
        let last = left.last().copied().unwrap_or(0);
        assert!(
            last == acknowledged || last == acknowledged + 1,
            "{last} where {acknowledged} was acknowledged"
        );
        let expected: Vec<u64> = ((last.saturating_sub(KEPT) + 1)..=last).collect();
        assert_eq!(left, expected);
        assert!(backend.check_integrity().unwrap());
        newest = last;
    }
    assert!(newest > KILLS, "{newest} transactions are no test");
}

/// The number that the child acknowledged last before it was killed, that long after its first.
fn run_and_kill(path: &Path, after: Duration) -> u64 {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "crash::write_until_killed", "--nocapture"])
        .env(WRITE_HERE, path)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    // The test harness says something of its own first.
    let mut numbers = BufReader::new(child.stdout.take().unwrap())
        .lines()
        .filter_map(|line| line.unwrap().trim().parse::<u64>().ok());
    let first = numbers.next();
    let rest = thread::spawn(move || numbers.last());
    thread::sleep(after);
    child.kill().unwrap();
    child.wait().unwrap();
    rest.join().unwrap().or(first).expect("the child acknowledges something")
}

/// Nothing by itself: the test above runs it in a process of its own.
#[test]
fn write_until_killed() {
    let Some(path) = std::env::var_os(WRITE_HERE) else { return };
    let backend = RedbBackend::open(path).unwrap();
    let [left, right] = sides();
    let mut number = numbers(&backend, &left).last().copied().unwrap_or(0);
    loop {
        number += 1;
        let (key, value) = (number.to_be_bytes(), value_of(number));
        let old = number.saturating_sub(KEPT).to_be_bytes();
        backend
            .transact(&mut |tx| {
                tx.put(&left, &key, &value)?;
                tx.delete(&left, &old)?;
                tx.put(&right, &key, &value)?;
                tx.delete(&right, &old).map(drop)
            })
            .unwrap();
        // A line in one write, so that a kill leaves none in half.
        std::io::stdout().write_all(format!("\n{number}\n").as_bytes()).unwrap();
        std::io::stdout().flush().unwrap();
    }
}
