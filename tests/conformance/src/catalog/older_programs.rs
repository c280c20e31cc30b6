//! A program that is older than the definition of its table is refused for every operation.

use std::sync::Arc;

use keyloft::layers::{Observed, Staged};
use keyloft::prelude::*;
use keyloft::value::decode_payload;
use serde::{Deserialize, Serialize};

use super::samples::{NAME, SIZE, Tasks, indexed, many, migration, plain, run_steps, second, tasks};
use super::verbs::{Outcome, reads, watches, writes, writes_within};
use crate::Fixture;
use crate::reading::Reading;

pub(crate) fn are_refused_after_a_raised_version(fixture: &dyn Fixture) {
    let db = fixture.open();
    let older = tasks(&db, indexed());
    older.put_many(&many(20)).unwrap();
    tasks(&db, second()).migrate().unwrap();
    is_refused_everywhere(&db, &older, "its schema version is 2 in the database, 1 in this program");
}

pub(crate) fn are_refused_after_an_index_was_added(fixture: &dyn Fixture) {
    let db = fixture.open();
    let older = tasks(&db, plain().index(NAME).index(SIZE));
    older.put_many(&many(20)).unwrap();
    tasks(&db, indexed()).migrate().unwrap();
    is_refused_everywhere(&db, &older, "the database has the index `tag`, which this program lacks");
}

pub(crate) fn are_refused_after_an_index_was_dropped(fixture: &dyn Fixture) {
    let db = fixture.open();
    let older = tasks(&db, indexed());
    older.put_many(&many(20)).unwrap();
    migration(&db, &plain().index(NAME).index(SIZE)).drop_unknown_indexes().run().unwrap();
    // Only `migrate` is not refused: the program can't know that it is not the newer one.
    let refused = "this program has the index `tag`, which the database lacks";
    let snapshot = db.snapshot().unwrap();
    let mut outcomes = reads(&older, &*db);
    outcomes.extend(reads(&older.at(&snapshot), &*snapshot));
    db.transaction(|tx| {
        outcomes.extend(writes_within(older.within(tx)));
        Ok(())
    })
    .unwrap();
    for (verb, outcome) in outcomes {
        refused_by(verb, outcome, refused);
    }
}

/// The migration refuses the older program from its first transaction on.
pub(crate) fn are_refused_in_the_middle_of_a_migration(fixture: &dyn Fixture) {
    let db = fixture.open();
    let older = tasks(&db, indexed());
    older.put_many(&many(20)).unwrap();
    let migration = migration(&db, &second());
    for steps in 1.. {
        if run_steps(&migration, 1).unwrap() {
            assert!(steps > 4, "{steps} steps");
            break;
        }
        is_refused_everywhere(&db, &older, "its schema version is 2 in the database");
    }
}

pub(crate) fn are_refused_in_the_tables_of_rows(fixture: &dyn Fixture) {
    let db = fixture.open();
    let id = TableId::from_strings("app", "news");
    let rows = SharedTableStore::new(Arc::clone(&db), &id, TableAccess::Public);
    rows.put(&"a".into(), &SharedTableRow::new(Row::new(), 0)).unwrap();
    let next = rows.schema().clone().version(2, |_, payload| decode_payload(payload));
    Table::with_schema(Arc::clone(&db), next).migrate().unwrap();
    let before = db.dump();
    let key = RowId::from("a");
    let outcomes: [Outcome; 5] = [
        ("soft_delete", rows.soft_delete(&key, 1).map(drop)),
        ("restore", rows.restore(&key, 1).map(drop)),
        ("purge_deleted_before", rows.purge_deleted_before(9, 9).map(drop)),
        ("include_deleted", rows.include_deleted().get(&key).map(drop)),
        ("get", rows.get(&key).map(drop)),
    ];
    for (verb, outcome) in outcomes {
        refused_by(verb, outcome, "its schema version is 2 in the database, 1 in this program");
    }
    assert_eq!(db.dump(), before);
}

pub(crate) fn are_refused_as_a_principal(fixture: &dyn Fixture) {
    let db = fixture.open();
    let rows = UserTableStore::new(Arc::clone(&db), &TableId::from_strings("app", "notes"));
    let bob = Principal::new("bob", Role::User);
    rows.write_as(&bob).put(&"a".into(), &UserTableRow::new(Row::new(), 0)).unwrap();
    assert!(rows.read_as(&bob).contains(&"a".into()).unwrap());
    let next = rows.schema().clone().version(2, |_, payload| decode_payload(payload));
    Table::with_schema(Arc::clone(&db), next).migrate().unwrap();
    let before = db.dump();
    let view = rows.write_as(&bob);
    let outcomes: [Outcome; 6] = [
        ("get", rows.read_as(&bob).get(&"a".into()).map(drop)),
        ("scan_all", rows.read_as(&bob).scan_all().map(drop)),
        ("verify", rows.read_as(&bob).verify().map(drop)),
        ("put", view.put(&"a".into(), &UserTableRow::new(Row::new(), 0))),
        ("delete", view.delete(&"a".into()).map(drop)),
        ("soft_delete", view.soft_delete(&"a".into(), 1).map(drop)),
    ];
    for (verb, outcome) in outcomes {
        refused_by(verb, outcome, "its schema version is 2 in the database, 1 in this program");
    }
    assert_eq!(db.dump(), before);
}

/// An entity that contains its key and expires.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Ticket {
    id: u32,
    until: i64,
}

impl Keyed for Ticket {
    type Key = u32;

    fn key(&self) -> u32 {
        self.id
    }
}

impl Expiring for Ticket {
    fn expires_at(&self) -> Option<i64> {
        Some(self.until)
    }
}

pub(crate) fn are_refused_in_tables_of_keyed_and_expiring_entities(fixture: &dyn Fixture) {
    let db = fixture.open();
    let schema = Schema::<u32, Ticket>::new("tickets").index(Ticket::EXPIRES);
    let tickets = Table::with_schema(Arc::clone(&db), schema.clone());
    let ticket = Ticket { id: 1, until: 10 };
    tickets.save(&ticket).unwrap();
    let next = schema.version(2, |_, payload| decode_payload(payload));
    Table::with_schema(Arc::clone(&db), next).migrate().unwrap();
    let before = db.dump();
    let outcomes: [Outcome; 4] = [
        ("save", tickets.save(&ticket)),
        ("save_many", tickets.save_many(std::slice::from_ref(&ticket))),
        ("add", tickets.add(&ticket)),
        ("evict_expired", tickets.evict_expired(20, 9).map(drop)),
    ];
    for (verb, outcome) in outcomes {
        refused_by(verb, outcome, "its schema version is 2 in the database, 1 in this program");
    }
    assert_eq!(db.dump(), before);
}

/// Checks that every operation is refused with this difference, and changes nothing.
#[track_caller]
fn is_refused_everywhere(db: &Arc<dyn StorageBackend>, older: &Tasks, difference: &str) {
    let before = db.dump();
    let mut outcomes = reads(older, &**db);
    outcomes.extend(writes(older));
    let snapshot = db.snapshot().unwrap();
    outcomes.extend(reads(&older.at(&snapshot), &*snapshot));
    let within = db.transaction(|tx| {
        outcomes.extend(writes_within(older.within(tx)));
        outcomes.extend(reads(&older.schema().at(&*tx), &*tx));
        Ok(())
    });
    within.unwrap();
    let mut staged = Staged::begin(&**db).unwrap();
    outcomes.extend(writes_within(older.schema().within(&mut staged)));
    let observed = Observed::new(Arc::clone(db));
    let feed = observed.feed();
    let observed: Arc<dyn StorageBackend> = Arc::new(observed);
    outcomes.extend(watches(&tasks(&observed, older.schema().clone()), &feed));
    for (verb, outcome) in outcomes {
        refused_by(verb, outcome, difference);
    }
    assert_eq!(db.dump(), before);
}

#[track_caller]
fn refused_by(verb: &str, outcome: Result<()>, difference: &str) {
    let Err(error) = outcome else { panic!("`{verb}` succeeds") };
    assert_eq!(error.code(), "DefinitionMismatch", "{verb}: {error}");
    assert!(error.to_string().contains(difference), "{verb}: {error}");
}
