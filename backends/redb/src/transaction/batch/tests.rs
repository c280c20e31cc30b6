//! Batches in a table and their undo records, compared with a map.

#![allow(clippy::unwrap_used, reason = "a test fails so")]

use std::collections::BTreeMap;

use keyloft::Partition;
use keyloft::backend::Write;
use redb::backends::InMemoryBackend;
use redb::{Database, ReadableTable, Table};

use crate::table::{Bytes, definition};
use crate::undo_log::{UndoLog, UndoRecord, UndoRecorder};

type Map = BTreeMap<Vec<u8>, Vec<u8>>;

fn all(table: &Table<'_, Bytes, Bytes>) -> Map {
    let entries = table.iter().unwrap().map(Result::unwrap);
    entries.map(|(key, value)| (key.value().to_vec(), value.value().to_vec())).collect()
}

/// Writes the numbers as keys, each with the value.
fn write(table: &mut Table<'_, Bytes, Bytes>, numbers: &[u16], value: &[u8]) -> (u64, UndoLog) {
    let partition = Partition::from("notes");
    let keys: Vec<[u8; 2]> = numbers.iter().map(|number| number.to_be_bytes()).collect();
    let writes: Vec<Write<'_>> = keys.iter().map(|key| Write::put(&partition, key, value)).collect();
    let mut undo = UndoLog::default();
    let changes = super::write(table, &writes, &mut UndoRecorder::new(Some(&mut undo), 0)).unwrap();
    (changes, undo)
}

/// Calls `check` with a table of the numbers.
fn with_table(numbers: &[u16], check: impl FnOnce(&mut Table<'_, Bytes, Bytes>)) {
    let database = Database::builder().create_with_backend(InMemoryBackend::new()).unwrap();
    let transaction = database.begin_write().unwrap();
    let partition = Partition::from("notes");
    let mut table = transaction.open_table(definition(&partition)).unwrap();
    for number in numbers {
        table.insert(number.to_be_bytes().as_slice(), b"old".as_slice()).unwrap();
    }
    check(&mut table);
}

#[test]
fn a_batch_stores_all_and_its_undo_log_restores_all() {
    let stored: Vec<u16> = (0..400).map(|number| number * 50).collect();
    let batches: [Vec<u16>; 9] = [
        vec![],
        vec![7],
        // Between two stored keys, from one to the next, and over several.
        (1..49).collect(),
        (0..=50).collect(),
        (1_001..1_300).collect(),
        // Behind the last key and before the first gap, backward and with repeated keys.
        (20_000..23_000).rev().collect(),
        (0..500).chain(0..500).collect(),
        // No run at all, and runs of a few keys.
        (0..400).map(|number| number * 50 + 1).collect(),
        (0..400).flat_map(|number| (1..12).map(move |more| number * 50 + more * 4)).collect(),
    ];
    for stored in [&[], stored.as_slice()] {
        for batch in &batches {
            for len in [0, 100, 3_000] {
                with_table(stored, |table| {
                    let before = all(table);
                    let value = vec![7; len];
                    let (changes, undo) = write(table, batch, &value);
                    let mut after = before.clone();
                    after.extend(batch.iter().map(|number| (number.to_be_bytes().to_vec(), value.clone())));
                    assert_eq!(all(table), after);
                    assert_eq!(changes == 0, batch.is_empty());
                    for UndoRecord { key, old, .. } in undo.records.into_iter().rev() {
                        match old {
                            Some(old) => drop(table.insert(key.as_slice(), old.as_slice()).unwrap()),
                            None => drop(table.remove(key.as_slice()).unwrap()),
                        }
                    }
                    assert_eq!(all(table), before);
                });
            }
        }
    }
}
