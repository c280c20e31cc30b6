//! The writes of the children of the harness `log`, and the copies of them.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use keyloft::backend::{Direction, KeyRange};
use keyloft::layers::{LogEntry, LoggedChange, LoggedValue};
use keyloft::prelude::*;
use keyloft::{Partition, Read};

use crate::failure::{Failure, Outcome};
use crate::random::Random;

/// The partitions of the writers.
pub(super) const WRITTEN: [&str; 2] = ["notes", "marks"];
/// The partition of the follower's copy.
pub(super) const FOLLOWED: &str = "followed";
/// The partition of the number of changes that the follower has applied.
const COUNTED: &str = "counted";

/// The entries of the writers' partitions, by the name of the partition and the key.
pub(super) type Entries = BTreeMap<Vec<u8>, Vec<u8>>;

/// A transaction of a writer.
pub(super) struct Written {
    writer: u64,
    number: u64,
    /// The keys, and the value or the deletion of each.
    changes: Vec<(String, Option<u64>)>,
}

impl Written {
    /// Returns the transaction with this number.
    pub(super) fn of(seed: u64, writer: u64, number: u64) -> Self {
        let mut random = Random::of(seed, writer << 32 | number);
        let changes = (0..=random.small(4))
            .map(|_| {
                let key = format!("writer{writer}:{}", random.small(40));
                (key, if random.one_in(4) { None } else { Some(number) })
            })
            .collect();
        Self { writer, number, changes }
    }

    /// Writes it, and the mark of its number.
    pub(super) fn write(&self, tx: &mut dyn Transaction) -> Result<()> {
        let notes = Partition::from(WRITTEN[0]);
        for (key, value) in &self.changes {
            match value {
                Some(value) => tx.put(&notes, key.as_bytes(), &value.to_be_bytes())?,
                None => drop(tx.delete(&notes, key.as_bytes())?),
            }
        }
        tx.put(&Partition::from(WRITTEN[1]), &self.writer.to_be_bytes(), &self.number.to_be_bytes())
    }

    /// Returns the number of the last transaction of the writer.
    pub(super) fn mark(reader: &dyn Read, writer: u64) -> Outcome<u64> {
        number(reader, WRITTEN[1], &writer.to_be_bytes())
    }
}

/// Returns the number of changes that the follower has applied.
pub(super) fn count(reader: &dyn Read) -> Result<u64> {
    number(reader, COUNTED, b"").map_err(|_| ErrorKind::Aborted.into())
}

/// Stores the number of changes that the follower has applied.
pub(super) fn set_count(tx: &mut dyn Transaction, count: u64) -> Result<()> {
    tx.put(&Partition::from(COUNTED), b"", &count.to_be_bytes())
}

fn number(reader: &dyn Read, partition: &str, key: &[u8]) -> Outcome<u64> {
    let mut number = Some(0);
    reader.get(&Partition::from(partition), key, &mut |value| {
        number = value.try_into().ok().map(u64::from_be_bytes);
    })?;
    number.ok_or_else(|| Failure::from(format!("`{partition}` has no number")))
}

/// Returns the name under which a copy has a key.
fn name(entry: &LogEntry) -> Vec<u8> {
    [entry.partition.as_str().as_bytes(), b"/", &entry.key].concat()
}

/// Applies a change to a copy in this partition.
pub(super) fn apply(tx: &mut dyn Transaction, copy: &str, entry: &LogEntry) -> Result<()> {
    match &entry.change {
        LoggedChange::Put(LoggedValue::Value(value)) => tx.put(&Partition::from(copy), &name(entry), value),
        _ => tx.delete(&Partition::from(copy), &name(entry)).map(drop),
    }
}

/// Applies a change to a copy in memory.
pub(super) fn apply_to(copy: &mut Entries, entry: &LogEntry) {
    match &entry.change {
        LoggedChange::Put(LoggedValue::Value(value)) => drop(copy.insert(name(entry), value.clone())),
        _ => drop(copy.remove(&name(entry))),
    }
}

/// Returns the entries of the writers' partitions.
pub(super) fn written(reader: &dyn Read) -> Outcome<Entries> {
    let mut entries = Entries::new();
    for partition in WRITTEN {
        let prefix = [partition.as_bytes(), b"/"].concat();
        collect(reader, partition, &prefix, &mut entries)?;
    }
    Ok(entries)
}

/// Returns the follower's copy.
pub(super) fn followed(reader: &dyn Read) -> Outcome<Entries> {
    let mut entries = Entries::new();
    collect(reader, FOLLOWED, &[], &mut entries)?;
    Ok(entries)
}

fn collect(reader: &dyn Read, partition: &str, prefix: &[u8], entries: &mut Entries) -> Outcome {
    reader.scan(&Partition::from(partition), KeyRange::ALL, Direction::Forward, &mut |key, value| {
        entries.insert([prefix, key].concat(), value.to_vec());
        ControlFlow::Continue(())
    })?;
    Ok(())
}
