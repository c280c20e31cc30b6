//! A table of tasks, as several programs define it.

use std::ops::ControlFlow;
use std::sync::Arc;

use keyloft::backend::{Direction, KeyRange};
use keyloft::catalog::{self, CatalogEntry, Migration};
use keyloft::error::DecodeReason;
use keyloft::prelude::*;
use keyloft::value::decode_payload;
use keyloft::{Partition, Read};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Task {
    pub(crate) name: String,
    pub(crate) size: u32,
    pub(crate) tags: Vec<String>,
    /// No index has it.
    pub(crate) notes: String,
}

pub(crate) type Tasks = Table<u32, Task>;

pub(crate) const NAME: UniqueIndex<Task, String> = UniqueIndex::new("name", |task| Some(task.name.clone()));
pub(crate) const SIZE: Index<Task, u32> = Index::new("size", |task| Some(task.size));
pub(crate) const TAG: Index<Task, String> = Index::each("tag", |task, add| {
    for tag in &task.tags {
        add(tag.clone());
    }
});
/// The index `name` of a program that folds the names.
pub(crate) const FOLDED: UniqueIndex<Task, String> =
    UniqueIndex::<Task, String>::new("name", |task| Some(task.name.to_lowercase())).revision(2);

/// Returns a schema of the table without indexes.
pub(crate) fn plain() -> Schema<u32, Task> {
    Schema::new("tasks")
}

/// Returns a schema with every index.
pub(crate) fn indexed() -> Schema<u32, Task> {
    plain().index(NAME).index(SIZE).index(TAG)
}

/// Returns the schema of the next version, in which names are in lower case.
pub(crate) fn second() -> Schema<u32, Task> {
    indexed().version(2, lower_case)
}

fn lower_case(_: u32, payload: &[u8]) -> Result<Task, DecodeReason> {
    let task: Task = decode_payload(payload)?;
    Ok(Task { name: task.name.to_lowercase(), ..task })
}

/// Returns the table of a program with this schema.
pub(crate) fn tasks(db: &Arc<dyn StorageBackend>, schema: Schema<u32, Task>) -> Tasks {
    Table::with_schema(Arc::clone(db), schema)
}

pub(crate) fn task(number: u32) -> Task {
    let tags = ["even", "odd", "third"].iter().enumerate().filter(|(place, _)| match place {
        0 => number.is_multiple_of(2),
        1 => !number.is_multiple_of(2),
        _ => number.is_multiple_of(3),
    });
    Task {
        name: format!("Task {number}"),
        size: number % 10,
        tags: tags.map(|(_, tag)| (*tag).to_owned()).collect(),
        notes: String::new(),
    }
}

/// Returns a task of such a length that one transaction of a migration handles 27 of them.
pub(crate) fn long_task(number: u32) -> Task {
    Task { notes: "x".repeat(40_000), ..task(number) }
}

/// Returns this number of long tasks, with their keys.
pub(crate) fn many_long(count: u32) -> Vec<(u32, Task)> {
    (0..count).map(|number| (number, long_task(number))).collect()
}

/// Returns this number of tasks, with their keys.
pub(crate) fn many(count: u32) -> Vec<(u32, Task)> {
    (0..count).map(|number| (number, task(number))).collect()
}

/// Returns the migration of the table to the schema.
pub(crate) fn migration(db: &Arc<dyn StorageBackend>, schema: &Schema<u32, Task>) -> Migration {
    Migration::new(Arc::clone(db)).table(schema)
}

/// Runs the migration up to its transaction of this number. Returns `true` if it came to its end before.
pub(crate) fn run_steps(migration: &Migration, steps: usize) -> Result<bool> {
    if steps == 0 {
        return Ok(false);
    }
    let mut left = steps;
    migration.run_with(|_| {
        left -= 1;
        if left == 0 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    })?;
    Ok(left > 0)
}

/// Returns the table's entry in the catalog.
#[track_caller]
pub(crate) fn entry(reader: &dyn Read, table: &str) -> Option<CatalogEntry> {
    catalog::table(reader, &Partition::from(table)).unwrap()
}

/// Returns the keys of the entries of the table's index.
pub(crate) fn index_entries(reader: &dyn Read, index: &str) -> Vec<Vec<u8>> {
    let partition = Partition::from_stored(&format!("#{index}:tasks"));
    let mut entries = Vec::new();
    let scanned = reader.scan(&partition, KeyRange::ALL, Direction::Forward, &mut |entry, _| {
        entries.push(entry.to_vec());
        ControlFlow::Continue(())
    });
    scanned.unwrap();
    entries
}

/// Checks that the error is a difference of definitions, whose text contains each of these.
#[track_caller]
pub(crate) fn differs<T>(done: Result<T>, texts: &[&str]) {
    let error = done.map(drop).unwrap_err();
    assert_eq!(error.code(), "DefinitionMismatch", "{error}");
    for text in texts {
        assert!(error.to_string().contains(text), "`{text}` is not in: {error}");
    }
}
