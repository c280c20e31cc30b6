//! Processes that follow each other's commits. Handles with connections of their own are like processes to the server.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use keyloft::layers::{Followed, LogScope, Logged, Retention};
use keyloft::prelude::*;
use keyloft::store::Event;
use keyloft_conformance::{Fed, Fixture};
use keyloft_postgres::{PostgresBackend, PostgresOptions};

use crate::cluster::{Cluster, new_schema};
use crate::suite::Schemas;

/// A time that no test waits for.
const NEVER: Duration = Duration::from_secs(3_600);

type Jobs = Table<u32, u64>;

fn schema_of(cluster: &Cluster) -> PostgresOptions {
    cluster.options().schema(new_schema())
}

fn follow(options: &PostgresOptions) -> Arc<Followed<PostgresBackend>> {
    Arc::new(Followed::new(options.clone().open().unwrap(), Arc::new(|| 7)))
}

/// The layer whose feed is read from the log, in place of the one that sees the commits of one process.
pub(crate) struct FollowedSchemas(pub(crate) Schemas);

impl Fixture for FollowedSchemas {
    fn open(&self) -> Arc<dyn StorageBackend> {
        self.fed().backend
    }

    fn fed(&self) -> Fed {
        let backend = Followed::new(self.0.open(), Arc::new(|| 7));
        Fed { feed: backend.feed(), backend: Arc::new(backend) }
    }
}

pub(crate) fn are_told_of_commits(cluster: &Arc<Cluster>) {
    let options = schema_of(cluster);
    let (here, there) = (follow(&options), follow(&options));
    let _follower = here.follow(NEVER).unwrap();
    let watch = Jobs::new(here.clone(), "jobs").watch(&here.feed(), ..).unwrap();
    let jobs = Jobs::new(there.clone(), "jobs");
    wait_for_listeners(cluster, 2);
    for value in 1..=3 {
        jobs.put(&1, &value).unwrap();
        let event = watch.changes.recv_timeout(NEVER).unwrap().unwrap();
        assert!(matches!(event, Event::Inserted { new, .. } | Event::Updated { new, .. } if new == value));
    }

    // The connection that listens is lost. What was committed meanwhile is reported when it is there again.
    let end = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE query = 'LISTEN keyloft'";
    assert!(cluster.sql(end).len() >= 2);
    jobs.put(&2, &4).unwrap();
    let event = watch.changes.recv_timeout(NEVER).unwrap().unwrap();
    assert!(matches!(event, Event::Inserted { key: 2, new: 4, .. }));
    wait_for_listeners(cluster, 2);
    jobs.put(&2, &5).unwrap();
    assert!(matches!(watch.changes.recv_timeout(NEVER).unwrap().unwrap(), Event::Updated { new: 5, .. }));
}

/// Waits until so many connections listen to commits.
fn wait_for_listeners(cluster: &Cluster, count: usize) {
    let listening = "SELECT pid FROM pg_stat_activity WHERE query = 'LISTEN keyloft' AND state = 'idle'";
    while cluster.sql(listening).len() < count {
        thread::sleep(Duration::from_millis(5));
    }
}

pub(crate) fn hear_only_of_their_own_schema(cluster: &Arc<Cluster>) {
    let (one, other) = (schema_of(cluster), schema_of(cluster));
    let (here, there) = (follow(&one), follow(&other));
    let log = here.log();
    wait_for_listeners(cluster, 2);
    log.read(&[], 0, 1).unwrap();
    Jobs::new(there, "jobs").put(&1, &1).unwrap();
    assert!(!log.wait(0, Duration::from_millis(100)));
    Jobs::new(follow(&one), "jobs").put(&1, &1).unwrap();
    assert!(log.wait(0, NEVER));
}

/// Writers in several processes, and one that follows them: every change once, in the order of the counter that they raise.
pub(crate) fn see_every_commit_once_and_in_order(cluster: &Arc<Cluster>) {
    const WRITERS: u32 = 4;
    const COMMITS: u64 = 40;
    let options = schema_of(cluster);
    let here = follow(&options);
    let follower = here.follow(Duration::from_millis(20)).unwrap();
    let watch = Jobs::new(here.clone(), "jobs").watch(&here.feed(), ..).unwrap();
    assert!(watch.current.is_empty());
    let writers: Vec<_> = (0..WRITERS)
        .map(|writer| {
            let options = options.clone();
            thread::spawn(move || {
                let db = follow(&options);
                let jobs = Jobs::new(db.clone(), "jobs");
                for _ in 0..COMMITS {
                    let raised = db.transaction(|tx| {
                        let total = jobs.within(tx).get(&u32::MAX)?.unwrap_or(0) + 1;
                        jobs.within(tx).put(&u32::MAX, &total)?;
                        jobs.within(tx).put(&writer, &total)
                    });
                    raised.unwrap();
                }
            })
        })
        .collect();
    let mut last = BTreeMap::new();
    let (mut total, mut of_writers) = (0, 0);
    while of_writers < u64::from(WRITERS) * COMMITS {
        match watch.changes.recv_timeout(NEVER).unwrap().unwrap() {
            Event::Inserted { key: u32::MAX, new, .. } | Event::Updated { key: u32::MAX, new, .. } => {
                assert_eq!(new, total + 1);
                total = new;
            }
            Event::Inserted { key, new, .. } => {
                assert_eq!(last.insert(key, new), None);
                of_writers += 1;
            }
            Event::Updated { key, old, new, .. } => {
                assert_eq!(last.insert(key, new), Some(old));
                of_writers += 1;
            }
            other => panic!("{other:?}"),
        }
    }
    for writer in writers {
        writer.join().unwrap();
    }
    drop(follower);
    here.poll().unwrap();
    // The event of the last commit's other key.
    let rest = std::iter::from_fn(|| watch.changes.try_recv()).count();
    assert!(rest <= 1, "{rest} events more than changes");
}

/// The entries of concurrent writers have all versions, and a consumer finds them again in another process.
pub(crate) fn read_a_log_without_gaps(cluster: &Arc<Cluster>) {
    const WRITERS: u32 = 4;
    const COMMITS: u32 = 30;
    let options = schema_of(cluster);
    let open =
        |options: &PostgresOptions| Arc::new(Logged::new(options.clone().open().unwrap(), Arc::new(|| 7)));
    let logged = open(&options);
    let jobs = Jobs::new(logged.clone(), "jobs");
    jobs.put(&u32::MAX, &0).unwrap();
    let log = logged.log();
    let (snapshot, first) = log.snapshot().unwrap();
    assert_eq!((jobs.at(&snapshot).count().unwrap(), first), (1, 1));
    let writers: Vec<_> = (0..WRITERS)
        .map(|writer| {
            let (logged, number) = (open(&options), writer * COMMITS);
            thread::spawn(move || {
                let jobs = Jobs::new(logged, "jobs");
                (number..number + COMMITS).for_each(|key| jobs.put(&key, &1).unwrap());
            })
        })
        .collect();
    let (mut position, mut versions, mut keys) = (first, Vec::new(), Vec::new());
    while versions.len() < usize::try_from(WRITERS * COMMITS).unwrap() {
        log.wait(position, Duration::from_millis(20));
        let batch = log.read(&[LogScope::of(&jobs)], position, 7).unwrap();
        versions.extend(batch.entries.iter().map(|entry| entry.version));
        keys.extend(batch.entries.into_iter().map(|entry| entry.key));
        position = batch.position;
        log.advance("consumer", position).unwrap();
    }
    for writer in writers {
        writer.join().unwrap();
    }
    assert!(versions.iter().copied().eq(first + 1..=first + u64::from(WRITERS * COMMITS)));
    keys.sort_unstable();
    keys.dedup();
    assert_eq!(keys.len(), versions.len());

    let restarted = open(&options);
    assert_eq!(restarted.log().position("consumer").unwrap(), Some(position));
    restarted.log().trim(Retention::Consumed).unwrap();
    jobs.put(&0, &2).unwrap();
    assert_eq!(restarted.log().newest().unwrap(), position + 1);
    assert_eq!(restarted.log().read(&[LogScope::all()], position, 7).unwrap().entries.len(), 1);
    assert_eq!(log.read(&[LogScope::all()], first, 7).unwrap_err().code(), "PositionGone");
}

/// A program of an older version notices that another process has migrated its table.
pub(crate) fn notice_a_migration(cluster: &Arc<Cluster>) {
    const BY_VALUE: Index<u64, u64> = Index::new("by_value", |value| Some(*value));
    let options = schema_of(cluster);
    let open = || Arc::new(options.clone().open().unwrap());
    let old = Jobs::new(open(), "jobs");
    old.put(&1, &7).unwrap();
    assert_eq!(old.get(&1).unwrap(), Some(7));
    let reader = Jobs::new(open(), "jobs");
    assert_eq!(reader.get(&1).unwrap(), Some(7));
    let new = Jobs::with_schema(open(), Schema::new("jobs").index(BY_VALUE));
    assert_eq!(new.get(&1).unwrap_err().code(), "DefinitionMismatch");
    new.migrate().unwrap();
    assert_eq!(new.find_all(&BY_VALUE, &7).unwrap(), [(1, 7)]);

    // A transaction that only reads knows nothing of a commit.
    let read = reader.backend().transaction(|tx| reader.within(tx).get(&1));
    assert_eq!(read.unwrap_err().code(), "DefinitionMismatch");
    assert_eq!(old.put(&2, &8).unwrap_err().code(), "DefinitionMismatch");
    assert_eq!(old.delete(&1).unwrap_err().code(), "DefinitionMismatch");
    assert_eq!(old.get(&1).unwrap_err().code(), "DefinitionMismatch");
    assert_eq!(new.count().unwrap(), 1);
    assert_eq!(new.verify().unwrap(), []);
}
