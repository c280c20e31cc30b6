//! The conformance suite and tests of failures, over a model of the storage.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use keyloft::backend::{Direction, KeyRange};
use keyloft::{Error, ErrorKind, Partition, Read, StorageBackend, StorageBackendExt};
use keyloft_conformance::{Faulty, Fixture, Place, suite};

use crate::{Changes, DurableObjectBackend, MOST_KEYS, ObjectStorage, Rows, StorageError};

/// The longest value that a page of the model has. Longer ones are left out.
const LARGE: usize = 64;

/// A model of the storage. Clones share the data, as the runs of one object do.
#[derive(Clone, Default)]
struct Model {
    tables: Arc<Mutex<Tables>>,
    fails: Arc<AtomicBool>,
    /// The number of calls.
    calls: Arc<AtomicUsize>,
}

#[derive(Default)]
struct Tables {
    names: BTreeMap<String, u32>,
    entries: BTreeMap<u32, BTreeMap<Vec<u8>, Vec<u8>>>,
    alarm: Option<i64>,
}

impl Model {
    fn with<T>(&self, work: impl FnOnce(&mut Tables) -> T) -> Result<T, StorageError> {
        self.calls.fetch_add(1, Ordering::Relaxed);
        if self.fails.load(Ordering::Relaxed) {
            return Err(StorageError::Failed("the test makes it fail".into()));
        }
        Ok(work(&mut self.tables.lock().unwrap()))
    }

    fn backend(&self) -> DurableObjectBackend {
        DurableObjectBackend::open(self.clone()).unwrap()
    }
}

impl Tables {
    fn range(
        &self,
        partition: u32,
        range: KeyRange<'_>,
    ) -> impl DoubleEndedIterator<Item = (&Vec<u8>, &Vec<u8>)> {
        let entries = self.entries.get(&partition).filter(|_| !range.is_empty());
        let bounds = (range.lower.map(<[u8]>::to_vec), range.upper.map(<[u8]>::to_vec));
        entries.into_iter().flat_map(move |entries| entries.range(bounds.clone()))
    }
}

impl ObjectStorage for Model {
    fn open(&self) -> Result<u32, StorageError> {
        self.with(|tables| tables.names.values().copied().max().unwrap_or_default())
    }

    fn partition(&self, name: &str) -> Result<Option<u32>, StorageError> {
        self.with(|tables| tables.names.get(name).copied())
    }

    fn partitions(&self) -> Result<Vec<String>, StorageError> {
        self.with(|tables| {
            let holds_a_key = |number: u32| tables.range(number, KeyRange::ALL).next().is_some();
            tables
                .names
                .iter()
                .filter(|(_, number)| holds_a_key(**number))
                .map(|(name, _)| name.clone())
                .collect()
        })
    }

    fn get(&self, partition: u32, key: &[u8]) -> Result<Option<Vec<u8>>, StorageError> {
        self.with(|tables| tables.entries.get(&partition)?.get(key).cloned())
    }

    fn get_many(&self, partition: u32, keys: &[&[u8]]) -> Result<Rows, StorageError> {
        assert!((1..=MOST_KEYS).contains(&keys.len()));
        self.with(|tables| {
            let mut rows = Rows::default();
            for key in keys {
                if let Some(value) = tables.entries.get(&partition).and_then(|entries| entries.get(*key)) {
                    rows.push(key, Some(value.as_slice()).filter(|value| value.len() <= LARGE));
                }
            }
            rows
        })
    }

    fn contains(&self, partition: u32, key: &[u8]) -> Result<bool, StorageError> {
        Ok(self.get(partition, key)?.is_some())
    }

    fn page(
        &self,
        partition: u32,
        range: KeyRange<'_>,
        direction: Direction,
        limit: u32,
        values: bool,
    ) -> Result<Rows, StorageError> {
        self.with(|tables| {
            let (entries, limit) = (tables.range(partition, range), usize::try_from(limit).unwrap());
            let entries: Vec<_> = match direction {
                Direction::Forward => entries.take(limit).collect(),
                Direction::Backward => entries.rev().take(limit).collect(),
            };
            let mut rows = Rows::default();
            for (key, value) in entries {
                rows.push(key, (values && value.len() <= LARGE).then_some(value.as_slice()));
            }
            rows
        })
    }

    fn count(&self, partition: u32, range: KeyRange<'_>) -> Result<u64, StorageError> {
        self.with(|tables| u64::try_from(tables.range(partition, range).count()).unwrap())
    }

    fn commit(&self, changes: &Changes<'_>) -> Result<(), StorageError> {
        self.with(|tables| {
            for (number, name) in &changes.partitions {
                assert!(tables.names.insert((*name).to_owned(), *number).is_none(), "{name} exists");
            }
            for (partition, key) in &changes.deletes {
                tables.entries.entry(*partition).or_default().remove(*key);
            }
            for (partition, key, value) in &changes.puts {
                tables.entries.entry(*partition).or_default().insert(key.to_vec(), value.to_vec());
            }
            tables.alarm = changes.alarm.or(tables.alarm);
        })
    }
}

struct Models;

impl Fixture for Models {
    fn open(&self) -> Arc<dyn StorageBackend> {
        Arc::new(Model::default().backend())
    }

    fn place(&self) -> Option<Place> {
        let model = Model::default();
        Some(Box::new(move || Arc::new(model.backend())))
    }

    fn faulty(&self) -> Option<Faulty> {
        let model = Model::default();
        let (backend, fails) = (Arc::new(model.backend()), model.fails);
        Some(Faulty { backend, fail: Box::new(move |now| fails.store(now, Ordering::Relaxed)) })
    }
}

suite!(Models);

#[test]
fn an_error_of_the_storage_is_typed_and_names_the_place() {
    let model = Model::default();
    let db = model.backend();
    let notes = Partition::from("notes");
    db.transaction(|tx| tx.put(&notes, b"a", b"")).unwrap();
    model.fails.store(true, Ordering::Relaxed);
    let read = db.get(&notes, b"a", &mut |_| ()).unwrap_err();
    assert_eq!(read.to_string(), "the object's SQLite can't read partition `notes`: the test makes it fail");
    let commit = db.transaction(|tx| tx.put(&notes, b"b", b"")).unwrap_err();
    assert_eq!((commit.code(), commit.place().is_some()), ("Backend", true));
    model.fails.store(false, Ordering::Relaxed);
    assert!(!db.contains(&notes, b"b").unwrap());
}

#[test]
fn a_failed_commit_leaves_no_number_of_a_partition_behind() {
    let model = Model::default();
    let db = model.backend();
    let put = |name: &str| db.transaction(|tx| tx.put(&Partition::from(name), name.as_bytes(), b""));
    put("first").unwrap();
    // The lookup of the new name succeeds, and the commit fails.
    assert!(!db.contains(&Partition::from("second"), b"").unwrap());
    model.fails.store(true, Ordering::Relaxed);
    put("second").unwrap_err();
    model.fails.store(false, Ordering::Relaxed);
    put("third").unwrap();
    put("second").unwrap();
    let reopened = model.backend();
    for name in ["first", "second", "third"] {
        assert_eq!(reopened.count(&Partition::from(name), KeyRange::ALL).unwrap(), 1, "{name}");
        assert!(reopened.contains(&Partition::from(name), name.as_bytes()).unwrap());
    }
}

#[test]
fn an_alarm_is_set_by_the_commit_of_its_transaction_alone() {
    let model = Model::default();
    let db = model.backend();
    let alarm = || model.tables.lock().unwrap().alarm;
    let failed = db.transaction(|_| {
        db.set_alarm(7);
        Err::<(), _>(Error::from(ErrorKind::Aborted))
    });
    assert!(failed.is_err() && alarm().is_none());
    db.transaction(|tx| tx.put(&Partition::from("notes"), b"", b"")).unwrap();
    assert_eq!(alarm(), None, "the time belonged to the failed transaction");
    db.transaction(|_| {
        db.set_alarm(8);
        Ok(())
    })
    .unwrap();
    assert_eq!(alarm(), Some(8));
}

#[test]
fn reads_and_writes_take_few_calls() {
    let model = Model::default();
    let db = model.backend();
    let notes = Partition::from("notes");
    let calls = |work: &mut dyn FnMut()| {
        let before = model.calls.load(Ordering::Relaxed);
        work();
        model.calls.load(Ordering::Relaxed) - before
    };
    let mut put_many = || {
        db.transaction(|tx| (0..1000_u32).try_for_each(|key| tx.put(&notes, &key.to_be_bytes(), b"")))
            .unwrap();
    };
    assert_eq!(calls(&mut put_many), 2, "the lookup of the partition and the commit");
    assert_eq!(calls(&mut put_many), 1);
    assert_eq!(calls(&mut || drop(db.contains(&notes, b"x"))), 1);
    let mut visited = 0;
    let mut scan = || {
        db.scan(&notes, KeyRange::ALL, Direction::Forward, &mut |_, _| {
            visited += 1;
            std::ops::ControlFlow::Continue(())
        })
        .unwrap();
    };
    // 16, 64, and four pages of at most 256.
    assert_eq!(calls(&mut scan), 6);
    assert_eq!(visited, 1000);
    let keys: Vec<[u8; 4]> = (0..100_u32).rev().map(u32::to_be_bytes).collect();
    let keys: Vec<&[u8]> = keys.iter().map(<[u8; 4]>::as_slice).collect();
    let mut get_many = || db.get_many(&notes, &keys, &mut |_, _| visited += 1).unwrap();
    assert_eq!(calls(&mut get_many), 100_usize.div_ceil(MOST_KEYS));
    assert_eq!(visited, 1100);
}
