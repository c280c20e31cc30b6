//! Files and exports that earlier builds wrote: this build opens them, reads all of them, and goes on writing.
//!
//! They are in `tests/data/old`, a folder for each version of the formats, and are never changed or removed.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use keyloft::prelude::*;
use keyloft::transfer;
use keyloft_memory::MemoryBackend;
use keyloft_redb::{Durability, RedbBackend};

use crate::failure::{Failure, Outcome, ensure, same};
use crate::harness::Round;
use crate::power::options;
use crate::storage::Disk;
use crate::tally::Tally;
use crate::workload::{Batch, Item, LINES, Moved, Tables};

/// The first argument that writes the files of this version, followed by a folder.
pub(crate) const WRITE: &str = "write-old-files";

/// A file that was closed.
const CLOSED: &str = "closed.db";
/// A file of a process that was killed.
const KILLED: &str = "killed.db";
/// An export of the entries in these files.
const EXPORT: &str = "entries.export";
/// The digest of the entries, and the numbers of items and notes.
const FACTS: &str = "facts.txt";

/// Opens the files of every version.
pub(crate) fn round(_: &Round) -> Outcome<Tally> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../data/old");
    let mut tally = Tally::default();
    let mut versions: Vec<PathBuf> =
        fs::read_dir(&folder)?.map(|entry| Ok(entry?.path())).collect::<Outcome<_>>()?;
    versions.sort();
    for version in versions {
        check(&version).map_err(|failure| failure.at(version.display()))?;
        tally.count("versions");
    }
    ensure(tally.is_any(), || format!("no files in {}", folder.display()))?;
    Ok(tally)
}

fn check(version: &Path) -> Outcome {
    let facts = fs::read_to_string(version.join(FACTS))?;
    for file in [CLOSED, KILLED] {
        let image = fs::read(version.join(file))?;
        for check in [false, true] {
            let options = options(Durability::Immediate).check_on_open(check);
            let redb = Arc::new(options.with_storage(Disk::holding(image.clone()))?);
            let shared: Arc<dyn StorageBackend> = redb.clone();
            read(&shared, &facts).map_err(|failure| failure.at(file))?;
            drop(shared);
            ensure(redb.check_integrity()?, || format!("{file}: the check of all checksums failed"))?;
        }
    }
    let (memory, stream): (Arc<dyn StorageBackend>, _) =
        (Arc::new(MemoryBackend::new()), fs::read(version.join(EXPORT))?);
    transfer::import(&memory, || Ok(stream.as_slice()))?;
    read(&memory, &facts).map_err(|failure| failure.at(EXPORT))
}

/// Reads everything, and goes on writing.
fn read(backend: &Arc<dyn StorageBackend>, facts: &str) -> Outcome {
    let tables = Tables::of(backend.clone());
    same("the facts", &self::facts(&tables)?.as_str(), &facts)?;
    Moved::Plain.compare(backend, LINES)?;
    let items = tables.items.scan_all()?;
    for (id, item) in &items {
        if let Some(code) = &item.code {
            same("an item by its code", &tables.items.find(&Item::CODE, code)?, &Some((*id, item.clone())))?;
        }
        for tag in &item.tags {
            let found = tables.items.find_all(&Item::TAGS, tag)?;
            ensure(found.iter().any(|(of, _)| of == id), || format!("item {id} is not under its tag {tag}"))?;
        }
        ensure(
            tables.items.find_all(&Item::GROUP, item.group.as_str())?.iter().any(|(of, _)| of == id),
            || format!("item {id} is not in its group"),
        )?;
    }
    same("the mismatches of the indexes", &tables.items.verify()?.len(), &0)?;
    tables.items.reindex()?;
    same("the facts after a reindexing", &self::facts(&tables)?.as_str(), &facts)?;
    let mut after: BTreeMap<u32, Item> = items.into_iter().collect();
    let new =
        Item { id: u32::MAX, code: Some(u32::MAX), group: "new".into(), tags: vec![1], body: vec![7; 9_000] };
    tables.items.add(&new)?;
    after.insert(new.id, new);
    same("the items after a write", &tables.items.scan_all()?, &after.into_iter().collect())
}

fn facts(tables: &Tables) -> Outcome<String> {
    let digest = transfer::digest(&tables.backend)?;
    Ok(format!("digest {digest}\nitems {}\nnotes {}\n", tables.items.count()?, tables.notes.count()?))
}

/// Writes the files of this version into a folder, which must not exist.
pub(crate) fn write(folder: &Path) -> Outcome {
    const SEED: u64 = 4;
    const BATCHES: u64 = 12;
    fs::create_dir(folder)?;
    let disk = Disk::holding(Vec::new());
    let redb = Arc::new(RedbBackend::options().with_storage(disk.clone())?);
    let tables = Tables::of(redb.clone());
    Moved::fill(&tables.backend, LINES)?;
    for number in 1..=BATCHES {
        Batch::of(SEED, 0, number).commit(&tables)?;
    }
    fs::write(folder.join(KILLED), disk.bytes())?;
    let mut stream = Vec::new();
    transfer::export(&*redb, &mut stream)?;
    fs::write(folder.join(EXPORT), stream)?;
    let facts = facts(&tables)?;
    ensure(tables.items.count()? > 3, || "too few items".to_owned())?;
    fs::write(folder.join(FACTS), facts)?;
    drop(tables);
    redb.close().map_err(Failure::from)?;
    Ok(fs::write(folder.join(CLOSED), disk.bytes())?)
}
