//! Migrations from their begin to their end.

use std::sync::Arc;

use keyloft::catalog::{IndexState, Migration};
use keyloft::prelude::*;
use keyloft::value::Envelope;

use super::samples::{
    FOLDED, NAME, SIZE, TAG, Task, differs, entry, indexed, many, migration, plain, run_steps, second, task,
    tasks,
};
use crate::Fixture;
use crate::reading::Reading;
use crate::writing::Commit;

/// More rows than one transaction of a migration handles.
pub(crate) const ROWS: u32 = 2_300;

pub(crate) fn build_what_a_program_with_the_definition_would_have_written(fixture: &dyn Fixture) {
    let (db, other) = (fixture.open(), fixture.open());
    tasks(&db, plain()).put_many(&many(ROWS)).unwrap();
    let new = tasks(&db, indexed());
    new.migrate().unwrap();
    tasks(&other, indexed()).put_many(&many(ROWS)).unwrap();
    assert!(db.dump() == other.dump(), "the indexes and the catalog are the same");
    assert_eq!(new.verify().unwrap(), []);
    assert!(entry(&*db, "tasks").unwrap().is_settled());
}

pub(crate) fn are_planned_without_a_change(fixture: &dyn Fixture) {
    let db = fixture.open();
    let plan = |migration: Migration| migration.plan().unwrap().to_string();
    assert_eq!(plan(migration(&db, &indexed())), "tasks: add the table to the catalog\n");
    tasks(&db, plain().index(FOLDED)).put_many(&many(20)).unwrap();
    differs(migration(&db, &indexed()).plan(), &["run a newer program"]);
    let before = db.dump();
    assert_eq!(
        plan(migration(&db, &plain().index(FOLDED).index(SIZE).index(TAG))),
        "tasks: build index `size`\ntasks: build index `tag`\n"
    );
    let other = Schema::<u32, u32>::new("numbers");
    assert_eq!(
        plan(migration(&db, &plain().index(SIZE)).table(&other).drop_index("tasks", "name")),
        "tasks: build index `size`\ntasks: drop index `name`\nnumbers: add the table to the catalog\n"
    );
    assert_eq!(
        plan(migration(&db, &second().index(FOLDED)).rewrite()),
        "tasks: raise the schema version from 1 to 2\ntasks: build index `name`\ntasks: build index `size`\n\
         tasks: build index `tag`\ntasks: store the values of older versions in the present one\n"
    );
    assert_eq!(db.dump(), before);
    assert!(migration(&db, &plain().index(FOLDED)).plan().unwrap().is_empty());
}

pub(crate) fn of_an_unknown_table_add_it(fixture: &dyn Fixture) {
    let db = fixture.open();
    tasks(&db, indexed()).migrate().unwrap();
    assert_eq!(db.names(), ["system_catalog"]);
    differs(tasks(&db, plain()).put(&1, &task(1)), &["the index `name`"]);
    tasks(&db, indexed()).put(&1, &task(1)).unwrap();
}

pub(crate) fn of_several_tables_move_each(fixture: &dyn Fixture) {
    const DOUBLE: UniqueIndex<u32, u32> = UniqueIndex::new("double", |number| Some(number * 2));
    let db = fixture.open();
    tasks(&db, plain()).put_many(&many(ROWS)).unwrap();
    let numbers = |schema: Schema<u32, u32>| Table::with_schema(Arc::clone(&db), schema);
    numbers(Schema::new("numbers"))
        .put_many(&(0..ROWS).map(|number| (number, number)).collect::<Vec<_>>())
        .unwrap();
    let schema = Schema::new("numbers").index(DOUBLE);
    let mut seen = Vec::new();
    let migrated = migration(&db, &indexed()).table(&schema).run_with(|progress| {
        seen.push((progress.table.to_string(), progress.rows));
        std::ops::ControlFlow::Continue(())
    });
    migrated.unwrap();
    assert!(seen.is_sorted_by(|(a, rows), (b, more)| a != b || rows <= more), "{seen:?}");
    for table in ["tasks", "numbers"] {
        let last = seen.iter().rfind(|(name, _)| name == table).unwrap();
        assert_eq!(last.1, u64::from(ROWS), "{seen:?}");
    }
    assert_eq!(numbers(schema).find(&DOUBLE, &84).unwrap(), Some((42, 42)));
    assert_eq!(tasks(&db, indexed()).verify().unwrap(), []);
}

pub(crate) fn drop_only_the_indexes_that_are_named(fixture: &dyn Fixture) {
    let db = fixture.open();
    tasks(&db, indexed()).put_many(&many(ROWS)).unwrap();
    let named = plain().index(NAME);
    differs(
        migration(&db, &named).run(),
        &["the index `size`", "the index `tag`", "`Migration::drop_index`"],
    );
    differs(migration(&db, &named).drop_index("tasks", "size").run(), &["the index `tag`"]);
    differs(migration(&db, &named).drop_index("other", "size").drop_index("tasks", "tag").run(), &["`size`"]);
    migration(&db, &named).drop_index("tasks", "size").drop_index("tasks", "tag").run().unwrap();
    assert_eq!(db.names(), ["#name:tasks", "system_catalog", "tasks"]);
    assert_eq!(tasks(&db, named).verify().unwrap(), []);
    migration(&db, &plain()).drop_unknown_indexes().run().unwrap();
    assert_eq!(db.names(), ["system_catalog", "tasks"]);
    assert!(tasks(&db, plain()).scan_all().unwrap() == many(ROWS));
}

pub(crate) fn rebuild_an_index_of_another_revision(fixture: &dyn Fixture) {
    let db = fixture.open();
    let (old, new) = (tasks(&db, indexed()), tasks(&db, indexed().index(FOLDED)));
    old.put_many(&many(ROWS)).unwrap();
    new.migrate().unwrap();
    assert_eq!(new.find(&FOLDED, "task 7").unwrap(), Some((7, task(7))));
    assert_eq!(new.find(&FOLDED, "Task 7").unwrap(), None);
    assert_eq!((new.verify().unwrap(), new.count_by(&FOLDED, ..).unwrap()), (vec![], u64::from(ROWS)));
    differs(old.migrate(), &["run a newer program"]);
}

/// Returns the number of stored values of each of the versions 1, 2 and 3.
fn versions(db: &dyn StorageBackend) -> [usize; 3] {
    let mut counts = [0; 3];
    for (key, stored) in db.all("tasks") {
        let Envelope { version, .. } = Envelope::open(&"tasks".into(), &key, &stored).unwrap();
        counts[usize::try_from(version).unwrap() - 1] += 1;
    }
    counts
}

pub(crate) fn store_values_in_the_present_version_if_they_are_told_to(fixture: &dyn Fixture) {
    let rows = usize::try_from(ROWS).unwrap();
    let db = fixture.open();
    tasks(&db, indexed()).put_many(&many(ROWS)).unwrap();
    migration(&db, &second()).run().unwrap();
    assert_eq!((versions(&*db), entry(&*db, "tasks").unwrap().oldest), ([rows, 0, 0], 1));
    let read = tasks(&db, second()).scan_all().unwrap();
    assert_eq!(read[7].1.name, "task 7");
    migration(&db, &second()).rewrite().run().unwrap();
    assert_eq!((versions(&*db), entry(&*db, "tasks").unwrap().oldest), ([0, rows, 0], 2));
    assert!(migration(&db, &second()).rewrite().plan().unwrap().is_empty());
    // The upgrade can go now.
    let without = tasks(&db, indexed().version_without_upgrade(2));
    assert!(without.scan_all().unwrap() == read);
    assert_eq!(without.verify().unwrap(), []);
}

/// Rows that the first rewrite has passed are of the version in between, and must not be forgotten.
pub(crate) fn that_rewrite_begin_anew_for_a_raised_version(fixture: &dyn Fixture) {
    let rows = usize::try_from(ROWS).unwrap();
    let upgrade = |_, payload: &[u8]| keyloft::value::decode_payload::<Task>(payload);
    let (second, third) = (plain().version(2, upgrade), plain().version(3, upgrade));
    let db = fixture.open();
    tasks(&db, plain()).put_many(&many(ROWS)).unwrap();
    let rewrite = migration(&db, &second).rewrite();
    assert!(!run_steps(&rewrite, 2).unwrap());
    let [first, next, _] = versions(&*db);
    assert!(first > 0 && next > 0 && first + next == rows, "{first} and {next}");
    migration(&db, &third).run().unwrap();
    assert_eq!((versions(&*db), entry(&*db, "tasks").unwrap().oldest), ([0, 0, rows], 3));
    assert!(tasks(&db, third).scan_all().unwrap() == many(ROWS));
}

pub(crate) fn end_with_the_error_of_a_row_and_go_on_when_it_is_mended(fixture: &dyn Fixture) {
    let db = fixture.open();
    let old = tasks(&db, plain());
    old.put_many(&many(ROWS)).unwrap();
    let twin = Task { name: task(1_500).name, ..task(2_000) };
    old.put(&2_000, &twin).unwrap();
    db.put_one("tasks", &1_800_u32.encode(), b"rubbish");

    let new = tasks(&db, indexed());
    let error = new.migrate().unwrap_err();
    assert_eq!(error.code(), "Decode", "{error}");
    assert!(error.to_string().contains("1800"), "{error}");
    let state = |index: &str| entry(&*db, "tasks").unwrap().state_of(index);
    assert_eq!([state("name"), state("tag")], [Some(IndexState::Building); 2]);
    assert_eq!(new.find(&NAME, "Task 7").unwrap_err().code(), "IndexNotBuilt");
    differs(old.get(&1), &["the database has the index `name`"]);
    assert!(new.discard(&1_800_u32.encode()).unwrap());

    let error = new.migrate().unwrap_err();
    let ErrorKind::UniqueViolation { place, index, .. } = error.kind() else { panic!("{error}") };
    assert_eq!((place.key(), index.as_str()), (Some("2000"), "name"));
    assert_eq!(new.find(&NAME, "Task 7").unwrap_err().code(), "IndexNotBuilt");
    assert_eq!(new.get(&2_000).unwrap(), Some(twin));
    new.put(&2_000, &task(2_000)).unwrap();
    new.migrate().unwrap();
    assert_eq!(new.verify().unwrap(), []);
    assert_eq!(
        (new.count().unwrap(), new.count_by(&NAME, ..).unwrap()),
        (u64::from(ROWS) - 1, u64::from(ROWS) - 1)
    );
}

/// A reindex is no way past a difference, and ends what a migration of the same definition has begun.
pub(crate) fn may_be_ended_by_a_reindex(fixture: &dyn Fixture) {
    let db = fixture.open();
    tasks(&db, plain()).put_many(&many(ROWS)).unwrap();
    let new = tasks(&db, indexed());
    differs(new.reindex(), &["`migrate`"]);
    assert!(!run_steps(&migration(&db, new.schema()), 2).unwrap());
    assert_eq!(new.count_by(&SIZE, ..).unwrap_err().code(), "IndexNotBuilt");
    new.reindex().unwrap();
    assert_eq!(new.verify().unwrap(), []);
    assert_eq!(new.count_by(&SIZE, ..).unwrap(), u64::from(ROWS));
    assert!(entry(&*db, "tasks").unwrap().is_settled());
    assert!(migration(&db, new.schema()).plan().unwrap().is_empty());
}

pub(crate) fn keep_other_tables_of_like_names(fixture: &dyn Fixture) {
    let db = fixture.open();
    for table in ["tasks", "tasks2", "name:tasks"] {
        let schema = Schema::<u32, Task>::new(table).index(NAME);
        Table::with_schema(Arc::clone(&db), schema).put_many(&many(9)).unwrap();
    }
    let others = |db: &dyn StorageBackend| {
        let mut dump = db.dump();
        dump.retain(|(name, _)| name != "#name:tasks" && name != "system_catalog");
        dump
    };
    let before = others(&*db);
    assert_eq!(before.len(), 5);
    migration(&db, &plain()).drop_unknown_indexes().run().unwrap();
    assert_eq!(others(&*db), before);
    assert!(!db.names().contains(&"#name:tasks".to_owned()));
    assert_eq!(db.all("system_catalog").len(), 3);
}
