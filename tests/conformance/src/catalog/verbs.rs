//! Every operation of a table. A test of the workspace compares these lists with the traits.

use std::ops::ControlFlow;

use keyloft::Read;
use keyloft::layers::Feed;
use keyloft::prelude::*;
use keyloft::store::EntityWatch;

use super::samples::{NAME, SIZE, Task, Tasks, task};

/// The name of an operation, and the outcome of a call.
pub(crate) type Outcome = (&'static str, Result<()>);

macro_rules! calls {
    ($on:ident: $($verb:ident($($argument:expr),*);)+) => {
        vec![$((stringify!($verb), $on.$verb($($argument),*).map(drop)),)+]
    };
}

/// Calls every read. `reader` is the reader of the tasks.
pub(crate) fn reads<R: EntityReader<u32, Task>>(tasks: &R, reader: &dyn Read) -> Vec<Outcome> {
    let mut walks = [("walk", tasks.walk(..)), ("walk_by", tasks.walk_by(&SIZE, ..).unwrap())];
    let mut outcomes = calls! { tasks:
        get(&1);
        get_many(&[1, 2]);
        contains(&1);
        count();
        count_in(..);
        first();
        last();
        scan_all();
        scan_prefix(&Prefix::empty());
        scan(..);
        iter(..);
        visit(.., |_| Ok(ControlFlow::Continue(())));
        page(.., 10, None);
        page_readable(.., 10, None);
        verify();
        verify_each(|_| Ok(()));
        find(&NAME, "Task 1");
        find_all(&SIZE, &1);
        first_by(&SIZE, ..);
        last_by(&SIZE, ..);
        scan_by(&SIZE, ..);
        iter_by(&SIZE, ..);
        page_by(&SIZE, .., 10, None);
        page_readable_by(&SIZE, .., 10, None);
        scan_missing(&SIZE, ..);
        count_by(&SIZE, ..);
    };
    outcomes.extend([
        ("select", tasks.select().all().map(drop)),
        ("select by an index", tasks.select().by(&SIZE, ..).all().map(drop)),
        ("select with an order", tasks.select().order_by(&SIZE).first().map(drop)),
        ("select and count", tasks.select().count().map(drop)),
        ("select each", tasks.select().each(|_| Ok(ControlFlow::Continue(())))),
    ]);
    outcomes.extend(walks.iter_mut().map(|(name, walk)| (*name, walk.next(reader).map(drop))));
    outcomes
}

macro_rules! writes {
    ($tasks:ident) => {
        calls! { $tasks:
            put(&1, &task(1));
            put_many(&[(1, task(1))]);
            insert(&1_000, &task(1_000));
            update(&1, |_| Ok(()));
            try_update(&1, |_| Ok::<_, Error>(()));
            delete(&1);
            delete_many(&[1]);
            delete_prefix(&Prefix::empty());
            delete_in(..);
            delete_by(&SIZE, ..);
            delete_all();
            reindex();
            reindex_with(|_| ControlFlow::Continue(()));
            reindex_readable();
            discard(b"1234");
        }
    };
}

/// Calls every write, each in a transaction.
pub(crate) fn writes(tasks: &Tasks) -> Vec<Outcome> {
    let mut outcomes = writes!(tasks);
    outcomes.extend(calls! { tasks:
        load([(1, task(1))]);
        try_load([Ok::<_, Error>((1, task(1)))], |_| ControlFlow::Continue(()));
        migrate();
    });
    outcomes
}

/// Calls every write in the writer's transaction.
pub(crate) fn writes_within(mut tasks: TableWriter<'_, u32, Task>) -> Vec<Outcome> {
    writes!(tasks)
}

/// Begins every kind of watch.
pub(crate) fn watches(tasks: &Tasks, feed: &Feed) -> Vec<Outcome> {
    calls! { tasks:
        watch(feed, ..);
        watch_by(feed, &SIZE, ..);
        changes(feed, ..);
    }
}
