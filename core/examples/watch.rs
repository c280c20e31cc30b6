//! A watch: a query's result now, and then every change to it, with neither a gap nor an overlap.
//!
//! Run it with `cargo run --package keyloft --example watch`.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::thread;

use keyloft::layers::Observed;
use keyloft::prelude::*;
use keyloft::{Event, Watch};
use keyloft_memory::MemoryBackend;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, Entity, Clone, Debug, PartialEq)]
#[table(name = "tasks")]
struct Task {
    #[key]
    id: JobId,
    #[index]
    due: u32,
}

fn task(id: &str, due: u32) -> Task {
    Task { id: id.into(), due }
}

/// Keeps a copy of a query's result up to date, until the copy has the key `last`.
fn follow(watch: Watch<JobId, Task>, last: &JobId) -> Result<BTreeMap<JobId, Task>> {
    let Watch { current, changes } = watch;
    let mut copy: BTreeMap<JobId, Task> = current.into_iter().collect();
    while !copy.contains_key(last) {
        let Some(event) = changes.recv().transpose()? else { break };
        match event {
            Event::Inserted { commit, key, new } | Event::Updated { commit, key, new, .. } => {
                println!("commit {commit}: {key} is due on day {}", new.due);
                copy.insert(key, new);
            }
            Event::Deleted { commit, key, .. } => {
                println!("commit {commit}: {key} is deleted");
                copy.remove(&key);
            }
            // The follower was too slow, and changes were dropped. It reads the result again and continues from there.
            Event::Lagged { missed } => {
                println!("{missed} changes were missed");
                copy = changes.resync()?.into_iter().collect();
            }
            // Events of queries with a limit, of damaged entities, and of later releases.
            _ => {}
        }
    }
    Ok(copy)
}

/// Applies the queued changes to the list that is the result of a query with a limit.
fn apply(watch: &mut Watch<JobId, Task>) -> Result<()> {
    let Watch { current, changes } = watch;
    while let Some(event) = changes.try_recv().transpose()? {
        match event {
            Event::Entered { key, new, at, .. } => current.insert(at, (key, new)),
            Event::Changed { key, new, from, to, .. } => {
                current.remove(from);
                current.insert(to, (key, new));
            }
            Event::Left { at, .. } => drop(current.remove(at)),
            Event::Lagged { .. } => *current = changes.resync()?,
            _ => {}
        }
    }
    Ok(())
}

fn main() -> Result<()> {
    // The layer observes only the writes through it. So the table and all other code that writes use this backend.
    let backend = Arc::new(Observed::new(MemoryBackend::new()));
    let feed = backend.feed();
    let tasks = Task::table(backend.clone());
    tasks.save_many(&[task("2026-01", 1), task("2025-12", 9)])?;

    // The tasks of 2026, followed by another thread.
    let watch = tasks.watch(&feed, JobId::prefix("2026-"))?;
    assert_eq!(watch.current, [("2026-01".into(), task("2026-01", 1))]);
    let follower = thread::spawn(move || follow(watch, &"2026-12".into()));

    // A list: the two tasks that are due first.
    let mut next = tasks.watch_by(&feed, &Task::DUE, Query::all().limit(2))?;

    tasks.save(&task("2025-12", 7))?; // outside the first query
    backend.transaction(|tx| {
        let mut tasks = tasks.within(tx);
        tasks.save(&task("2026-01", 2))?;
        tasks.save(&task("2026-02", 3))?;
        tasks.save(&task("2026-02", 4)) // one event for a key and a commit
    })?;
    tasks.delete(&"2026-01".into())?;
    tasks.save(&task("2026-12", 5))?;

    let copy = follower.join().map_err(|_| ErrorKind::Aborted)??;
    println!("the copy: {copy:?}");
    let stored = tasks.scan_prefix(&JobId::prefix("2026-"))?;
    assert_eq!(copy.into_iter().collect::<Vec<_>>(), stored);

    apply(&mut next)?;
    println!("due first: {:?}", next.current);
    assert_eq!(next.current, tasks.scan_by(&Task::DUE, Query::all().limit(2))?);
    Ok(())
}
