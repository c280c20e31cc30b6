//! Processes that race for names and counters while the server is killed and started again.

use std::collections::{BTreeMap, BTreeSet};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use keyloft::prelude::*;
use keyloft_postgres::PostgresOptions;

use crate::cluster::{Cluster, new_schema};

/// The variable with the number, the connection string, the schema and the seconds of a worker, with `|` between them.
const WORKER: &str = "KEYLOFT_POSTGRES_WORKER";
const COUNTERS: u32 = 3;
/// The names are few enough that workers often want the same one.
const NAMES: u64 = 20_000;

const NAME: UniqueIndex<String, String> = UniqueIndex::new("name", |name| Some(name.clone()));

fn tables(options: PostgresOptions) -> Result<(Table<u32, u64>, Table<u64, String>)> {
    let backend: Arc<dyn StorageBackend> = Arc::new(options.open()?);
    let names = Schema::new("names").index(NAME);
    Ok((Table::new(backend.clone(), "counters"), Table::with_schema(backend, names)))
}

/// Works as one of the processes if this one was started for that.
pub(crate) fn work_if_told() -> bool {
    let Ok(told) = std::env::var(WORKER) else { return false };
    let [worker, connection, schema, seconds] = told.split('|').collect::<Vec<_>>().try_into().unwrap();
    let options = PostgresOptions::new(connection).schema(schema).connections(2);
    work(worker.parse().unwrap(), options, Duration::from_secs(seconds.parse().unwrap()));
    true
}

/// Increments counters and inserts names until the time is over, and prints what was acknowledged and what is unknown.
fn work(worker: u64, options: PostgresOptions, time: Duration) {
    let (counters, names) = tables(options.outcome_timeout(Duration::from_secs(30))).unwrap();
    let since = Instant::now();
    let mut state = worker;
    for number in 0.. {
        if since.elapsed() > time {
            return;
        }
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let random = state >> 33;
        let counter = u32::try_from(random).unwrap() % COUNTERS;
        let incremented = counters.update(&counter, |count| {
            *count += 1;
            Ok(())
        });
        report("count", &counter.to_string(), incremented.map(drop));
        let (key, name) = (worker << 32 | number, (random % NAMES).to_string());
        report("name", &format!("{key} {name}"), names.insert(&key, &name));
    }
}

/// Prints the outcome of a call. Other errors than those of a lost server, of a name that is taken and of a busy counter fail the test.
fn report(call: &str, what: &str, done: Result<()>) {
    let Err(error) = done else { return println!("stored {call} {what}") };
    match error.kind() {
        ErrorKind::CommitUnknown { .. } => println!("unknown {call} {what}"),
        ErrorKind::UniqueViolation { .. } => println!("taken {call} {what}"),
        ErrorKind::Unreachable { .. } | ErrorKind::Exhausted { .. } => {
            thread::sleep(Duration::from_millis(20));
        }
        _ => panic!("{call} {what}: {error}"),
    }
}

/// The outcomes of the calls that the workers have printed.
#[derive(Default)]
struct Printed {
    /// The number of acknowledged and of unknown increments of each counter.
    counts: BTreeMap<u32, (u64, u64)>,
    stored_names: BTreeMap<u64, String>,
    unknown_names: BTreeMap<u64, String>,
    taken: u64,
}

impl Printed {
    fn take(&mut self, line: &str) {
        let words: Vec<&str> = line.split(' ').collect();
        match words[..] {
            ["stored", "count", counter] => self.counts.entry(counter.parse().unwrap()).or_default().0 += 1,
            ["unknown", "count", counter] => self.counts.entry(counter.parse().unwrap()).or_default().1 += 1,
            ["stored", "name", key, name] => {
                drop(self.stored_names.insert(key.parse().unwrap(), name.into()));
            }
            ["unknown", "name", key, name] => {
                drop(self.unknown_names.insert(key.parse().unwrap(), name.into()));
            }
            ["taken", ..] => self.taken += 1,
            _ => panic!("a worker printed `{line}`"),
        }
    }
}

pub(crate) fn of_the_server_lose_and_double_nothing(_: &Arc<Cluster>) {
    let is_long = std::env::var_os("KEYLOFT_LONG_TESTS").is_some();
    let (processes, seconds, kills) = if is_long { (8, 60, 3) } else { (4, 8, 2) };
    // Its data survives the kills, so nothing is left out that the server does for that.
    let mut cluster = Cluster::start("").unwrap();
    let schema = new_schema();
    let options = cluster.options().schema(&schema);
    let (counters, names) = tables(options.clone()).unwrap();
    (0..COUNTERS).for_each(|counter| counters.put(&counter, &0).unwrap());
    names.put(&u64::MAX, &"the first".to_owned()).unwrap();
    let workers: Vec<_> = (0..processes)
        .map(|worker| {
            let told = format!("{worker}|{}|{schema}|{seconds}", cluster.connection("owner"));
            let program = Command::new(std::env::current_exe().unwrap())
                .env(WORKER, told)
                .stdout(Stdio::piped())
                .spawn()
                .unwrap();
            thread::spawn(move || program.wait_with_output().unwrap())
        })
        .collect();
    for kill in 0..kills {
        thread::sleep(Duration::from_secs(seconds) / (kills + 1));
        // An immediate shutdown and a kill leave the same on the disk, at different moments of the processes.
        cluster.stop(if kill % 2 == 0 { "QUIT" } else { "KILL" });
        cluster.restart();
    }
    let mut printed = Printed::default();
    for worker in workers {
        let output = worker.join().unwrap();
        assert!(output.status.success(), "a worker failed");
        String::from_utf8(output.stdout).unwrap().lines().for_each(|line| printed.take(line));
    }
    // The handle of before the kills connects again.
    assert_eq!(counters.count().unwrap(), u64::from(COUNTERS));
    check(&printed, &counters, &names);
}

fn check(printed: &Printed, counters: &Table<u32, u64>, names: &Table<u64, String>) {
    let (mut stored, mut unknown) = (0, 0);
    for (counter, (acknowledged, unclear)) in &printed.counts {
        let count = counters.get(counter).unwrap().unwrap();
        assert!(count >= *acknowledged, "counter {counter}: {count} of {acknowledged} increments are there");
        assert!(
            count <= acknowledged + unclear,
            "counter {counter}: {count} after {acknowledged} + {unclear}"
        );
        (stored, unknown) = (stored + acknowledged, unknown + unclear);
    }
    assert_eq!(names.verify().unwrap(), []);
    let rows: BTreeMap<u64, String> = names.scan(..u64::MAX).unwrap().into_iter().collect();
    let distinct: BTreeSet<&String> = rows.values().collect();
    assert_eq!(distinct.len(), rows.len(), "no name is there twice");
    for (key, name) in &printed.stored_names {
        assert_eq!(rows.get(key), Some(name), "an acknowledged name is there");
    }
    for (key, name) in &rows {
        let told = printed.stored_names.get(key).or_else(|| printed.unknown_names.get(key));
        assert_eq!(told, Some(name), "a name that is there was acknowledged, or is unknown");
    }
    println!(
        "{stored} increments and {} names stored, {} names taken, {} commits unknown",
        printed.stored_names.len(),
        printed.taken,
        unknown + u64::try_from(printed.unknown_names.len()).unwrap(),
    );
    assert!(stored > 20 && printed.stored_names.len() > 20, "the workers did some work");
}
