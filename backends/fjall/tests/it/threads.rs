//! Group commit of several threads: each transaction is all or nothing, and acknowledged ones survive a kill.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::ops::{Bound, ControlFlow};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::thread;
use std::time::Duration;

use keyloft::backend::{Direction, KeyRange};
use keyloft::{ErrorKind, Partition, Read, Result, StorageBackend, Transaction};
use keyloft_fjall::FjallBackend;

/// The variable that tells a child process the path of the database to write to until it is killed.
const WRITE_HERE: &str = "KEYLOFT_FJALL_WRITE_TOGETHER";
const KILLS: u64 = 12;
const THREADS: u8 = 4;

fn log() -> Partition {
    Partition::from("log")
}

/// Increments the count of transactions and returns it.
fn take_number(tx: &mut dyn Transaction) -> Result<u64> {
    let (partition, mut last) = (Partition::from("last"), 0);
    tx.get(&partition, b"", &mut |value| last = u64::from_be_bytes(value.try_into().unwrap()))?;
    tx.put(&partition, b"", &(last + 1).to_be_bytes())?;
    Ok(last + 1)
}

/// Returns the thread of each transaction in the log, and checks that the log has no gaps.
fn logged(backend: &FjallBackend) -> Vec<u8> {
    let mut threads = Vec::new();
    backend
        .scan(&log(), KeyRange::ALL, Direction::Forward, &mut |key, value| {
            threads.push(value[0]);
            assert_eq!(key, u64::try_from(threads.len()).unwrap().to_be_bytes());
            ControlFlow::Continue(())
        })
        .unwrap();
    threads
}

#[test]
fn a_kill_loses_no_acknowledged_transaction_of_any_thread() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.fjall");
    drop(FjallBackend::create(&path).unwrap());
    let mut before = [0; THREADS as usize];
    for kill in 0..KILLS {
        let acknowledged = run_and_kill(&path, Duration::from_micros(kill * 7919 % 60_000));
        let backend = FjallBackend::open(&path).unwrap();
        let mut written = [0; THREADS as usize];
        for thread in logged(&backend) {
            written[usize::from(thread)] += 1;
        }
        for ((written, before), acknowledged) in written.iter().zip(before).zip(acknowledged) {
            let new = written - before;
            assert!(
                new == acknowledged || new == acknowledged + 1,
                "{new} where {acknowledged} were acknowledged"
            );
        }
        before = written;
    }
    assert!(
        before.iter().sum::<u64>() > KILLS * u64::from(THREADS),
        "{before:?} transactions are too few for a test"
    );
}

/// Returns the number of acknowledged transactions of each thread of a child. It is killed `after` the first.
fn run_and_kill(path: &Path, after: Duration) -> [u64; THREADS as usize] {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "threads::write_together_until_killed", "--nocapture"])
        .env(WRITE_HERE, path)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut threads = BufReader::new(child.stdout.take().unwrap())
        .lines()
        .filter_map(|line| line.unwrap().trim().parse::<usize>().ok());
    let first = threads.next().expect("the child acknowledged nothing");
    let rest = thread::spawn(move || {
        let mut acknowledged = [0; THREADS as usize];
        acknowledged[first] += 1;
        threads.for_each(|thread| acknowledged[thread] += 1);
        acknowledged
    });
    thread::sleep(after);
    child.kill().unwrap();
    child.wait().unwrap();
    rest.join().unwrap()
}

/// The child process of the test above. Alone it does nothing.
#[test]
fn write_together_until_killed() {
    let Some(path) = std::env::var_os(WRITE_HERE) else { return };
    let backend = FjallBackend::open(path).unwrap();
    thread::scope(|scope| {
        for thread in 0..THREADS {
            let backend = &backend;
            scope.spawn(move || {
                loop {
                    backend
                        .transact(&mut |tx| {
                            let number = take_number(tx)?;
                            tx.put(&log(), &number.to_be_bytes(), &[thread])
                        })
                        .unwrap();
                    // One write for the line, so that a kill leaves no partial line.
                    std::io::stdout().write_all(format!("\n{thread}\n").as_bytes()).unwrap();
                    std::io::stdout().flush().unwrap();
                }
            });
        }
    });
}

type Model = BTreeMap<(u8, u8), u8>;

/// A step of a transaction, on a few keys of a few partitions.
#[derive(Clone, Copy, Debug)]
enum Step {
    Put(u8, u8, u8),
    Delete(u8, u8),
    DeleteFrom(u8, u8),
    Clear(u8),
}

impl Step {
    fn take(self, tx: &mut dyn Transaction) -> Result<()> {
        match self {
            Self::Put(table, key, value) => tx.put(&partition(table), &[key], &[value]),
            Self::Delete(table, key) => tx.delete(&partition(table), &[key]).map(drop),
            Self::DeleteFrom(table, key) => {
                let range = KeyRange { lower: Bound::Included(&[key]), ..KeyRange::ALL };
                tx.delete_range(&partition(table), range).map(drop)
            }
            Self::Clear(table) => tx.delete_range(&partition(table), KeyRange::ALL).map(drop),
        }
    }

    fn take_in(self, model: &mut Model) {
        match self {
            Self::Put(table, key, value) => drop(model.insert((table, key), value)),
            Self::Delete(table, key) => drop(model.remove(&(table, key))),
            Self::DeleteFrom(table, key) => model.retain(|at, _| at.0 != table || at.1 < key),
            Self::Clear(table) => model.retain(|at, _| at.0 != table),
        }
    }
}

fn partition(table: u8) -> Partition {
    Partition::from(format!("table {table}"))
}

fn found(from: &dyn Read) -> Model {
    let mut model = Model::new();
    for table in 0..4 {
        from.scan(&partition(table), KeyRange::ALL, Direction::Forward, &mut |key, value| {
            model.insert((table, key[0]), value[0]);
            ControlFlow::Continue(())
        })
        .unwrap();
    }
    model
}

/// A generator of pseudo-random numbers, the same in every run: xorshift.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u8) -> u8 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        u8::try_from(self.0 % u64::from(bound)).unwrap()
    }

    fn step(&mut self) -> Step {
        let (table, key) = (self.below(4), self.below(12));
        match self.below(10) {
            0 => Step::Clear(table),
            1 => Step::DeleteFrom(table, key),
            2 | 3 => Step::Delete(table, key),
            _ => Step::Put(table, key, self.below(255)),
        }
    }
}

#[test]
fn only_successful_bodies_leave_changes_and_in_their_order() {
    let folder = tempfile::tempdir().unwrap();
    let backend = FjallBackend::create(folder.path().join("a.fjall")).unwrap();
    let succeeded = Mutex::new(BTreeMap::new());
    thread::scope(|scope| {
        for thread in 1..=6 {
            let (backend, succeeded) = (&backend, &succeeded);
            scope.spawn(move || {
                let mut random = Random(0x9E37_79B9 * thread);
                for _ in 0..150 {
                    let steps: Vec<Step> = (0..=random.below(8)).map(|_| random.step()).collect();
                    let end = random.below(4);
                    let mut number = 0;
                    let ended = catch_unwind(AssertUnwindSafe(|| {
                        backend.transact(&mut |tx| {
                            number = take_number(tx)?;
                            let mut expected = found(tx);
                            for step in &steps {
                                step.take(tx)?;
                                step.take_in(&mut expected);
                            }
                            assert_eq!(found(tx), expected);
                            match end {
                                0 => Err(ErrorKind::Aborted.into()),
                                1 => std::panic::resume_unwind(Box::new("out of luck")),
                                _ => Ok(()),
                            }
                        })
                    }));
                    match (ended, end) {
                        (Ok(Err(error)), 0) if matches!(error.kind(), ErrorKind::Aborted) => {}
                        (Err(_), 1) => {}
                        (Ok(Ok(())), 2 | 3) => {
                            assert!(succeeded.lock().unwrap().insert(number, steps).is_none());
                        }
                        (ended, end) => panic!("{ended:?} where the end was {end}"),
                    }
                }
            });
        }
    });
    let succeeded = succeeded.into_inner().unwrap();
    assert!(succeeded.keys().copied().eq(1..=u64::try_from(succeeded.len()).unwrap()));
    let mut expected = Model::new();
    succeeded.values().flatten().for_each(|step| step.take_in(&mut expected));
    assert_eq!(found(&backend), expected);
    let tables = (0..4).filter(|table| expected.keys().any(|at| at.0 == *table));
    let partitions: Vec<_> = [Partition::from("last")].into_iter().chain(tables.map(partition)).collect();
    assert_eq!(backend.partitions().unwrap(), partitions);
}
