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

/// Keeps a copy of a query's result up to date, until the copy has the key `last`.
fn follow(watch: Watch<JobId, u32>, last: &JobId) -> Result<BTreeMap<JobId, u32>> {
    let Watch { current, changes } = watch;
    let mut copy: BTreeMap<JobId, u32> = current.into_iter().collect();
    while !copy.contains_key(last) {
        let Some(event) = changes.recv().transpose()? else { break };
        match event {
            Event::Inserted { commit, key, new } | Event::Updated { commit, key, new, .. } => {
                println!("commit {commit}: {key} is {new}");
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
            // Events of later releases.
            _ => {}
        }
    }
    Ok(copy)
}

fn main() -> Result<()> {
    // The layer observes only the writes through it. So the table and all other code that writes use this backend.
    let backend = Arc::new(Observed::new(MemoryBackend::new()));
    let feed = backend.feed();
    let jobs = Table::<JobId, u32>::new(backend.clone(), "jobs");
    jobs.put(&"2026-01".into(), &1)?;
    jobs.put(&"2025-12".into(), &9)?;

    let watch = jobs.watch(&feed, JobId::prefix("2026-"))?;
    assert_eq!(watch.current, [("2026-01".into(), 1)]);
    let follower = thread::spawn(move || follow(watch, &"2026-12".into()));

    jobs.put(&"2025-12".into(), &7)?; // outside the query
    backend.transaction(|tx| {
        let mut jobs = jobs.within(tx);
        jobs.put(&"2026-01".into(), &2)?;
        jobs.put(&"2026-02".into(), &3)?;
        jobs.put(&"2026-02".into(), &4) // one event for a key and a commit
    })?;
    jobs.delete(&"2026-01".into())?;
    jobs.put(&"2026-12".into(), &5)?;

    let copy = follower.join().map_err(|_| Error::Aborted)??;
    println!("the copy: {copy:?}");
    let stored = jobs.scan_prefix(&JobId::prefix("2026-"))?;
    assert_eq!(copy.into_iter().collect::<Vec<_>>(), stored);
    Ok(())
}
