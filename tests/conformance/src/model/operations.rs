//! Transactions, reads and snapshots of bytes, compared with a map of maps.

use std::collections::BTreeMap;
use std::ops::{Bound, ControlFlow, RangeBounds};
use std::sync::Arc;

use keyloft::backend::{Direction, KeyRange, MAX_KEY_LEN, Write};
use keyloft::prelude::*;
use keyloft::{Partition, Read, Snapshot};

use super::trace::Trace;
use crate::Fixture;
use crate::random::Random;
use crate::reading::Entries;

type Model = BTreeMap<String, BTreeMap<Vec<u8>, Vec<u8>>>;

const SEEDS: u64 = 12;
const TRANSACTIONS: usize = 40;
const PARTITIONS: [&str; 3] = ["a", "b", "#c:a"];

pub(crate) fn agree_with_a_map(fixture: &dyn Fixture) {
    for seed in 0..SEEDS {
        Run::new(seed, fixture.open()).go();
    }
}

/// The operations of one seed.
struct Run {
    random: Random,
    trace: Trace,
    db: Arc<dyn StorageBackend>,
    committed: Model,
    snapshots: Vec<(Arc<dyn Snapshot>, Model)>,
}

impl Run {
    fn new(seed: u64, db: Arc<dyn StorageBackend>) -> Self {
        let (random, trace) = (Random::new(seed), Trace::new(seed));
        Self { random, trace, db, committed: Model::new(), snapshots: Vec::new() }
    }

    fn go(mut self) {
        for _ in 0..TRANSACTIONS {
            self.transaction();
            match self.random.below(4) {
                0 => {
                    self.trace.note("snapshot".to_owned());
                    let snapshot = self.trace.ok("a snapshot", self.db.snapshot());
                    self.snapshots.push((snapshot, self.committed.clone()));
                }
                1 if !self.snapshots.is_empty() => {
                    let place = self.random.below(self.snapshots.len());
                    self.trace.note(format!("drop snapshot {place}"));
                    self.snapshots.swap_remove(place);
                }
                _ => {}
            }
            check_all(&self.trace, "the backend", &self.db, &self.committed);
            read_at_random(&mut self.random, &mut self.trace, &self.db, &self.committed);
            if !self.snapshots.is_empty() {
                let place = self.random.below(self.snapshots.len());
                let (snapshot, model) = &self.snapshots[place];
                check_all(&self.trace, "a snapshot", snapshot, model);
                read_at_random(&mut self.random, &mut self.trace, snapshot, model);
            }
        }
        for (snapshot, model) in &self.snapshots {
            check_all(&self.trace, "a snapshot in the end", snapshot, model);
        }
    }

    fn transaction(&mut self) {
        let Self { random, trace, db, committed, .. } = self;
        let fails = random.below(4) == 0;
        let begun = (random.clone(), trace.len());
        let mut written = Model::new();
        let done = db.transact(&mut |tx| {
            // An engine may run the body again, which must then make the same operations.
            random.clone_from(&begun.0);
            trace.truncate(begun.1);
            written.clone_from(committed);
            trace.note("begin".to_owned());
            for _ in 0..random.below(9) {
                write_at_random(random, trace, tx, &mut written);
                if random.below(3) == 0 {
                    read_at_random(random, trace, &tx, &written);
                }
            }
            check_all(trace, "the transaction", &tx, &written);
            check_all(trace, "the backend beside it", &*db, committed);
            if fails { Err(ErrorKind::Aborted.into()) } else { Ok(()) }
        });
        if fails {
            self.trace.note("fail".to_owned());
            self.trace.same("a body that failed", &done.map_err(|error| error.code()), &Err("Aborted"));
        } else {
            self.trace.note("commit".to_owned());
            self.trace.ok("a commit", done);
            self.committed = written;
        }
    }
}

/// Makes one write in the transaction and in the model, and compares the partition.
fn write_at_random(random: &mut Random, trace: &mut Trace, tx: &mut dyn Transaction, model: &mut Model) {
    let (name, partition) = any_partition(random);
    match random.below(9) {
        0 => {
            let (lower, upper) = any_range(random);
            trace.note(format!("delete from `{name}` between {lower:?} and {upper:?}"));
            let gone = keys_between(model, name, &lower, &upper);
            let range = KeyRange {
                lower: lower.as_ref().map(Vec::as_slice),
                upper: upper.as_ref().map(Vec::as_slice),
            };
            let deleted = trace.ok("a deletion of a range", tx.delete_range(&partition, range));
            trace.same("deleted", &deleted, &u64::try_from(gone.len()).unwrap());
            for key in gone {
                remove(model, name, &key);
            }
        }
        1 => {
            let partitions = PARTITIONS.map(Partition::from_stored);
            let writes: Vec<_> = (0..random.below(6))
                .map(|_| {
                    let place = random.below(PARTITIONS.len());
                    let value = if random.below(3) == 0 { None } else { Some(any_value(random)) };
                    (place, any_key(random), value)
                })
                .collect();
            trace.note(format!("write {writes:?} in {PARTITIONS:?}"));
            let batch: Vec<Write<'_>> = writes
                .iter()
                .map(|(place, key, value)| Write {
                    partition: &partitions[*place],
                    key,
                    value: value.as_deref(),
                })
                .collect();
            trace.ok("a batch", tx.write_batch(&batch));
            for (place, key, value) in writes {
                match value {
                    Some(value) => {
                        model.entry(PARTITIONS[place].to_owned()).or_default().insert(key, value);
                    }
                    None => {
                        remove(model, PARTITIONS[place], &key);
                    }
                }
            }
        }
        2 => {
            let keys: Vec<Vec<u8>> = (0..random.below(4)).map(|_| any_key(random)).collect();
            trace.note(format!("delete {keys:?} from `{name}`"));
            let slices: Vec<&[u8]> = keys.iter().map(Vec::as_slice).collect();
            let deleted = trace.ok("deletions", tx.delete_many(&partition, &slices));
            let expected = keys.iter().filter(|key| remove(model, name, key)).count();
            trace.same("the number deleted", &deleted, &u64::try_from(expected).unwrap());
        }
        3 | 4 => {
            let key = any_key(random);
            trace.note(format!("delete {key:?} from `{name}`"));
            let was_there = trace.ok("a deletion", tx.delete(&partition, &key));
            trace.same("whether it was there", &was_there, &remove(model, name, &key));
        }
        _ => {
            let (key, value) = (any_key(random), any_value(random));
            trace.note(format!("put {key:?} in `{name}`, {} bytes", value.len()));
            trace.ok("a put", tx.put(&partition, &key, &value));
            model.entry(name.to_owned()).or_default().insert(key, value);
        }
    }
    let expected: Entries = entries_of(model, name);
    trace.same(
        "the partition after it",
        &scan(trace, &tx, &partition, KeyRange::ALL, Direction::Forward),
        &expected,
    );
}

/// Makes one read of each kind, and compares the result with the model.
fn read_at_random(random: &mut Random, trace: &mut Trace, reader: &impl Read, model: &Model) {
    let (name, partition) = any_partition(random);
    let (lower, upper) = any_range(random);
    let range =
        KeyRange { lower: lower.as_ref().map(Vec::as_slice), upper: upper.as_ref().map(Vec::as_slice) };
    let mut expected = keys_between(model, name, &lower, &upper);
    let counted = trace.ok("a count", reader.count(&partition, range));
    trace.same(
        format_args!("the count in `{name}` of {range:?}"),
        &counted,
        &u64::try_from(expected.len()).unwrap(),
    );
    let keys = |direction| -> Vec<Vec<u8>> {
        scan(trace, reader, &partition, range, direction).into_iter().map(|(key, _)| key).collect()
    };
    trace.same(format_args!("`{name}` forward in {range:?}"), &keys(Direction::Forward), &expected);
    expected.reverse();
    trace.same(format_args!("`{name}` backward in {range:?}"), &keys(Direction::Backward), &expected);

    let wanted: Vec<Vec<u8>> = (0..4).map(|_| any_key(random)).collect();
    let wanted: Vec<&[u8]> = wanted.iter().map(Vec::as_slice).collect();
    let value = |key: &[u8]| model.get(name).and_then(|entries| entries.get(key)).cloned();
    let mut found = vec![None; wanted.len()];
    let done = reader.get_many(&partition, &wanted, &mut |place, bytes| found[place] = Some(bytes.to_vec()));
    trace.ok("many gets", done);
    let partitions = PARTITIONS.map(Partition::from_stored);
    let places: Vec<(usize, &[u8])> =
        wanted.iter().map(|key| (random.below(PARTITIONS.len()), *key)).collect();
    let batch: Vec<_> = places.iter().map(|&(place, key)| (&partitions[place], key)).collect();
    let mut answers = vec![None; batch.len()];
    trace.ok("a batch", reader.get_batch(&batch, &mut |place, bytes| answers[place] = Some(bytes.to_vec())));
    for ((place, key), answer) in places.into_iter().zip(answers) {
        let name = PARTITIONS[place];
        let expected = model.get(name).and_then(|entries| entries.get(key)).cloned();
        trace.same(format_args!("{key:?} of a batch in `{name}`"), &answer, &expected);
    }
    for (key, found) in wanted.into_iter().zip(found) {
        trace.same(format_args!("{key:?} of many in `{name}`"), &found, &value(key));
        let mut one = None;
        let there = trace.ok("a get", reader.get(&partition, key, &mut |bytes| one = Some(bytes.to_vec())));
        trace.same(format_args!("{key:?} in `{name}`"), &(there, one), &(value(key).is_some(), value(key)));
        let there = trace.ok("a look", reader.contains(&partition, key));
        trace.same(format_args!("whether {key:?} is in `{name}`"), &there, &value(key).is_some());
    }
}

fn check_all(trace: &Trace, who: &str, reader: &impl Read, model: &Model) {
    let names = trace.ok("the partitions", reader.partitions());
    let names: Vec<&str> = names.iter().map(Partition::as_str).collect();
    trace.same(format_args!("the partitions of {who}"), &names, &model.keys().map(String::as_str).collect());
    for name in names {
        let found = scan(trace, reader, &Partition::from_stored(name), KeyRange::ALL, Direction::Forward);
        trace.same(format_args!("`{name}` of {who}"), &found, &entries_of(model, name));
    }
}

fn scan(
    trace: &Trace,
    reader: &impl Read,
    partition: &Partition,
    range: KeyRange<'_>,
    direction: Direction,
) -> Entries {
    let mut entries = Vec::new();
    let done = reader.scan(partition, range, direction, &mut |key, value| {
        entries.push((key.to_vec(), value.to_vec()));
        ControlFlow::Continue(())
    });
    trace.ok("a scan", done);
    entries
}

fn entries_of(model: &Model, name: &str) -> Entries {
    model.get(name).into_iter().flatten().map(|(key, value)| (key.clone(), value.clone())).collect()
}

fn keys_between(model: &Model, name: &str, lower: &Bound<Vec<u8>>, upper: &Bound<Vec<u8>>) -> Vec<Vec<u8>> {
    let keys = model.get(name).into_iter().flatten().map(|(key, _)| key);
    keys.filter(|key| (lower.as_ref(), upper.as_ref()).contains(*key)).cloned().collect()
}

fn remove(model: &mut Model, name: &str, key: &[u8]) -> bool {
    let Some(entries) = model.get_mut(name) else { return false };
    let was_there = entries.remove(key).is_some();
    if entries.is_empty() {
        model.remove(name);
    }
    was_there
}

fn any_partition(random: &mut Random) -> (&'static str, Partition) {
    let name = PARTITIONS[random.below(PARTITIONS.len())];
    (name, Partition::from_stored(name))
}

/// Returns one of few keys, of bytes that a wrong comparison confuses. Sometimes it is a long key.
fn any_key(random: &mut Random) -> Vec<u8> {
    if random.below(60) == 0 {
        return vec![b'k'; MAX_KEY_LEN - random.below(2)];
    }
    (0..random.below(4)).map(|_| [0x00, b'a', 0xFF][random.below(3)]).collect()
}

fn any_value(random: &mut Random) -> Vec<u8> {
    let len = if random.below(20) == 0 { random.below(9_000) } else { random.below(12) };
    random.bytes(len)
}

fn any_range(random: &mut Random) -> (Bound<Vec<u8>>, Bound<Vec<u8>>) {
    let mut bound = || match random.below(3) {
        0 => Bound::Unbounded,
        1 => Bound::Included(any_key(random)),
        _ => Bound::Excluded(any_key(random)),
    };
    (bound(), bound())
}
