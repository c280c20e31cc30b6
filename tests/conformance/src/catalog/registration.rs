//! The entry of a table in the catalog.

use std::borrow::Cow;
use std::sync::Arc;

use keyloft::catalog::{self, IndexState};
use keyloft::key::KeyShape;
use keyloft::layers::Staged;
use keyloft::prelude::*;
use keyloft::store::{IndexDefinition, clear_table};

use super::samples::{NAME, SIZE, TAG, differs, entry, indexed, many, migration, plain, task, tasks};
use super::verbs::reads;
use crate::Fixture;
use crate::reading::Reading;
use crate::writing::{Commit, sealed};

pub(crate) fn is_with_the_first_stored_entity(fixture: &dyn Fixture) {
    let db = fixture.open();
    let store = tasks(&db, indexed());
    for (verb, outcome) in reads(&store, &*db) {
        outcome.unwrap_or_else(|error| panic!("{verb}: {error}"));
    }
    assert!(!store.delete(&1).unwrap());
    assert_eq!((store.delete_all().unwrap(), store.delete_by(&SIZE, ..).unwrap()), (0, 0));
    assert_eq!(store.update(&1, |_| Ok(())).unwrap_err().code(), "NotFound");
    store.put_many(&[]).unwrap();
    assert!(db.names().is_empty(), "{:?}", db.names());

    store.put(&1, &task(1)).unwrap();
    let first = entry(&*db, "tasks").unwrap();
    assert!(first.is_settled());
    assert_eq!(first.definition.key, KeyShape::U32);
    assert_eq!((first.definition.entity.as_ref(), first.definition.version, first.oldest), (None, 1, 1));
    assert!(first.definition.has_envelope);
    let indexes = first.definition.indexes.iter().map(|index| {
        let name = index.name.as_str();
        (name, index.is_unique, index.is_each, index.revision, first.state_of(name))
    });
    let built = Some(IndexState::Built);
    let expected =
        [("name", true, false, 1, built), ("size", false, false, 1, built), ("tag", false, true, 1, built)];
    assert_eq!(indexes.collect::<Vec<_>>(), expected);
    let stored = db.all("system_catalog");
    store.put(&2, &task(2)).unwrap();
    store.delete_all().unwrap();
    assert_eq!(db.all("system_catalog"), stored, "the entry stays when the table is empty");
}

pub(crate) fn is_undone_with_its_transaction(fixture: &dyn Fixture) {
    let db = fixture.open();
    let store = tasks(&db, indexed());
    let failed = db.transaction(|tx| {
        let mut within = store.within(tx);
        within.put(&1, &task(1))?;
        // The transaction sees its own catalog.
        assert_eq!(within.find(&NAME, "Task 1")?, Some((1, task(1))));
        assert_eq!(within.count()?, 1);
        differs(plain().within(tx).put(&2, &task(2)), &["the index `name`"]);
        assert!(entry(&*tx, "tasks").is_some());
        Err::<(), _>(Error::from(ErrorKind::Aborted))
    });
    assert_eq!(failed.unwrap_err().code(), "Aborted");
    assert_eq!((entry(&*db, "tasks"), store.count().unwrap()), (None, 0));

    // Nothing is remembered of the transaction, so the next write adds the table.
    store.put(&1, &task(1)).unwrap();
    assert!(entry(&*db, "tasks").is_some());
    differs(tasks(&db, plain()).put(&2, &task(2)), &["the index `name`"]);
}

pub(crate) fn is_not_by_a_refused_write(fixture: &dyn Fixture) {
    let db = fixture.open();
    let guarded = plain().index(NAME).guard(|_, change| match change.new {
        Some(new) if new.size == 9 => Err(change.invalid("it is too large")),
        _ => Ok(()),
    });
    let long = Table::<String, u32>::new(Arc::clone(&db), "long");
    let done = db.transaction(|tx| {
        // The caller catches the errors and commits.
        assert_eq!(guarded.within(tx).put(&9, &task(9)).unwrap_err().code(), "Invalid");
        let mut name = task(1);
        name.name = "n".repeat(5_000);
        assert_eq!(guarded.within(tx).put(&1, &name).unwrap_err().code(), "IndexedValueTooLong");
        assert_eq!(long.within(tx).put(&"k".repeat(3_000), &1).unwrap_err().code(), "KeyTooLong");
        Ok(())
    });
    done.unwrap();
    assert!(db.names().is_empty(), "{:?}", db.names());
}

pub(crate) fn is_of_each_table_of_a_transaction(fixture: &dyn Fixture) {
    let db = fixture.open();
    let names = ["a", "b", "c"];
    let done = db.transaction(|tx| {
        for (number, name) in (0..).zip(names) {
            Schema::<u32, u32>::new(name).within(tx).put(&number, &number)?;
        }
        Ok(())
    });
    done.unwrap();
    let listed = catalog::tables(&*db).unwrap();
    assert_eq!(listed.iter().map(|(table, _)| table.as_str()).collect::<Vec<_>>(), names);
}

pub(crate) fn is_ended_by_a_clearing(fixture: &dyn Fixture) {
    let db = fixture.open();
    let store = tasks(&db, indexed());
    store.put_many(&many(20)).unwrap();
    let other = Table::<String, u32>::new(Arc::clone(&db), "tasks");
    differs(other.put(&"a".to_owned(), &1), &["the key is u32 in the database, text in this program"]);
    db.commit(|tx| clear_table(tx, store.partition()).unwrap());
    assert_eq!((entry(&*db, "tasks"), store.count().unwrap()), (None, 0));
    other.put(&"a".to_owned(), &1).unwrap();
    differs(store.get(&1), &["the key is text in the database, u32 in this program"]);
}

/// Rows that were written past every table are in no index.
pub(crate) fn of_rows_without_a_table_needs_their_indexes(fixture: &dyn Fixture) {
    let db = fixture.open();
    let store = tasks(&db, indexed());
    for (key, task) in many(20) {
        db.put_one("tasks", &key.encode(), &store.serialize(&key, &task).unwrap());
    }
    assert_eq!((store.get(&1).unwrap(), store.count().unwrap()), (Some(task(1)), 20));
    let refused = [
        store.find(&NAME, "Task 1").map(drop).unwrap_err(),
        store.count_by(&SIZE, ..).map(drop).unwrap_err(),
        store.delete_by(&TAG, ..).map(drop).unwrap_err(),
    ];
    for error in refused {
        assert_eq!(error.code(), "IndexNotBuilt", "{error}");
    }
    differs(store.put(&30, &task(1)), &["it has rows, which no table wrote", "`migrate`"]);
    differs(store.insert(&30, &task(1)), &["it has rows, which no table wrote", "`migrate`"]);
    assert!(store.delete(&19).unwrap());
    assert_eq!(entry(&*db, "tasks"), None);

    store.migrate().unwrap();
    assert_eq!(store.verify().unwrap(), []);
    assert_eq!(store.find(&NAME, "Task 1").unwrap(), Some((1, task(1))));
    assert_eq!(store.insert(&30, &task(1)).unwrap_err().code(), "UniqueViolation");
    assert_eq!(entry(&*db, "tasks").unwrap().oldest, 0, "nobody knows the versions of the rows");

    // A table without indexes takes them as they are.
    db.put_one("notes", b"1", &sealed("notes", b"1", 1, b"\x05"));
    let notes = Table::<RowId, u32>::new(Arc::clone(&db), "notes");
    notes.put(&"2".into(), &7).unwrap();
    assert_eq!((notes.count().unwrap(), entry(&*db, "notes").unwrap().oldest), (2, 0));
}

pub(crate) fn that_is_damaged_is_an_error_of_the_catalog(fixture: &dyn Fixture) {
    let db = fixture.open();
    let store = tasks(&db, indexed());
    store.put(&1, &task(1)).unwrap();
    let good = db.value("system_catalog", b"tasks").unwrap();
    for (damaged, code) in [
        (&b"rubbish"[..], "Decode"),
        (b"", "Decode"),
        (&good[..good.len() - 1], "Corrupted"),
        (&sealed("system_catalog", b"tasks", 1, b"\x05"), "Decode"),
        (&sealed("system_catalog", b"tasks", 2, b""), "NewerVersion"),
    ] {
        db.put_one("system_catalog", b"tasks", damaged);
        for (verb, outcome) in reads(&store, &*db) {
            let error = outcome.err().unwrap_or_else(|| panic!("{verb} succeeds"));
            assert_eq!(error.code(), code, "{verb}: {error}");
            assert!(error.to_string().contains("system_catalog"), "{verb}: {error}");
        }
        assert_eq!(store.put(&1, &task(1)).unwrap_err().code(), code);
        assert_eq!(store.migrate().unwrap_err().code(), code);
    }
    db.put_one("system_catalog", b"tasks", &good);
    assert_eq!(store.get(&1).unwrap(), Some(task(1)));
}

/// An index whose name is known only at run time.
struct Numbered(String);

impl IndexDefinition<u32> for Numbered {
    fn name(&self) -> &str {
        &self.0
    }

    fn is_unique(&self) -> bool {
        false
    }

    fn values(&self, number: &u32, add: &mut dyn FnMut(Cow<'_, [u8]>)) {
        add(number.encode());
    }
}

pub(crate) fn has_at_most_64_indexes(fixture: &dyn Fixture) {
    let db = fixture.open();
    let table = |count: usize| {
        let indexes = (0..count).map(|number| Numbered(format!("index_{number}")));
        let schema = indexes.fold(Schema::<u32, u32>::new("numbers"), Schema::index);
        Table::with_schema(Arc::clone(&db), schema)
    };
    differs(table(65).put(&1, &1), &["65 indexes", "a table can have 64"]);
    differs(table(65).get(&1), &["65 indexes"]);
    differs(table(65).migrate(), &["65 indexes"]);
    assert!(db.names().is_empty());
    table(64).put(&1, &1).unwrap();
    assert_eq!((table(64).verify().unwrap(), db.names().len()), (vec![], 66));
}

pub(crate) fn is_written_by_no_table(fixture: &dyn Fixture) {
    let db = fixture.open();
    tasks(&db, indexed()).put(&1, &task(1)).unwrap();
    let catalog = Table::<String, u32>::new(Arc::clone(&db), "system_catalog");
    let error = catalog.put(&"tasks".to_owned(), &1).unwrap_err();
    assert_eq!(error.code(), "InvalidPartition", "{error}");
    assert_eq!(catalog.delete_all().unwrap_err().code(), "InvalidPartition");
}

/// Nothing is remembered of a staged transaction that was not applied.
pub(crate) fn in_a_staged_transaction_is_forgotten_with_it(fixture: &dyn Fixture) {
    let db = fixture.open();
    let schema = indexed();
    let mut staged = Staged::begin(&*db).unwrap();
    schema.within(&mut staged).put(&1, &task(1)).unwrap();
    assert_eq!(schema.at(&staged).get(&1).unwrap(), Some(task(1)));
    drop(staged);
    tasks(&db, schema).put(&1, &task(1)).unwrap();
    assert!(entry(&*db, "tasks").is_some());
}

pub(crate) fn in_a_staged_transaction_is_applied_with_it(fixture: &dyn Fixture) {
    let db = fixture.open();
    let mut staged = Staged::begin(&*db).unwrap();
    indexed().within(&mut staged).put(&1, &task(1)).unwrap();
    assert_eq!(indexed().at(&staged).find(&NAME, "Task 1").unwrap(), Some((1, task(1))));
    differs(plain().within(&mut staged).put(&2, &task(2)), &["the index `name`"]);
    assert!(entry(&staged, "tasks").is_some() && entry(&*db, "tasks").is_none());
    db.transaction(|tx| staged.apply(tx)).unwrap();
    assert_eq!(tasks(&db, indexed()).find(&NAME, "Task 1").unwrap(), Some((1, task(1))));
    differs(tasks(&db, plain()).get(&1), &["the index `name`"]);
    // The catalog of the snapshot holds in a staged transaction, whatever was committed since.
    let mut staged = Staged::begin(&*db).unwrap();
    migration(&db, &plain()).drop_unknown_indexes().run().unwrap();
    indexed().within(&mut staged).put(&2, &task(2)).unwrap();
    differs(plain().within(&mut staged).put(&2, &task(2)), &["the index `name`"]);
}
