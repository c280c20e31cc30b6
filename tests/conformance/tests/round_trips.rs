//! The number of requests that tables send to an engine behind a network.

#![allow(clippy::unwrap_used)] // every item is of a test

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use keyloft::backend::{Direction, KeyRange, TransactionBody, Visit, Write};
use keyloft::prelude::*;
use keyloft::{Partition, Read, Snapshot, delegate_reads, delegate_writes};
use keyloft_memory::MemoryBackend;
use serde::{Deserialize, Serialize};

/// The most entries that one request of a scan returns.
const PAGE: usize = 1_000;

/// A backend that counts requests as a driver of a server would send them. A transaction keeps its blind writes until it reads
/// or commits. Beginnings and commits are not counted, but the writes that a commit sends are.
struct Remote {
    inner: MemoryBackend,
    requests: Arc<AtomicUsize>,
}

/// A reader whose requests are counted.
struct Counted<R> {
    inner: R,
    requests: Arc<AtomicUsize>,
    has_kept: AtomicBool,
}

impl<R> Counted<R> {
    /// Counts a request, and another one for the writes that must arrive before it.
    fn request(&self) {
        self.send();
        self.requests.fetch_add(1, Ordering::Relaxed);
    }

    fn send(&self) {
        self.requests.fetch_add(usize::from(self.has_kept.swap(false, Ordering::Relaxed)), Ordering::Relaxed);
    }
}

impl<R: Read> Read for Counted<R> {
    fn get(&self, partition: &Partition, key: &[u8], visit: &mut dyn FnMut(&[u8])) -> Result<bool> {
        self.request();
        self.inner.get(partition, key, visit)
    }

    fn scan(
        &self,
        partition: &Partition,
        range: KeyRange<'_>,
        direction: Direction,
        visit: &mut Visit<'_>,
    ) -> Result<()> {
        let mut visited = 0;
        self.request();
        self.inner.scan(partition, range, direction, &mut |key, value| {
            if visited > 0 && visited % PAGE == 0 {
                self.request();
            }
            visited += 1;
            visit(key, value)
        })
    }

    fn partitions(&self) -> Result<Vec<Partition>> {
        self.request();
        self.inner.partitions()
    }

    fn get_many(
        &self,
        partition: &Partition,
        keys: &[&[u8]],
        visit: &mut dyn FnMut(usize, &[u8]),
    ) -> Result<()> {
        self.request();
        self.inner.get_many(partition, keys, visit)
    }

    fn get_batch(&self, keys: &[(&Partition, &[u8])], visit: &mut dyn FnMut(usize, &[u8])) -> Result<()> {
        self.request();
        self.inner.get_batch(keys, visit)
    }

    fn contains(&self, partition: &Partition, key: &[u8]) -> Result<bool> {
        self.request();
        self.inner.contains(partition, key)
    }

    fn count(&self, partition: &Partition, range: KeyRange<'_>) -> Result<u64> {
        self.request();
        self.inner.count(partition, range)
    }

    // The stamp comes with the beginning of a snapshot or a transaction, or with an answer.
    delegate_reads!(self => self.inner; catalog_stamp, backend_id, read_time);
}

impl Snapshot for Counted<Arc<dyn Snapshot>> {}

impl Transaction for Counted<&mut dyn Transaction> {
    fn put(&mut self, partition: &Partition, key: &[u8], value: &[u8]) -> Result<()> {
        self.has_kept.store(true, Ordering::Relaxed);
        self.inner.put(partition, key, value)
    }

    fn write_batch(&mut self, writes: &[Write<'_>]) -> Result<()> {
        self.has_kept.store(true, Ordering::Relaxed);
        self.inner.write_batch(writes)
    }

    fn delete(&mut self, partition: &Partition, key: &[u8]) -> Result<bool> {
        self.request();
        self.inner.delete(partition, key)
    }

    fn delete_many(&mut self, partition: &Partition, keys: &[&[u8]]) -> Result<u64> {
        self.request();
        self.inner.delete_many(partition, keys)
    }

    fn delete_range(&mut self, partition: &Partition, range: KeyRange<'_>) -> Result<u64> {
        self.request();
        self.inner.delete_range(partition, range)
    }

    delegate_writes!(self => self.inner; on_commit);
}

impl Remote {
    fn counted<R>(&self, inner: R) -> Counted<R> {
        Counted { inner, requests: Arc::clone(&self.requests), has_kept: AtomicBool::new(false) }
    }
}

impl Read for Remote {
    delegate_reads!(self => self.counted(self.inner.clone()));
}

impl StorageBackend for Remote {
    fn snapshot(&self) -> Result<Arc<dyn Snapshot>> {
        Ok(Arc::new(self.counted(self.inner.snapshot()?)))
    }

    fn transact(&self, body: &mut TransactionBody<'_>) -> Result<()> {
        self.inner.transact(&mut |tx| {
            let mut counted = self.counted(tx);
            body(&mut counted)?;
            counted.send();
            Ok(())
        })
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Person {
    email: String,
    city: String,
}

const EMAIL: UniqueIndex<Person, String> = UniqueIndex::new("email", |person| Some(person.email.clone()));
const CITY: Index<Person, String> = Index::new("city", |person| Some(person.city.clone()));

fn person(number: u32) -> Person {
    Person { email: format!("{number}@example.org"), city: format!("city {}", number % 7) }
}

/// The tables of a backend whose requests are counted. Their definitions have been compared with the catalog.
struct Tables {
    backend: Arc<Remote>,
    people: Table<u32, Person>,
    plain: Table<u32, Person>,
}

impl Tables {
    fn new() -> Self {
        let backend = Arc::new(Remote { inner: MemoryBackend::new(), requests: Arc::default() });
        let schema = Schema::new("people").index(EMAIL).index(CITY);
        let people = Table::with_schema(backend.clone(), schema);
        let plain = Table::new(backend.clone(), "plain");
        let list: Vec<_> = (0..3_000).map(|number| (number, person(number))).collect();
        people.put_many(&list).unwrap();
        plain.put_many(&list).unwrap();
        people.put(&0, &person(0)).unwrap();
        plain.put(&0, &person(0)).unwrap();
        Self { backend, people, plain }
    }

    /// Asserts that `work` sends no more requests than this.
    #[track_caller]
    fn at_most<T>(&self, requests: usize, work: impl FnOnce(&Self) -> Result<T>) -> T {
        self.backend.requests.store(0, Ordering::Relaxed);
        let done = work(self).unwrap();
        let sent = self.backend.requests.load(Ordering::Relaxed);
        assert!(sent <= requests, "{sent} requests, but {requests} are enough");
        done
    }
}

#[test]
fn a_write_reads_the_old_entity_and_the_unique_values_and_then_writes() {
    let tables = Tables::new();
    tables.at_most(3, |t| t.people.put(&9_000, &person(9_000)));
    tables.at_most(3, |t| t.people.put(&1, &person(9_001)));
    tables.at_most(3, |t| t.people.insert(&9_002, &person(9_002)));
    let moved = |person: &mut Person| {
        person.city = "Bonn".to_owned();
        person.email = "new@example.org".to_owned();
        Ok(())
    };
    tables.at_most(3, |t| t.people.update(&2, moved));
    assert!(tables.at_most(3, |t| t.people.delete(&3)));
    tables.at_most(1, |t| t.plain.put(&1, &person(7)));
    assert!(tables.at_most(1, |t| t.plain.delete(&1)));
    assert!(tables.people.verify().unwrap().is_empty());
}

#[test]
fn a_list_of_a_thousand_costs_as_much_as_one_entity() {
    let tables = Tables::new();
    let new: Vec<_> = (10_000..11_000).map(|number| (number, person(number))).collect();
    let moved: Vec<_> = (0..1_000).map(|number| (number, person(number + 20_000))).collect();
    let keys: Vec<u32> = (500..1_500).collect();
    tables.at_most(3, |t| t.people.put_many(&new));
    tables.at_most(3, |t| t.people.put_many(&moved));
    assert_eq!(tables.at_most(3, |t| t.people.delete_many(&keys)), 1_000);
    tables.at_most(1, |t| t.plain.put_many(&new));
    assert_eq!(tables.at_most(1, |t| t.plain.delete_many(&keys)), 1_000);
    assert_eq!(tables.at_most(3, |t| t.people.load(moved.clone())), 1_000);
    // 512 at a time: the entries of the index, the entities, the unique values, and the writes.
    assert!(tables.at_most(8, |t| t.people.delete_by(&CITY, ..="city 1".to_owned())) > 500);
    assert!(tables.at_most(8, |t| t.people.delete_in(Query::all().limit(1_000))) == 1_000);
    assert!(tables.people.verify().unwrap().is_empty());
}

#[test]
fn lists_in_one_transaction_share_its_writes() {
    let tables = Tables::new();
    let list: Vec<_> = (10_000..11_000).map(|number| (number, person(number))).collect();
    tables.at_most(1, |t| {
        t.backend.transaction(|tx| {
            t.plain.within(tx).put_many(&list)?;
            list.iter().try_for_each(|(number, person)| t.plain.within(tx).put(&(number + 5_000), person))
        })
    });
}

#[test]
fn a_rebuilding_of_indexes_hands_over_many_entities_at_a_time() {
    let tables = Tables::new();
    let rows = tables.plain.count().unwrap();
    tables.at_most(60, |t| t.people.reindex());
    let indexed = Table::<u32, Person>::with_schema(
        tables.backend.clone(),
        Schema::new("plain").index(EMAIL).index(CITY),
    );
    tables.at_most(60, |_| indexed.migrate());
    assert_eq!(indexed.count_by(&EMAIL, ..).unwrap(), rows);
}

#[test]
fn a_read_costs_one_request_and_a_read_by_an_index_two() {
    let tables = Tables::new();
    let keys: Vec<u32> = (0..1_000).collect();
    let email = &person(7).email;
    assert_eq!(tables.at_most(1, |t| t.people.get(&7)), Some(person(7)));
    assert_eq!(tables.at_most(1, |t| t.people.get_many(&keys)).len(), 1_000);
    assert_eq!(tables.at_most(1, |t| t.people.page(.., 100, None)).entries.len(), 100);
    assert_eq!(tables.at_most(2, |t| t.people.find(&EMAIL, email)), Some((7, person(7))));
    assert_eq!(tables.at_most(2, |t| t.people.page_by(&CITY, .., 100, None)).entries.len(), 100);
    assert_eq!(tables.at_most(2, |t| t.people.first_by(&EMAIL, ..)).unwrap().0, 0);
}

#[test]
fn an_import_writes_without_waiting() {
    let tables = Tables::new();
    let mut stream = Vec::new();
    keyloft::transfer::export(&*tables.backend, &mut stream).unwrap();
    let empty = Remote { inner: MemoryBackend::new(), requests: Arc::default() };
    keyloft::transfer::import(&empty, || Ok(stream.as_slice())).unwrap();
    assert!(empty.requests.load(Ordering::Relaxed) <= 2);
}
