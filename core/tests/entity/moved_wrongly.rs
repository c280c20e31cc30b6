//! Migrations that would misread the stored rows: each is refused, and the table stays as it was.

use std::ops::ControlFlow;
use std::sync::Arc;

use keyloft::catalog::{self, Migration};
use keyloft::prelude::*;
use keyloft::shape::Shape;
use keyloft_memory::MemoryBackend;
use serde::{Deserialize, Serialize};

fn open() -> Arc<dyn StorageBackend> {
    Arc::new(MemoryBackend::new())
}

fn notes(db: &Arc<dyn StorageBackend>, count: u32) -> Table<u32, String> {
    let notes = Table::<u32, String>::new(db.clone(), "notes");
    let rows: Vec<_> = (0..count).map(|id| (id, id.to_string())).collect();
    notes.put_many(&rows).unwrap();
    notes
}

fn refused(done: Result<()>, part: &str) {
    let error = done.unwrap_err();
    assert_eq!(error.code(), "DefinitionMismatch");
    assert!(error.to_string().contains(part), "{error}");
}

#[test]
fn a_new_key_that_is_too_long_gives_the_table_back() {
    let db = open();
    let old = notes(&db, 2);
    let new = Schema::<String, String>::new("notes");
    // An index takes such a key, and the copies are in the partition of one.
    let migration = Migration::new(db.clone())
        .rekey(old.schema(), &new, |id, _| Ok("k".repeat(if id == 0 { 1 } else { 3_000 })));
    assert_eq!(migration.run().unwrap_err().code(), "KeyTooLong");
    assert_eq!(old.get(&1).unwrap(), Some("1".into()));
}

#[test]
fn another_run_begins_the_change_of_keys_anew() {
    let db = open();
    let old = notes(&db, 2_500);
    let new = Schema::<(String, u32), String>::new("notes");
    let change = |word: &'static str| {
        Migration::new(db.clone()).rekey(old.schema(), &new, move |id, _| Ok((word.into(), id)))
    };
    let mut steps = 0;
    change("hme")
        .run_with(|_| {
            steps += 1;
            if steps < 3 { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        })
        .unwrap();
    change("home").run().unwrap();
    let moved = Table::with_schema(db.clone(), new.clone());
    assert_eq!(moved.count_in(Query::prefix(Prefix::of("home"))).unwrap(), 2_500);
    assert_eq!(moved.count().unwrap(), 2_500);
}

#[test]
fn a_change_of_keys_reads_the_rows_by_the_stored_definition_only() {
    let db = open();
    let old = notes(&db, 2);
    let new = Schema::<(u32, u32), String>::new("notes");
    let change =
        |old: &Schema<i32, String>| Migration::new(db.clone()).rekey(old, &new, |_, _| Ok((1, 2))).run();
    refused(change(&Schema::new("notes")), "the key is u32 in the database, i32");
    refused(change(&Schema::new("other")), "that of `other`");
    assert_eq!(old.count().unwrap(), 2);
}

#[derive(Serialize, Deserialize, Entity)]
#[table(name = "screens", key = u32)]
struct Screen {
    width: u32,
    height: u32,
}

#[derive(Serialize, Deserialize, Entity)]
struct Swapped {
    height: u32,
    width: u32,
}

#[derive(Serialize, Deserialize, Entity)]
#[table(name = "screens", key = u32, version = 2, upgrades = Swapped)]
struct Upgraded {
    height: u32,
    width: u32,
    depth: u8,
}

impl From<Swapped> for Upgraded {
    fn from(Swapped { height, width }: Swapped) -> Self {
        Self { height, width, depth: 24 }
    }
}

#[test]
fn an_upgrade_from_other_fields_than_the_stored_ones_is_refused() {
    let db = open();
    let screens = Screen::table(db.clone());
    screens.put(&1, &Screen { width: 640, height: 480 }).unwrap();
    refused(Upgraded::table(db).migrate(), "its entities of version 1: ");
    assert_eq!(screens.get(&1).unwrap().map(|screen| screen.width), Some(640));
}

#[test]
fn a_version_without_an_upgrade_is_refused_while_there_are_rows() {
    let db = open();
    let old = notes(&db, 1);
    let raised = Table::<u32, String>::with_schema(db, Schema::new("notes").version_without_upgrade(2));
    refused(raised.migrate(), "no upgrade from it");
    old.delete(&0).unwrap();
    raised.migrate().unwrap();
}

#[test]
fn a_program_that_knows_less_takes_nothing_from_the_catalog() {
    #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, StorageKey)]
    struct Reading {
        device: String,
        at: i64,
    }

    let db = open();
    let shaped = Schema::<Reading, u8>::new("readings").shape(Shape::of::<u8>());
    let key = Reading { device: "attic".into(), at: 1 };
    Table::with_schema(db.clone(), shaped).put(&key, &7).unwrap();
    let stored = || catalog::table(&*db.snapshot().unwrap(), &"readings".into()).unwrap();
    let before = stored();
    Table::<(String, i64), u8>::new(db.clone(), "readings").migrate().unwrap();
    assert_eq!(stored(), before);
}
