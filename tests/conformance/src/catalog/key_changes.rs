//! Migrations that change the keys of a table.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use keyloft::ErrorKind;
use keyloft::catalog::Migration;
use keyloft::prelude::*;
use keyloft::value::Envelope;

use super::interrupted::Interrupted;
use super::migrations::ROWS;
use super::migrations_in_steps::ROWS as FEW;
use super::samples::{
    NAME, SIZE, Task, differs, entry, indexed, long_task, many, many_long, run_steps, task, tasks,
};
use crate::Fixture;
use crate::reading::Reading;

/// The schema with keys whose bytes are those of the old keys of other rows: see [`moved`].
fn signed() -> Schema<i32, Task> {
    Schema::new("tasks").index(NAME).index(SIZE)
}

/// Returns the key whose bytes are those of the old key after the next.
fn moved(key: u32) -> i32 {
    ((key + 2) ^ (1 << 31)).cast_signed()
}

fn signed_tasks(db: &Arc<dyn StorageBackend>) -> Table<i32, Task> {
    Table::with_schema(Arc::clone(db), signed())
}

fn change(db: &Arc<dyn StorageBackend>) -> Migration {
    Migration::new(Arc::clone(db)).rekey(&indexed(), &signed(), |key, _| Ok(moved(key)))
}

fn expected(rows: Vec<(u32, Task)>) -> Vec<(i32, Task)> {
    rows.into_iter().map(|(key, task)| (moved(key), task)).collect()
}

pub(crate) fn may_overlap_with_the_old_keys(fixture: &dyn Fixture) {
    let db = fixture.open();
    let (old, new) = (tasks(&db, indexed()), signed_tasks(&db));
    old.put_many(&many(ROWS)).unwrap();
    assert_eq!(5_u32.encode(), moved(3).encode());
    differs(new.migrate(), &["the key is u32 in the database, i32 in this program", "`Migration::rekey`"]);
    let migration = change(&db).drop_index("tasks", "tag");
    assert_eq!(
        migration.plan().unwrap().to_string().lines().next(),
        Some("tasks: change the keys of all rows")
    );
    migration.run().unwrap();
    assert!(new.scan_all().unwrap() == expected(many(ROWS)));
    assert_eq!(new.verify().unwrap(), []);
    assert_eq!(new.find(&NAME, "Task 7").unwrap(), Some((moved(7), task(7))));
    assert_eq!(db.names(), ["#name:tasks", "#size:tasks", "system_catalog", "tasks"], "no copy is left");
    differs(old.get(&1), &["the key is i32 in the database, u32 in this program"]);
    differs(old.delete(&1), &["the key is i32 in the database, u32 in this program"]);
    differs(old.migrate(), &["the key is i32 in the database, u32 in this program"]);
    assert!(change(&db).plan().unwrap().is_empty());
}

pub(crate) fn that_collide_give_the_old_table_back(fixture: &dyn Fixture) {
    let db = fixture.open();
    let old = tasks(&db, indexed());
    old.put_many(&many(ROWS)).unwrap();
    let before = db.dump();
    let run = |key: fn(u32, Task) -> Result<i32>| {
        Migration::new(Arc::clone(&db)).rekey(&indexed(), &signed(), key).drop_index("tasks", "tag").run()
    };
    let error = run(|key, _| Ok(moved(key % 2_000))).unwrap_err();
    let ErrorKind::AlreadyExists { place } = error.kind() else { panic!("{error}") };
    assert_eq!((place.partition(), place.key()), (Some("tasks"), Some(moved(0).to_string().as_str())));
    assert!(db.dump() == before);
    let error = run(|key, _| if key == 1_234 { Err(ErrorKind::ReadOnly.into()) } else { Ok(moved(key)) })
        .unwrap_err();
    assert_eq!(error.code(), "ReadOnly");
    assert!(db.dump() == before);
    let error =
        run(|key, _| if key == 3 { Err(ErrorKind::ReadOnly.into()) } else { Ok(moved(key)) }).unwrap_err();
    assert_eq!(error.code(), "ReadOnly");
    assert!(db.dump() == before, "the first transaction may be the one that fails");
    // The run that fails may also have begun anew what another run has left.
    assert!(!run_steps(&change(&db).drop_index("tasks", "tag"), 2).unwrap());
    let error =
        run(|key, _| if key == 3 { Err(ErrorKind::ReadOnly.into()) } else { Ok(moved(key)) }).unwrap_err();
    assert_eq!(error.code(), "ReadOnly");
    assert!(db.dump() == before);
    assert_eq!(old.find(&NAME, "Task 7").unwrap(), Some((7, task(7))));
    old.put(&7, &task(7)).unwrap();
    run(|key, _| Ok(moved(key))).unwrap();
    assert!(signed_tasks(&db).scan_all().unwrap() == expected(many(ROWS)));
}

/// While the keys change, nobody uses the table. The rest can be done after each of the transactions.
pub(crate) fn go_on_where_they_ended(fixture: &dyn Fixture) {
    for steps in 1.. {
        let db = fixture.open();
        let (old, new) = (tasks(&db, indexed()), signed_tasks(&db));
        old.put_many(&many_long(FEW)).unwrap();
        let ended = run_steps(&change(&db).drop_index("tasks", "tag"), steps).unwrap();
        let read = new.get(&moved(7));
        if let Ok(found) = read {
            // The keys are complete. At most the indexes are missing.
            assert_eq!(found, Some(long_task(7)));
            assert!(new.scan_all().unwrap() == expected(many_long(FEW)));
            differs(old.get(&7), &["the key is i32 in the database, u32 in this program"]);
        } else {
            differs(read, &["its keys are being changed"]);
            for done in [new.put(&1, &task(1)), new.delete_all().map(drop), new.reindex().map(drop)] {
                differs(done, &["its keys are being changed"]);
            }
            for done in [old.get(&7).map(drop), old.put(&1, &task(1)), old.scan_all().map(drop)] {
                differs(done, &["its keys are being changed"]);
            }
        }
        change(&db).drop_index("tasks", "tag").run().unwrap();
        assert!(new.scan_all().unwrap() == expected(many_long(FEW)), "after {steps} steps");
        assert_eq!(new.verify().unwrap(), [], "after {steps} steps");
        assert_eq!(new.count_by(&SIZE, ..).unwrap(), u64::from(FEW));
        assert!(entry(&*db, "tasks").unwrap().is_settled());
        assert_eq!(db.names(), ["#name:tasks", "#size:tasks", "system_catalog", "tasks"]);
        if ended {
            assert!(steps > 8, "{steps} steps are too few for a test");
            break;
        }
    }
}

/// A run that continues another one copies no row twice, until somebody else has begun the change anew.
pub(crate) fn continue_by_their_number(fixture: &dyn Fixture) {
    let db = fixture.open();
    tasks(&db, indexed()).put_many(&many(ROWS)).unwrap();
    let step = |run: Option<u32>, asked: &Arc<AtomicU32>| {
        let asked = Arc::clone(asked);
        let migration = Migration::new(Arc::clone(&db)).rekey(&indexed(), &signed(), move |key, _| {
            asked.fetch_add(1, Ordering::Relaxed);
            Ok(moved(key))
        });
        let migration = migration.drop_index("tasks", "tag");
        let migration =
            run.into_iter().fold(migration, |migration, run| migration.continue_rekey("tasks", run));
        let mut next = None;
        migration
            .run_with(|progress| {
                next = Some(progress.rekey_run);
                ControlFlow::Break(())
            })
            .map(|()| next)
    };
    let asked = Arc::new(AtomicU32::new(0));
    assert_eq!(step(None, &asked).unwrap(), Some(None), "it announces the change");
    let first = step(None, &asked).unwrap().flatten();
    assert_eq!(step(first, &asked).unwrap().flatten(), first);
    // Another run begins anew, and the first one does not give up what that has copied.
    let second = step(None, &asked).unwrap().flatten();
    assert_ne!(second, first);
    differs(step(first, &asked), &["another run of a migration changes its keys"]);
    let copied = asked.swap(0, Ordering::Relaxed);
    let mut run = second;
    while let Some(next) = step(run, &asked).unwrap() {
        run = next;
    }
    assert!(copied > 0 && asked.load(Ordering::Relaxed) < ROWS, "the copies of the second run are kept");
    assert!(signed_tasks(&db).scan_all().unwrap() == expected(many(ROWS)));
    assert_eq!(signed_tasks(&db).verify().unwrap(), []);
}

/// The keys change between the moment at which a read begins and the moment at which the engine reads.
pub(crate) fn during_a_read_are_noticed(fixture: &dyn Fixture) {
    let db = fixture.open();
    tasks(&db, indexed()).put_many(&many(20)).unwrap();
    let interrupted = Arc::new(Interrupted::new(Arc::clone(&db)));
    let through: Arc<dyn StorageBackend> = interrupted.clone();
    let (old, new) = (tasks(&through, indexed()), signed_tasks(&through));
    assert_eq!(old.get(&0).unwrap(), Some(task(0)));
    interrupted.before(|db| change(db).drop_index("tasks", "tag").run().unwrap());
    differs(old.get(&0), &["the key is i32 in the database, u32 in this program"]);
    assert_eq!(new.get(&moved(7)).unwrap(), Some(task(7)));

    // The end of the migration comes just after a read in its middle, which does not see all rows.
    let db = fixture.open();
    tasks(&db, indexed()).put_many(&many(20)).unwrap();
    let interrupted = Arc::new(Interrupted::new(Arc::clone(&db)));
    let through: Arc<dyn StorageBackend> = interrupted.clone();
    let new = signed_tasks(&through);
    assert!(!run_steps(&change(&db).drop_index("tasks", "tag"), 2).unwrap());
    interrupted.after(|db| change(db).drop_index("tasks", "tag").run().unwrap());
    match new.get(&moved(7)) {
        Ok(found) => assert_eq!(found, Some(task(7))),
        refused => differs(refused, &["its keys are being changed"]),
    }
}

/// A change of keys that is given up before the copies are complete leaves the old table.
pub(crate) fn that_are_given_up_give_the_old_table_back(fixture: &dyn Fixture) {
    let db = fixture.open();
    let (old, new) = (tasks(&db, indexed()), signed_tasks(&db));
    old.put_many(&many(ROWS)).unwrap();
    let before = db.dump();
    assert!(!run_steps(&change(&db).drop_index("tasks", "tag"), 2).unwrap());
    differs(old.get(&7), &["its keys are being changed"]);
    // A program that can't go on does not undo the work of one that can.
    for refused in [new.migrate(), old.migrate()] {
        differs(refused, &["run the migration that changes them to its end"]);
        differs(old.get(&7), &["its keys are being changed"]);
    }
    Migration::new(Arc::clone(&db)).table(old.schema()).abandon_rekey().run().unwrap();
    assert!(db.dump() == before);
    assert_eq!(old.find(&NAME, "Task 7").unwrap(), Some((7, task(7))));
}

pub(crate) fn may_raise_the_version_too(fixture: &dyn Fixture) {
    let upgrade = |_, payload: &[u8]| keyloft::value::decode_payload::<Task>(payload);
    let new = Schema::<(u32, u32), Task>::new("tasks").version(2, upgrade).index(NAME).index(SIZE);
    let db = fixture.open();
    tasks(&db, indexed()).put_many(&many(30)).unwrap();
    let migration = Migration::new(Arc::clone(&db))
        .rekey(&indexed(), &new, |key, task| Ok((task.size, key)))
        .drop_unknown_indexes()
        .rewrite();
    migration.run().unwrap();
    let new = Table::with_schema(Arc::clone(&db), new);
    assert_eq!(new.find(&NAME, "Task 17").unwrap(), Some(((7, 17), task(17))));
    assert_eq!(new.scan(Prefix::of(&7)).unwrap().len(), 3);
    assert_eq!((new.verify().unwrap(), entry(&*db, "tasks").unwrap().oldest), (vec![], 2));
    let is_of_2 = |(key, stored): &(Vec<u8>, Vec<u8>)| {
        Envelope::open(&"tasks".into(), key, stored).unwrap().version == 2
    };
    assert!(db.all("tasks").iter().all(is_of_2));
}
