//! Readers and writers on threads beside a migration: an answer is right, or it is an error of the catalog.

use std::sync::Arc;

use keyloft::catalog::Migration;
use keyloft::prelude::*;

use super::samples::{NAME, SIZE, Task, Tasks, indexed, many, migration, plain, second, task, tasks};
use crate::Fixture;
use crate::threads::at_once;

/// More rows than two transactions of a migration handle.
const ROWS: u32 = 2_100;
const THREADS: usize = 4;
const CALLS: u32 = 60;

/// Returns the answer, or `None` if the catalog refuses it.
#[track_caller]
fn answer<T>(done: Result<T>) -> Option<T> {
    match done.map_err(Error::into_kind) {
        Ok(answer) => Some(answer),
        Err(ErrorKind::DefinitionMismatch { .. } | ErrorKind::IndexNotBuilt { .. }) => None,
        Err(error) => panic!("{error}"),
    }
}

/// Calls the table as a program that sees names in this form. Rows below [`ROWS`] keep their names.
fn use_table(table: &Tasks, thread: usize, name: fn(&str) -> String) {
    let own = ROWS + u32::try_from(thread).unwrap() * 10_000;
    for call in 0..CALLS {
        let key = (call * 97 + own) % ROWS;
        let named = |task: Task| Task { name: name(&task.name), ..task };
        if let Some(found) = answer(table.get(&key)) {
            assert_eq!(found, Some(named(task(key))), "{key}");
        }
        if let Some(found) = answer(table.find(&NAME, &name(&task(key).name))) {
            assert_eq!(found, Some((key, named(task(key)))), "{key}");
        }
        if let Some(found) = answer(table.count_by(&SIZE, Query::exactly(&4)).map(|count| count >= 210)) {
            assert!(found, "all rows of the size are counted");
        }
        let last = answer(
            table.iter(Query::from(..ROWS).reverse().limit(1)).and_then(Iterator::collect::<Result<Vec<_>>>),
        );
        if let Some(last) = last {
            assert_eq!(last, [(ROWS - 1, named(task(ROWS - 1)))]);
        }
        let new = own + call;
        if answer(table.insert(&new, &named(task(new)))).is_some()
            && let Some(found) = answer(table.get(&new))
        {
            assert_eq!(found, Some(named(task(new))));
            if call % 3 == 0 {
                answer(table.delete(&new));
            }
        }
        answer(table.update(&key, |task| {
            task.tags.truncate(3);
            Ok(())
        }));
    }
}

pub(crate) fn answer_right_or_not_at_all_while_indexes_are_built(fixture: &dyn Fixture) {
    let db = fixture.open();
    tasks(&db, plain()).put_many(&many(ROWS)).unwrap();
    let ran = at_once(&db, THREADS, |db, thread| match thread {
        0 => tasks(db, indexed()).migrate().unwrap(),
        1 => use_table(&tasks(db, plain().index(NAME).index(SIZE)), thread, str::to_owned),
        _ => use_table(&tasks(db, indexed()), thread, str::to_owned),
    });
    if ran {
        let table = tasks(&db, indexed());
        assert_eq!(table.verify().unwrap(), []);
        assert!(table.scan(..ROWS).unwrap() == many(ROWS));
    }
}

pub(crate) fn answer_right_or_not_at_all_while_the_version_is_raised(fixture: &dyn Fixture) {
    let db = fixture.open();
    tasks(&db, indexed()).put_many(&many(ROWS)).unwrap();
    let ran = at_once(&db, THREADS, |db, thread| match thread {
        0 => migration(db, &second()).rewrite().run().unwrap(),
        1 => use_table(&tasks(db, indexed()), thread, str::to_owned),
        _ => use_table(&tasks(db, second()), thread, str::to_lowercase),
    });
    if ran {
        let table = tasks(&db, second());
        assert_eq!(table.verify().unwrap(), []);
        assert_eq!(table.count_in(..ROWS).unwrap(), u64::from(ROWS));
    }
}

/// While the keys change, a part of the rows is at the wrong place. Nobody may see that.
pub(crate) fn answer_right_or_not_at_all_while_the_keys_change(fixture: &dyn Fixture) {
    fn signed() -> Schema<i32, Task> {
        Schema::new("tasks").index(NAME)
    }

    fn moved(key: u32) -> i32 {
        key.cast_signed()
    }

    let db = fixture.open();
    tasks(&db, plain().index(NAME)).put_many(&many(ROWS)).unwrap();
    let ran = at_once(&db, THREADS, |db, thread| {
        let (old, new) = (tasks(db, plain().index(NAME)), Table::with_schema(Arc::clone(db), signed()));
        if thread == 0 {
            let migration = Migration::new(Arc::clone(db));
            return migration.rekey(old.schema(), new.schema(), |key, _| Ok(moved(key))).run().unwrap();
        }
        for call in 0..4 * CALLS {
            let key = (call * 97) % ROWS;
            for found in [answer(old.get(&key)), answer(new.get(&moved(key)))].into_iter().flatten() {
                assert_eq!(found, Some(task(key)), "{key}");
            }
            for contained in
                [answer(old.contains(&key)), answer(new.contains(&moved(key)))].into_iter().flatten()
            {
                assert!(contained, "{key}");
            }
            for count in [answer(old.count()), answer(new.count())].into_iter().flatten() {
                assert_eq!(count, u64::from(ROWS));
            }
            answer(old.put(&key, &task(key)));
            answer(new.put(&moved(key), &task(key)));
        }
    });
    if ran {
        let new = Table::with_schema(Arc::clone(&db), signed());
        assert_eq!((new.verify().unwrap(), new.count().unwrap()), (vec![], u64::from(ROWS)));
        assert_eq!(new.get(&moved(7)).unwrap(), Some(task(7)));
    }
}
