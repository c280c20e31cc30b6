//! A scrub in the background: a thread reads the whole database at a limited speed, while the program writes.
//!
//! Run it with `cargo run -p keyloft-redb --example scrub`.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Instant;

use keyloft::prelude::*;
use keyloft::scrub::{Report, Scrub};
use keyloft_redb::RedbBackend;

/// A small part of what the disk can read.
const BYTES_PER_SECOND: u64 = 10 << 20;

const LENGTH: Index<String, u64> = Index::new("length", |text| u64::try_from(text.len()).ok());

fn main() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let backend: Arc<dyn StorageBackend> = Arc::new(RedbBackend::create(folder.path().join("app.redb"))?);
    let notes = Table::<u32, String>::with_schema(backend.clone(), Schema::new("notes").index(LENGTH));
    notes.load((0..10_000).map(|id| (id, format!("note {id}"))))?;

    let scrub = Scrub::new(backend.clone()).table(notes.schema());
    let is_ending = AtomicBool::new(false);
    let report = thread::scope(|threads| {
        let scrubbing = threads.spawn(|| in_background(scrub, &is_ending));
        for id in 0..10 {
            notes.put(&id, &"changed meanwhile".to_owned())?;
        }
        // A program that ends sets `is_ending`, so that the thread doesn't hold it up.
        scrubbing.join().unwrap_or(Err(ErrorKind::Aborted.into()))
    })?;
    println!("{} entries, {} bytes, {} damaged", report.entries, report.bytes, report.damaged);
    assert!(report.entries > 10_000 && report.damaged == 0);

    // An entry that was damaged while nobody read it.
    backend.transaction(|tx| tx.put(notes.partition(), &77_u32.encode(), b"?"))?;
    let mut scrub = Scrub::new(backend).table(notes.schema());
    scrub.run()?;
    for damage in &scrub.report().listed {
        println!("{damage}");
    }
    assert!(scrub.report().damaged > 0);
    Ok(())
}

/// Runs the scrub at a limited speed, until it is complete or the program ends.
fn in_background(mut scrub: Scrub, is_ending: &AtomicBool) -> Result<Report> {
    let begun = Instant::now();
    scrub.run_with(|progress| {
        if is_ending.load(Ordering::Relaxed) {
            // A program can store `progress.position`, from which the next scrub resumes.
            return ControlFlow::Break(());
        }
        thread::sleep(progress.delay(BYTES_PER_SECOND, begun.elapsed()));
        ControlFlow::Continue(())
    })?;
    Ok(scrub.report().clone())
}
