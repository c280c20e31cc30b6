//! `migrate --plan`: the work that is left of migrations.

use keyloft::catalog::{self, CatalogEntry, IndexState};
use serde_json::json;

use crate::args::Common;
use crate::database::Database;
use crate::failure::{End, Result};
use crate::output::Output;
use crate::text::one_line;

pub(super) fn plan(db: &str, common: &Common, output: &mut Output) -> Result<End> {
    let database = Database::read(db, common)?;
    let mut left = Vec::new();
    for (table, entry) in catalog::tables(&*database.backend.snapshot()?)? {
        left.extend(steps(&entry).into_iter().map(|step| (table.name().to_owned(), step)));
    }
    let is_done = left.is_empty();
    let document = left.iter().map(|(table, step)| json!({"table": table, "left": step})).collect();
    output.either(&document, |output| {
        for (table, step) in &left {
            output.line(one_line(format!("{table}: {step}")))?;
        }
        if is_done {
            output.line("every table has its present definition and version")?;
        } else {
            output.note("the program that has the types does this: start it, or call `migrate` there");
        }
        Ok(())
    })?;
    Ok(End::when(is_done))
}

/// Returns the work that is left for a table.
fn steps(entry: &CatalogEntry) -> Vec<String> {
    let definition = &entry.definition;
    let mut steps = Vec::new();
    for index in &definition.indexes {
        let name = &index.name;
        match entry.state_of(name) {
            Some(IndexState::Clearing) => {
                steps.push(format!("delete the old entries of index `{name}`, build it"));
            }
            Some(IndexState::Building) => steps.push(format!("build index `{name}`")),
            _ => {}
        }
    }
    if let Some(passed) = entry.passed() {
        steps.push(format!("go on after row {}", definition.key.describe(passed)));
    } else if !entry.is_settled() && steps.is_empty() {
        steps.push("complete the migration that has begun".into());
    }
    if entry.oldest < definition.version {
        steps.push(format!(
            "rows may be of version {}, and are upgraded when they are read: `Migration::rewrite` stores them as version {}",
            entry.oldest, definition.version
        ));
    }
    steps
}
