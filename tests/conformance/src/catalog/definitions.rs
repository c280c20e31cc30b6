//! Several definitions of one table in one process.

use std::sync::Arc;

use keyloft::layers::{Observed, ReadOnly, Scoped};
use keyloft::prelude::*;
use keyloft::store::EntityWatch;
use keyloft::transfer;

use super::samples::{
    FOLDED, NAME, SIZE, TAG, Task, Tasks, differs, entry, indexed, many, migration, plain, second, task,
    tasks,
};
use crate::Fixture;

pub(crate) fn of_two_handles_must_be_the_same(fixture: &dyn Fixture) {
    let db = fixture.open();
    let first = tasks(&db, indexed());
    first.put_many(&many(20)).unwrap();
    let others = [
        (plain().index(NAME).index(SIZE), "the database has the index `tag`, which this program lacks"),
        (
            indexed().index(FOLDED),
            "index `name` is unique, of text in the database, unique, of text, revision 2 in this program",
        ),
        (second(), "its schema version is 1 in the database, 2 in this program"),
    ];
    for _ in 0..2 {
        for (schema, difference) in &others {
            let other = tasks(&db, schema.clone());
            differs(other.get(&1), &[difference]);
            differs(other.put(&1, &task(1)), &[difference]);
            assert_eq!(first.get(&1).unwrap(), Some(task(1)), "the first handle is as it was");
        }
    }
    let signed = Table::<i32, Task>::with_schema(Arc::clone(&db), Schema::new("tasks"));
    differs(signed.get(&1), &["the key is u32 in the database, i32 in this program", "`Migration::rekey`"]);
    assert_eq!(first.verify().unwrap(), []);
}

/// The order of the indexes is no difference.
pub(crate) fn may_be_written_in_another_order(fixture: &dyn Fixture) {
    let db = fixture.open();
    let (first, other) = (tasks(&db, indexed()), tasks(&db, plain().index(TAG).index(NAME).index(SIZE)));
    first.put_many(&many(20)).unwrap();
    other.put(&20, &task(20)).unwrap();
    first.delete(&0).unwrap();
    assert_eq!(other.find(&NAME, "Task 7").unwrap(), Some((7, task(7))));
    assert_eq!(other.count_by(&SIZE, Query::exactly(&0)).unwrap(), 2);
    assert_eq!((first.verify().unwrap(), other.verify().unwrap()), (vec![], vec![]));
    assert!(migration(&db, other.schema()).plan().unwrap().is_empty());
}

type Call = (&'static str, fn(&Tasks) -> Result<()>);

pub(crate) fn that_move_are_noticed_by_the_next_call(fixture: &dyn Fixture) {
    let db = fixture.open();
    let (old, new) = (tasks(&db, indexed()), tasks(&db, second()));
    old.put_many(&many(100)).unwrap();
    let calls: [Call; 7] = [
        ("get", |tasks| tasks.get(&1).map(drop)),
        ("put", |tasks| tasks.put(&1, &task(1))),
        ("scan", |tasks| tasks.scan_all().map(drop)),
        ("find", |tasks| tasks.find(&NAME, "Task 1").map(drop)),
        ("iter", |tasks| tasks.iter(..).map(drop)),
        ("delete", |tasks| tasks.delete(&1).map(drop)),
        ("within", |tasks| tasks.backend().transaction(|tx| tasks.within(tx).get(&1)).map(drop)),
    ];
    let mut begun = old.iter(..).unwrap();
    assert_eq!(begun.next().unwrap().unwrap(), (0, task(0)));
    for (name, call) in calls {
        call(&old).unwrap();
        call(&old).unwrap_or_else(|error| panic!("{name}: {error}"));
    }
    old.put(&1, &task(1)).unwrap();
    new.migrate().unwrap();
    for (name, call) in calls {
        let error = call(&old).err().unwrap_or_else(|| panic!("{name} succeeds"));
        assert_eq!(error.code(), "DefinitionMismatch", "{name}: {error}");
    }
    assert_eq!(begun.map(Result::unwrap).count(), 99, "an iteration reads the state in which it began");
    assert_eq!(new.get(&1).unwrap().unwrap().name, "task 1");
    assert_eq!(new.find(&NAME, "task 1").unwrap().unwrap().0, 1);
    assert_eq!(new.verify().unwrap(), []);
}

pub(crate) fn that_move_end_a_watch_with_an_error(fixture: &dyn Fixture) {
    let observed = Arc::new(Observed::new(fixture.open()));
    let feed = observed.feed();
    let db: Arc<dyn StorageBackend> = observed;
    let (old, new) = (tasks(&db, indexed()), tasks(&db, second()));
    old.put(&1, &task(1)).unwrap();
    let watch = old.watch(&feed, ..).unwrap();
    old.put(&2, &task(2)).unwrap();
    assert!(matches!(watch.changes.try_recv(), Some(Ok(Event::Inserted { key: 2, .. }))));
    differs(new.changes(&feed, ..).map(drop), &["its schema version"]);
    new.migrate().unwrap();
    new.put(&3, &task(3)).unwrap();
    differs(watch.changes.try_recv().unwrap(), &["its schema version is 2 in the database"]);
    differs(watch.changes.resync(), &["its schema version is 2 in the database"]);
    let watch = new.watch(&feed, ..).unwrap();
    assert_eq!(watch.current.len(), 3);
    new.delete(&3).unwrap();
    assert!(matches!(watch.changes.try_recv(), Some(Ok(Event::Deleted { key: 3, .. }))));
}

/// A definition also moves when another database is imported over it.
pub(crate) fn that_are_imported_are_noticed_by_the_next_call(fixture: &dyn Fixture) {
    let (db, other) = (fixture.open(), fixture.open());
    let (old, new) = (tasks(&db, plain()), tasks(&db, indexed()));
    old.put_many(&many(20)).unwrap();
    assert_eq!(old.get(&1).unwrap(), Some(task(1)));
    tasks(&other, indexed()).put_many(&many(30)).unwrap();
    let mut exported = Vec::new();
    transfer::export(&other, &mut exported).unwrap();
    transfer::import_replacing(&db, || Ok(exported.as_slice())).unwrap();
    differs(old.get(&1), &["the database has the index `name`"]);
    differs(old.delete(&1), &["the database has the index `name`"]);
    assert_eq!(new.find(&NAME, "Task 29").unwrap(), Some((29, task(29))));
    assert_eq!(new.verify().unwrap(), []);
}

pub(crate) fn of_a_snapshot_stay_its_own(fixture: &dyn Fixture) {
    let db = fixture.open();
    let (old, new) = (tasks(&db, plain()), tasks(&db, indexed()));
    old.put_many(&many(50)).unwrap();
    let before = db.snapshot().unwrap();
    assert_eq!(old.at(&before).get(&1).unwrap(), Some(task(1)));
    new.migrate().unwrap();
    assert_eq!(new.find(&NAME, "Task 1").unwrap(), Some((1, task(1))));
    assert_eq!(new.get(&1).unwrap(), Some(task(1)));
    // The snapshot has the old definition, the newest state has the new one, and each handle knows both.
    for _ in 0..2 {
        differs(new.at(&before).find(&NAME, "Task 1"), &["the index `name`, which the database lacks"]);
        differs(new.at(&before).get(&1), &["the index `name`, which the database lacks"]);
        assert_eq!(old.at(&before).scan_all().unwrap(), many(50));
        differs(old.get(&1), &["the database has the index `name`"]);
        let now = db.snapshot().unwrap();
        differs(old.at(&now).get(&1), &["the database has the index `name`"]);
        assert_eq!(new.at(&now).find(&NAME, "Task 1").unwrap(), Some((1, task(1))));
    }
}

/// A schema that changes loses its checked states.
pub(crate) fn of_a_schema_that_changes_after_its_use(fixture: &dyn Fixture) {
    let db = fixture.open();
    tasks(&db, plain()).put_many(&many(20)).unwrap();
    let snapshot = db.snapshot().unwrap();
    let schema = plain();
    assert_eq!(schema.at(&snapshot).get(&1).unwrap(), Some(task(1)));
    let schema = schema.index(NAME);
    differs(schema.at(&snapshot).find(&NAME, "Task 1"), &["the index `name`, which the database lacks"]);
    differs(db.transaction(|tx| schema.within(tx).put(&1, &task(1))), &["the index `name`"]);
}

pub(crate) fn of_scopes_are_separate(fixture: &dyn Fixture) {
    let db = fixture.open();
    let scope = |name: &str| -> Arc<dyn StorageBackend> { Arc::new(Scoped::new(Arc::clone(&db), name)) };
    // Two tenants share the schemas, so that each schema meets both catalogs.
    let (plain, indexed) = (plain(), indexed());
    let tenants = [scope("acme"), scope("zenith")];
    for tenant in &tenants {
        tasks(tenant, plain.clone()).put_many(&many(20)).unwrap();
    }
    migration(&tenants[0], &indexed).run().unwrap();
    for _ in 0..3 {
        let [acme, zenith] = &tenants;
        assert_eq!(tasks(acme, indexed.clone()).find(&NAME, "Task 1").unwrap(), Some((1, task(1))));
        differs(tasks(zenith, indexed.clone()).find(&NAME, "Task 1"), &["which the database lacks"]);
        differs(tasks(acme, plain.clone()).get(&1), &["which this program lacks"]);
        assert_eq!(tasks(zenith, plain.clone()).get(&1).unwrap(), Some(task(1)));
        // Other handles to the same scopes.
        differs(tasks(&scope("acme"), plain.clone()).delete(&1), &["which this program lacks"]);
        assert_eq!(tasks(&scope("zenith"), plain.clone()).count().unwrap(), 20);
        assert_eq!(tasks(&db, indexed.clone()).count().unwrap(), 0, "outside there is no such table");
        let nested: Arc<dyn StorageBackend> = Arc::new(Scoped::new(Arc::clone(acme), "zenith"));
        assert_eq!(tasks(&nested, plain.clone()).count().unwrap(), 0);
    }
    assert!(entry(&*db, "tasks").is_none());
    migration(&tenants[1], &indexed).run().unwrap();
    for tenant in &tenants {
        assert_eq!(tasks(tenant, indexed.clone()).verify().unwrap(), []);
    }
}

pub(crate) fn through_layers_are_the_same(fixture: &dyn Fixture) {
    let db = fixture.open();
    tasks(&db, indexed()).put_many(&many(20)).unwrap();
    let observed: Arc<dyn StorageBackend> = Arc::new(Observed::new(Arc::clone(&db)));
    let read_only: Arc<dyn StorageBackend> = Arc::new(ReadOnly::new(Arc::clone(&db)));
    for layer in [&observed, &read_only] {
        assert_eq!(tasks(layer, indexed()).find(&NAME, "Task 1").unwrap(), Some((1, task(1))));
        differs(tasks(layer, plain()).get(&1), &["which this program lacks"]);
        let snapshot = layer.snapshot().unwrap();
        differs(tasks(layer, plain()).at(&snapshot).get(&1), &["which this program lacks"]);
    }
    assert_eq!(tasks(&read_only, second()).migrate().unwrap_err().code(), "ReadOnly");
    let watched = tasks(&observed, indexed());
    assert_eq!(watched.get(&1).unwrap(), Some(task(1)));
    tasks(&db, second()).migrate().unwrap();
    differs(watched.get(&1), &["its schema version"]);
    differs(tasks(&read_only, indexed()).get(&1), &["its schema version"]);
    assert_eq!(tasks(&read_only, second()).count().unwrap(), 20);
}
