//! Quick start: a backend, a key, an entity, a table, a result.
//!
//! Run it with `cargo run --package keyloft --example quick_start`.

use std::sync::Arc;

use keyloft::prelude::*;
use keyloft_memory::MemoryBackend;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, Debug, PartialEq)]
struct Task {
    title: String,
    done: bool,
}

fn main() -> Result<()> {
    // In a program that keeps its data: `keyloft_redb::RedbBackend::create("tasks.redb")?`. Nothing else changes.
    let backend = Arc::new(MemoryBackend::new());
    let tasks = Table::<JobId, Task>::new(backend, "tasks");

    let milk = JobId::new("2026-11-30/milk");
    tasks.insert(&milk, &Task { title: "buy milk".into(), done: false })?;
    tasks.insert(&"2026-11-30/bread".into(), &Task { title: "buy bread".into(), done: false })?;
    tasks.insert(&"2026-12-01/call".into(), &Task { title: "call Ada".into(), done: false })?;

    // A read, a change and a deletion.
    assert_eq!(tasks.get(&milk)?.map(|task| task.title), Some("buy milk".to_owned()));
    tasks.update(&milk, |task| {
        task.done = true;
        Ok(())
    })?;
    assert!(tasks.delete(&"2026-12-01/call".into())?);

    // A scan, in the order of the keys.
    let mut open = Vec::new();
    for entry in tasks.iter(JobId::prefix("2026-11-30/"))? {
        let (id, task) = entry?;
        println!("{} {id}: {}", if task.done { "x" } else { " " }, task.title);
        if !task.done {
            open.push(task.title);
        }
    }
    assert_eq!(open, ["buy bread"]);

    // Every error has a code for programs and a text for people.
    let refused = tasks.insert(&milk, &Task { title: "more milk".into(), done: false });
    let error = refused.err();
    assert_eq!(error.as_ref().map(Error::code), Some("AlreadyExists"));
    if let Some(error) = error {
        println!("refused: {error}");
    }
    Ok(())
}
