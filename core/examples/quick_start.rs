//! Quick start: an entity, its table, a backend, a result.
//!
//! Run it with `cargo run --package keyloft --example quick_start`.

use std::sync::Arc;

use keyloft::prelude::*;
use keyloft_memory::MemoryBackend;
use serde::{Deserialize, Serialize};

/// The entity describes its table: the name, the key, the indexes.
#[derive(Serialize, Deserialize, Entity, Debug, PartialEq)]
#[table(name = "tasks")]
struct Task {
    #[key]
    id: JobId,
    title: String,
    #[index]
    done: bool,
}

fn task(id: &str, title: &str) -> Task {
    Task { id: id.into(), title: title.to_owned(), done: false }
}

fn main() -> Result<()> {
    // In a program that keeps its data: `keyloft_redb::RedbBackend::create("tasks.redb")?`. Nothing else changes.
    let tasks = Task::table(Arc::new(MemoryBackend::new()));

    tasks.add(&task("2026-11-30/milk", "buy milk"))?;
    tasks.add(&task("2026-11-30/bread", "buy bread"))?;
    tasks.add(&task("2026-12-01/call", "call Ada"))?;

    // A read, a change and a deletion.
    let milk = JobId::new("2026-11-30/milk");
    assert_eq!(tasks.get(&milk)?.map(|task| task.title), Some("buy milk".to_owned()));
    tasks.update(&milk, |task| {
        task.done = true;
        Ok(())
    })?;
    assert!(tasks.delete(&"2026-12-01/call".into())?);

    // A scan, in the order of the keys.
    for entry in tasks.iter(JobId::prefix("2026-11-30/"))? {
        let (id, task) = entry?;
        println!("{} {id}: {}", if task.done { "x" } else { " " }, task.title);
    }

    // A read by an index, whose constant has the name of the field.
    let open = tasks.find_all(&Task::DONE, &false)?;
    assert_eq!(open, [("2026-11-30/bread".into(), task("2026-11-30/bread", "buy bread"))]);

    // Every error has a code for programs and a text for people.
    let refused = tasks.add(&task("2026-11-30/milk", "buy more milk"));
    let error = refused.err();
    assert_eq!(error.as_ref().map(Error::code), Some("AlreadyExists"));
    if let Some(error) = error {
        println!("refused: {error}");
    }
    Ok(())
}
