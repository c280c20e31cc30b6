//! A kill of the process during commits loses no acknowledged commit.

use std::io::{BufRead, BufReader, Write};
use std::ops::ControlFlow;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use keyloft::backend::{Direction, KeyRange};
use keyloft::{Partition, Read, StorageBackend};
use keyloft_fjall::FjallBackend;

/// The variable that tells a child process the path of the database to write to until it is killed.
const WRITE_HERE: &str = "KEYLOFT_FJALL_WRITE_HERE";
const KILLS: u64 = 20;
/// The number of newest transactions whose entries stay in the database.
const KEPT: u64 = 40;

fn sides() -> [Partition; 2] {
    ["left", "right"].map(Partition::from)
}

/// Returns the value of a transaction's entries. Its length differs between transactions.
fn value_of(number: u64) -> Vec<u8> {
    number.to_be_bytes().repeat(1 + usize::try_from(number * 31 % 400).unwrap())
}

/// Returns the numbers of the transactions with an entry in the partition, and checks each value.
fn numbers(backend: &FjallBackend, partition: &Partition) -> Vec<u64> {
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
fn acknowledged_transactions_survive_a_kill_and_none_is_partial() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.fjall");
    drop(FjallBackend::create(&path).unwrap());
    let mut newest = 0;
    for kill in 0..KILLS {
        let acknowledged = run_and_kill(&path, Duration::from_micros(kill * 7919 % 60_000));

        let backend = FjallBackend::open(&path).unwrap();
        let [left, right] = sides().map(|side| numbers(&backend, &side));
        assert_eq!(left, right);
        let last = left.last().copied().unwrap_or(0);
        assert!(
            last == acknowledged || last == acknowledged + 1,
            "{last} where {acknowledged} was acknowledged"
        );
        let expected: Vec<u64> = ((last.saturating_sub(KEPT) + 1)..=last).collect();
        assert_eq!(left, expected);
        newest = last;
    }
    assert!(newest > KILLS, "{newest} transactions are too few for a test");
}

/// Returns the last number that the child acknowledged. It is killed `after` its first acknowledgement.
fn run_and_kill(path: &Path, after: Duration) -> u64 {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "crash::write_until_killed", "--nocapture"])
        .env(WRITE_HERE, path)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    // The test harness prints lines of its own first.
    let mut numbers = BufReader::new(child.stdout.take().unwrap())
        .lines()
        .filter_map(|line| line.unwrap().trim().parse::<u64>().ok());
    let first = numbers.next();
    let rest = thread::spawn(move || numbers.last());
    thread::sleep(after);
    child.kill().unwrap();
    child.wait().unwrap();
    rest.join().unwrap().or(first).expect("the child acknowledged nothing")
}

/// The child process of the test above. Alone it does nothing.
#[test]
fn write_until_killed() {
    let Some(path) = std::env::var_os(WRITE_HERE) else { return };
    let backend = FjallBackend::open(path).unwrap();
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
        // One write for the line, so that a kill leaves no partial line.
        std::io::stdout().write_all(format!("\n{number}\n").as_bytes()).unwrap();
        std::io::stdout().flush().unwrap();
    }
}
