//! `stats`: what takes the space.

use keyloft::catalog;
use serde_json::{Value, json};

use crate::args::Common;
use crate::database::{Database, Engine, Purpose};
use crate::failure::{End, Failure, Result};
use crate::output::{GOOD, Output};
use crate::partitions::{self, Size};
use crate::text;

/// The width of a bar where the output has no width.
const BAR: usize = 30;
/// The width of the texts before a bar.
const TEXTS: usize = 40;

pub(super) fn run(db: &str, common: &Common, output: &mut Output) -> Result<End> {
    // Only one program alone can measure a file.
    let database = match Database::open(db, common, Purpose::Write) {
        Err(Failure::Database(error)) if error.code() == "DatabaseLocked" => Database::read(db, common)?,
        opened => opened?,
    };
    let parts = file_parts(&database)?;
    let tables = table_sizes(&database)?;
    let whole: u64 = tables.iter().map(|(_, size)| size.bytes).sum();
    let document = json!({
        "file": parts.iter().map(|(name, bytes)| ((*name).to_owned(), Value::from(*bytes))).collect::<serde_json::Map<_, _>>(),
        "tables": tables.iter().map(|(name, size)| json!({"table": name, "entries": size.entries, "bytes": size.bytes})).collect::<Vec<_>>(),
    });
    output.either(&document, |output| {
        let width = output.width.map_or(BAR, |width| width.saturating_sub(TEXTS)).clamp(8, 40);
        if let Some((_, file)) = parts.iter().find(|(name, _)| *name == "file") {
            output.line(format!("{} on the disk", text::bytes(*file)))?;
        }
        let of_file: u64 = parts.iter().filter(|(name, _)| *name != "file").map(|(_, bytes)| bytes).sum();
        for (name, bytes) in parts.iter().filter(|(name, _)| *name != "file") {
            line(output, name, *bytes, of_file, width)?;
        }
        output.line("")?;
        output.line(format!("{} of keys and values, by table with its indexes", text::bytes(whole)))?;
        tables.iter().try_for_each(|(name, size)| line(output, name, size.bytes, whole, width))
    })?;
    Ok(End::Done)
}

fn line(output: &mut Output, name: &str, bytes: u64, whole: u64, width: usize) -> Result<()> {
    let name = text::cut(&text::one_line(name.to_owned()), 24);
    let bar = text::bar(bytes, whole, width);
    output.line(format!("  {name:<24} {:>11} {GOOD}{bar}{GOOD:#}", text::bytes(bytes)))
}

/// Returns the parts of the file, as far as the engine knows them.
fn file_parts(database: &Database) -> Result<Vec<(&'static str, u64)>> {
    Ok(match &database.engine {
        Engine::Redb { is_shared: true, .. } => Vec::new(),
        Engine::Redb { backend: redb, .. } => {
            let stats = redb.stats()?;
            vec![
                ("file", stats.file_bytes.unwrap_or_default()),
                ("keys and values", stats.stored_bytes),
                ("trees", stats.metadata_bytes),
                ("unused", stats.fragmented_bytes),
            ]
        }
        #[cfg(feature = "fjall")]
        Engine::Fjall(fjall) => vec![("file", fjall.disk_bytes()?)],
        #[cfg(feature = "postgres")]
        Engine::Postgres => Vec::new(),
    })
}

/// Returns the sizes of the tables with their indexes, the largest first.
fn table_sizes(database: &Database) -> Result<Vec<(String, Size)>> {
    let snapshot = database.backend.snapshot()?;
    let known = catalog::tables(&*snapshot)?;
    let mut sizes: Vec<(String, Size)> = Vec::new();
    for partition in snapshot.partitions()? {
        let table = known.iter().find(|(table, _)| partition == *table || partition.is_index_of(table));
        let name = table.map_or(partition.as_str(), |(table, _)| table.name()).to_owned();
        let size = partitions::size(&*snapshot, &partition)?;
        match sizes.iter_mut().find(|(known, _)| *known == name) {
            Some((_, known)) => *known += size,
            None => sizes.push((name, size)),
        }
    }
    sizes.sort_by(|(left, a), (right, b)| b.bytes.cmp(&a.bytes).then_with(|| left.cmp(right)));
    Ok(sizes)
}
