//! How large the files are: as they are loaded, and after most entities are gone.

use std::fs;
use std::path::Path;

use super::BATCH;
use crate::Results;
use crate::lines::{Amount, row_of};
use crate::peers::{ENGINES, Engine};
use crate::people::{id, shuffled, users};
use crate::settings::Settings;

/// Of how many entities one is left.
const LEFT: usize = 10;

/// The sizes are for each entity that is there.
const STAGES: [&str; 4] =
    ["file, loaded", "file, loaded, compacted", "file, 9 of 10 deleted", "file, 9 of 10 deleted, compacted"];

pub(super) fn measure(settings: &Settings, results: &mut Results) {
    let n = settings.many();
    let sizes: Vec<(&str, [f64; 4])> = ENGINES.iter().map(|engine| (engine.name, sizes(engine, n))).collect();
    for (place, stage) in STAGES.iter().enumerate() {
        let entities = if place < 2 { n } else { n / LEFT };
        let amounts =
            sizes.iter().map(|(name, sizes)| (*name, Amount::Bytes(sizes[place] / entities as f64)));
        results.add_lines(row_of(stage, n, amounts.collect()));
    }
}

fn sizes(engine: &Engine, n: usize) -> [f64; 4] {
    let folder = tempfile::tempdir().unwrap();
    let mut peer = (engine.create)(&folder.path().join(engine.file));
    let order = shuffled(0, n);
    for batch in order.chunks(10 * BATCH) {
        peer.put(users(batch.iter().copied()));
    }
    peer.settle();
    let loaded = size(folder.path());
    peer.compact();
    let compacted = size(folder.path());
    for batch in order.chunks(10 * BATCH) {
        let gone: Vec<_> =
            batch.iter().filter(|number| *number % LEFT != 0).map(|number| id(*number)).collect();
        peer.delete(&gone);
    }
    peer.settle();
    let deleted = size(folder.path());
    peer.compact();
    [loaded, compacted, deleted, size(folder.path())]
}

/// What a file, or the files of a folder, take on the disk.
fn size(path: &Path) -> f64 {
    let about = fs::metadata(path).unwrap();
    if about.is_dir() {
        return fs::read_dir(path).unwrap().map(|entry| size(&entry.unwrap().path())).sum();
    }
    on_disk(&about)
}

/// Some engines set aside more than they have written.
#[cfg(unix)]
fn on_disk(about: &fs::Metadata) -> f64 {
    use std::os::unix::fs::MetadataExt;
    (about.blocks() * 512) as f64
}

#[cfg(not(unix))]
fn on_disk(about: &fs::Metadata) -> f64 {
    about.len() as f64
}
