//! `scrub` and `compact`.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::thread;
use std::time::Instant;

use keyloft::catalog;
use keyloft::scrub::{Damage, Scrub};
use serde_json::{Value, json};

use crate::args::Common;
use crate::database::{Database, Engine, Purpose};
#[cfg(feature = "postgres")]
use crate::failure::Failure;
use crate::failure::{End, Result};
use crate::output::{BAD, GOOD, Output};
use crate::progress::Progress;
use crate::text;

pub(super) fn scrub(db: &str, rate: Option<u64>, common: &Common, output: &mut Output) -> Result<End> {
    let database = Database::read(db, common)?;
    let progress = Progress::begin("scrub");
    let began = Instant::now();
    let mut scrub = Scrub::new(Arc::clone(&database.backend));
    scrub.run_with(|now| {
        progress.tell(now.entries, now.bytes);
        if let Some(rate) = rate {
            thread::sleep(now.delay(rate.saturating_mul(1 << 20), began.elapsed()));
        }
        ControlFlow::Continue(())
    })?;
    drop(progress);
    let report = scrub.report();
    let listed: Vec<Value> =
        report.listed.iter().map(|damage| damage_text(&database, damage).into()).collect();
    let document = json!({
        "entries": report.entries, "bytes": report.bytes, "damaged": report.damaged, "listed": listed,
    });
    output.either(&document, |output| {
        for damage in &report.listed {
            output.line(format!("{BAD}damage{BAD:#} {}", damage_text(&database, damage)))?;
        }
        let read = format!("{}, {}", text::count(report.entries, "entry"), text::bytes(report.bytes));
        match report.damaged {
            0 => output.line(format!("{GOOD}no damage{GOOD:#} in {read}")),
            damaged => output.line(format!("{} of {read} damaged", text::number(damaged))),
        }
    })?;
    Ok(End::when(report.damaged == 0))
}

/// Returns the text of damage, with the key by its parts if its table is in the catalog.
fn damage_text(database: &Database, damage: &Damage) -> String {
    let entry =
        database.backend.snapshot().and_then(|snapshot| catalog::table(&*snapshot, &damage.partition));
    let text = match entry {
        Ok(Some(entry)) => {
            let key = entry.definition.key.describe(&damage.key);
            format!("{} {key}: {}", damage.partition.name(), damage.reason)
        }
        _ => damage.to_string(),
    };
    text::one_line(text)
}

pub(super) fn compact(db: &str, common: &Common, output: &mut Output) -> Result<End> {
    let database = Database::open(db, common, Purpose::Write)?;
    let progress = Progress::begin("compact");
    let sizes = match &database.engine {
        Engine::Redb { backend: redb, .. } => {
            let before = redb.stats()?.file_bytes.unwrap_or_default();
            redb.compact()?;
            (before, redb.stats()?.file_bytes.unwrap_or_default())
        }
        #[cfg(feature = "fjall")]
        Engine::Fjall(fjall) => {
            let before = fjall.disk_bytes()?;
            fjall.compact()?;
            (before, fjall.disk_bytes()?)
        }
        #[cfg(feature = "postgres")]
        Engine::Postgres => {
            return Err(Failure::usage(
                "PostgreSQL gives space back by itself: see VACUUM in its documentation",
            ));
        }
    };
    drop(progress);
    let (before, after) = sizes;
    output.either(&json!({"before": before, "after": after}), |output| {
        output.line(format!("{} before, {} now", text::bytes(before), text::bytes(after)))
    })?;
    Ok(End::Done)
}
