//! Migrations that end after some of their transactions, as those of a killed process do, and go on later.

use keyloft::catalog::IndexState;
use keyloft::prelude::*;

use super::samples::{
    FOLDED, NAME, SIZE, TAG, Task, Tasks, differs, entry, index_entries, indexed, long_task, many, many_long,
    migration, plain, run_steps, second, task, tasks,
};
use crate::Fixture;
use crate::reading::Reading;

/// More long rows than two transactions of a migration handle.
pub(crate) const ROWS: u32 = 60;

/// After each number of transactions, the table works by the rules, and the rest gives what an undisturbed run gives.
pub(crate) fn go_on_where_they_ended(fixture: &dyn Fixture) {
    for steps in 1.. {
        let db = fixture.open();
        let old = tasks(&db, plain().index(NAME).index(SIZE));
        old.put_many(&many_long(ROWS)).unwrap();
        let new = tasks(&db, second());
        let ended = run_steps(&migration(&db, new.schema()), steps).unwrap();
        let mut expected: Vec<(u32, Task)> =
            many_long(ROWS).into_iter().map(|(key, task)| (key, lower(task))).collect();
        works_by_the_rules(&new, &mut expected);
        differs(old.get(&1), &["its schema version is 2 in the database"]);
        migration(&db, new.schema()).run().unwrap();

        assert!(entry(&*db, "tasks").unwrap().is_settled());
        assert_eq!(new.verify().unwrap(), []);
        assert!(new.scan_all().unwrap() == expected, "after {steps} steps");
        let after = db.dump();
        new.reindex().unwrap();
        assert!(db.dump() == after, "after {steps} steps, the indexes are those that a rebuild gives");
        if ended {
            assert!(steps > 6, "{steps} steps are too few for a test");
            break;
        }
    }
}

fn lower(task: Task) -> Task {
    Task { name: task.name.to_lowercase(), ..task }
}

/// Reads and changes rows in the middle of the migration.
#[track_caller]
fn works_by_the_rules(new: &Tasks, expected: &mut Vec<(u32, Task)>) {
    let settled = entry(&**new.backend(), "tasks").unwrap().is_settled();
    assert!(new.scan_all().unwrap() == *expected);
    // The rows at both ends and in the middle are those before and behind the migration's position.
    let last = ROWS - 1;
    for key in [0, 30, last] {
        let renamed = Task { name: format!("renamed {key}"), size: 77, ..long_task(key) };
        new.put(&key, &renamed).unwrap();
        let place = expected.binary_search_by_key(&key, |(key, _)| *key).unwrap();
        expected[place].1 = renamed;
    }
    for key in [1, 31, last - 1] {
        assert!(new.delete(&key).unwrap());
        expected.retain(|(other, _)| *other != key);
    }
    for key in [ROWS, ROWS + 1] {
        new.insert(&key, &lower(long_task(key))).unwrap();
        expected.push((key, lower(long_task(key))));
    }
    assert_eq!(new.count().unwrap(), u64::try_from(expected.len()).unwrap());
    let by_index = [
        new.find(&NAME, "renamed 0").map(|found| found.map(|(key, _)| key)),
        new.find_all(&SIZE, &77).map(|found| found.first().map(|(key, _)| *key)),
        new.first_by(&SIZE, Query::exactly(&77)).map(|found| found.map(|(key, _)| key)),
    ];
    for found in by_index {
        match found {
            Ok(found) => assert_eq!((found, settled), (Some(0), true)),
            Err(error) => assert_eq!((error.code(), settled), ("IndexNotBuilt", false)),
        }
    }
    let done = new.delete_by(&TAG, Query::exactly("no such tag"));
    assert_eq!(done.map_err(|error| error.code()), if settled { Ok(0) } else { Err("IndexNotBuilt") });
    // What is not built is not verified.
    assert_eq!(new.verify().unwrap(), []);
}

/// An index with old entries is not kept until they are deleted: they are of another definition.
pub(crate) fn keep_no_index_whose_old_entries_are_there(fixture: &dyn Fixture) {
    let db = fixture.open();
    tasks(&db, indexed()).put_many(&many(30)).unwrap();
    let new = tasks(&db, indexed().index(FOLDED));
    let migration = migration(&db, new.schema());
    assert!(!run_steps(&migration, 1).unwrap());
    let state = |index: &str| entry(&*db, "tasks").unwrap().state_of(index);
    assert_eq!(state("name"), Some(IndexState::Clearing));
    assert_eq!(state("size"), Some(IndexState::Built));
    let old_entries = index_entries(&*db, "name");
    assert_eq!(old_entries.len(), 30);

    // `Task 7` is an old entry of another row, and no entry of the new definition.
    let folds = Task { name: "Task 7".to_owned(), ..task(40) };
    new.delete(&7).unwrap();
    new.put(&40, &folds).unwrap();
    new.put(&8, &Task { name: "eight".to_owned(), ..task(8) }).unwrap();
    assert_eq!(index_entries(&*db, "name"), old_entries, "the old entries are as they were");
    assert_eq!(new.find(&FOLDED, "task 7").unwrap_err().code(), "IndexNotBuilt");
    assert_eq!(new.count_by(&SIZE, ..).unwrap(), 30, "the other indexes answer");

    assert!(!run_steps(&migration, 1).unwrap());
    assert_eq!(state("name"), Some(IndexState::Building));
    assert!(index_entries(&*db, "name").is_empty(), "the old entries are deleted");
    new.put(&41, &task(41)).unwrap();
    assert_eq!(index_entries(&*db, "name").len(), 1, "writers keep the index now");
    assert_eq!(
        new.insert(&42, &Task { name: "TASK 41".to_owned(), ..task(42) }).unwrap_err().code(),
        "UniqueViolation"
    );

    migration.run().unwrap();
    assert_eq!(new.verify().unwrap(), []);
    assert_eq!(new.find(&FOLDED, "task 7").unwrap(), Some((40, folds)));
    assert_eq!(new.count_by(&FOLDED, ..).unwrap(), 31);
}

/// The program may change again before the migration has come to its end.
pub(crate) fn may_be_followed_by_another_one(fixture: &dyn Fixture) {
    for steps in 1..8 {
        let db = fixture.open();
        tasks(&db, plain()).put_many(&many_long(ROWS)).unwrap();
        run_steps(&migration(&db, &plain().index(NAME).index(TAG)), steps).unwrap();
        // One index goes, one gets another revision, one is new.
        let next = plain().index(FOLDED).index(SIZE);
        run_steps(&migration(&db, &next).drop_index("tasks", "tag"), 2).unwrap();
        let last = second().index(FOLDED);
        migration(&db, &last).run().unwrap();
        let table = tasks(&db, last);
        assert_eq!(table.verify().unwrap(), [], "after {steps} steps");
        let after = db.dump();
        table.reindex().unwrap();
        assert!(db.dump() == after, "after {steps} steps");
        assert_eq!(table.count_by(&TAG, ..).unwrap(), 80);
        assert_eq!(table.find(&FOLDED, "task 59").unwrap().map(|(key, _)| key), Some(59));
    }
}

/// Two programs with the same definition run the migration, one transaction each in turn.
pub(crate) fn may_be_shared_by_two_programs(fixture: &dyn Fixture) {
    let db = fixture.open();
    tasks(&db, plain()).put_many(&many_long(ROWS)).unwrap();
    let both = [indexed(), plain().index(TAG).index(NAME).index(SIZE)].map(|schema| migration(&db, &schema));
    for turn in 0.. {
        assert!(turn < 100, "they don't come to an end");
        if run_steps(&both[turn % 2], 1).unwrap() {
            break;
        }
    }
    let table = tasks(&db, indexed());
    assert_eq!((table.verify().unwrap(), table.count_by(&NAME, ..).unwrap()), (vec![], u64::from(ROWS)));
    assert!(entry(&*db, "tasks").unwrap().is_settled());
}
