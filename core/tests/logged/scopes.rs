//! Parts of the log.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use keyloft::backend::{Direction, KeyRange, Partition, Read, Snapshot, TransactionBody, Visit};
use keyloft::delegate_reads;
use keyloft::layers::{LogScope, Logged, Scoped};
use keyloft::prelude::*;
use keyloft_memory::MemoryBackend;

use super::{Database, text};

#[test]
fn a_partition_and_a_prefix_are_followed_alone() {
    let db = Database::new();
    for (partition, key) in
        [("a", "bob:1"), ("a", "bobby:1"), ("b", "bob:1"), ("a", "eve:1"), ("a", "bob:22"), ("a", "plain")]
    {
        db.put(partition, key, "");
    }
    let read = |scope| db.read(scope, 0, 100).0;
    assert_eq!(read(LogScope::partition("b")), ["3 b/bob:1="]);
    assert_eq!(read(LogScope::prefix("a", b"bob:")), ["1 a/bob:1=", "5 a/bob:22="]);
    assert_eq!(read(LogScope::prefix("a", b"bob:2")), ["5 a/bob:22="]);
    assert_eq!(read(LogScope::prefix("a", b"bob")), ["1 a/bob:1=", "2 a/bobby:1=", "5 a/bob:22="]);
    assert_eq!(read(LogScope::prefix("a", b"plain")), ["6 a/plain="]);
    assert_eq!(read(LogScope::partition("nothing")), Vec::<String>::new());
    // The position moves past the changes of others.
    assert_eq!(db.read(LogScope::partition("b"), 3, 1), (Vec::new(), 6));
    assert_eq!(db.read(LogScope::prefix("a", b"bob:"), 0, 1), (vec!["1 a/bob:1=".to_owned()], 1));
}

#[test]
fn several_scopes_are_merged_in_order() {
    let db = Database::new();
    for round in 0..4 {
        db.put("a", &format!("{round}"), "");
        db.put("b", &format!("{round}"), "");
        db.put("c", &format!("{round}"), "");
    }
    let scopes = [LogScope::partition("c"), LogScope::partition("a"), LogScope::prefix("a", b"1")];
    let expected: Vec<String> = db.all().into_iter().filter(|change| !change.contains(" b/")).collect();
    for limit in 1..6 {
        let (mut position, mut seen) = (0, Vec::new());
        while position < 12 {
            let batch = db.logged.log().read(&scopes, position, limit).unwrap();
            assert!(batch.position > position);
            seen.extend(batch.entries.iter().map(text));
            position = batch.position;
        }
        assert_eq!(seen, expected, "limit {limit}");
    }
    let batch = db.logged.log().read(&[], 0, 10).unwrap();
    assert_eq!((batch.entries.len(), batch.position), (0, 12));
}

#[test]
fn a_scope_of_a_backend_is_named() {
    let db = Database::new();
    let jobs = |tenant| Table::<JobId, u32>::new(Arc::new(Scoped::new(db.logged.clone(), tenant)), "jobs");
    jobs("acme").put(&"1".into(), &1).unwrap();
    jobs("zenith").put(&"2".into(), &2).unwrap();
    let of_acme = LogScope::of(&jobs("acme")).inside("acme");
    let batch = db.logged.log().read(&[of_acme], 0, 10).unwrap();
    assert_eq!(batch.entries.len(), 1);
    assert_eq!(batch.entries[0].partition.as_str(), "@acme/jobs");
}

/// A backend that counts the entries that its snapshots read.
struct Counting(MemoryBackend, Arc<AtomicUsize>);

struct CountingSnapshot(Arc<dyn Snapshot>, Arc<AtomicUsize>);

impl Read for Counting {
    delegate_reads!(self => self.0);
}

impl StorageBackend for Counting {
    fn snapshot(&self) -> Result<Arc<dyn Snapshot>> {
        Ok(Arc::new(CountingSnapshot(self.0.snapshot()?, Arc::clone(&self.1))))
    }

    fn transact(&self, body: &mut TransactionBody<'_>) -> Result<()> {
        self.0.transact(body)
    }
}

impl Read for CountingSnapshot {
    delegate_reads!(self => *self.0; partitions, contains, count, catalog_stamp, backend_id, read_time);

    fn get(&self, partition: &Partition, key: &[u8], visit: &mut dyn FnMut(&[u8])) -> Result<bool> {
        self.1.fetch_add(1, Ordering::Relaxed);
        self.0.get(partition, key, visit)
    }

    fn scan(
        &self,
        partition: &Partition,
        range: KeyRange<'_>,
        direction: Direction,
        visit: &mut Visit<'_>,
    ) -> Result<()> {
        self.0.scan(partition, range, direction, &mut |key, value| {
            self.1.fetch_add(1, Ordering::Relaxed);
            visit(key, value)
        })
    }
}

impl Snapshot for CountingSnapshot {}

#[test]
fn a_scope_is_read_without_the_rest() {
    let reads = Arc::new(AtomicUsize::new(0));
    let logged = Logged::new(Counting(MemoryBackend::new(), Arc::clone(&reads)), Arc::new(|| 0));
    let put = |key: &str| logged.transact(&mut |tx| tx.put(&"notes".into(), key.as_bytes(), b"")).unwrap();
    for number in 0..1_000 {
        put(&format!("user{}:{number}", number % 100));
    }
    let cost = |scope: LogScope, after: u64, entries: usize| {
        reads.store(0, Ordering::Relaxed);
        assert_eq!(logged.log().read(&[scope], after, 1_000).unwrap().entries.len(), entries);
        reads.load(Ordering::Relaxed)
    };
    // The two versions of the state, and each change in its lane and in the log.
    assert_eq!(cost(LogScope::prefix("notes", b"user7:"), 0, 10), 2 + 2 * 10);
    assert_eq!(cost(LogScope::prefix("notes", b"user7:"), 500, 5), 2 + 2 * 5);
    assert_eq!(cost(LogScope::partition("other"), 0, 0), 2);
    assert_eq!(cost(LogScope::partition("notes"), 990, 10), 2 + 2 * 10);
}
