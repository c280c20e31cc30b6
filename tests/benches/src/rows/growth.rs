//! How each cost grows with the number of entities, by hand and with Keyloft.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use super::{BATCH, ids, lots, open, peaks};
use crate::Results;
use crate::lines::row_of;
use crate::measure::{Row, Subject, Target, prepared, timed};
use crate::peers::{ENGINES, Engine, Keyloft, Peer, Raw, SMALL_CACHE};
use crate::people::{GROUP, Random, prefix, users};
use crate::settings::Settings;

/// How many users a commit of a load holds.
const CHUNK: usize = 100_000;

pub(super) fn measure(settings: &Settings, results: &mut Results) {
    for n in settings.pick(&[10_000, 100_000][..], &[10_000, 100_000, 1_000_000]) {
        of(*n, settings, results);
    }
}

/// As large as most machines will see, once.
pub(super) fn ten_million(settings: &Settings, results: &mut Results) {
    let n = settings.pick(1_000_000, 10_000_000);
    of(n, settings, results);
    let peaks = peaks::each(&[&ENGINES[0], &ENGINES[1], &SMALL_CACHE], |engine, folder| {
        peaks::scan(engine, folder, n)
    });
    results.add_lines(row_of("peak memory, full scan", n, peaks));
}

fn of(n: usize, settings: &Settings, results: &mut Results) {
    let folder = tempfile::tempdir().unwrap();
    let mut add = |name, operations, rounds, subjects: Vec<Subject<'_>>| {
        results.add(Row { name, n, operations, rounds, target: Target::None, subjects });
    };
    let paths = ["raw.redb", "keyloft.redb"].map(|file| folder.path().join(file));
    let subjects = ENGINES[..2].iter().zip(&paths).map(|(engine, path)| load(engine, path, n));
    add("growth: bulk load in key order", n, (1_000_000 / n).clamp(1, 5), subjects.collect());
    let (raw, keyloft) = (Raw::create(&paths[0]), Keyloft::create(&paths[1]));
    let pair: [&dyn Peer; 2] = [&raw, &keyloft];

    let rounds = settings.pick(31, 101);
    let keys = ids(rounds, 1000, n);
    let subjects = pair.map(|peer| timed(peer.name(), |round| peer.get(&keys[round])));
    add("growth: get", 1000, rounds, subjects.into());
    let prefixes = lots(rounds, 10, n / GROUP, prefix);
    let subjects = pair.map(|peer| timed(peer.name(), |round| peer.prefix(&prefixes[round])));
    add("growth: prefix of 100", 10, rounds, subjects.into());
    let subjects = pair.map(|peer| timed(peer.name(), |_| peer.scan()));
    add("growth: scan, a row", n, (2_000_000 / n).clamp(3, 21), subjects.into());

    let mut random = Random::new(n);
    for (name, len) in [("growth: durable put", 1), ("growth: put, batches of 1,000", BATCH)] {
        let lots: Vec<_> = (0..=rounds).map(|_| random.numbers(len, n)).collect();
        let batch = |round: usize| users(lots[round].iter().copied());
        let subjects = pair.map(|peer| prepared(peer.name(), batch, |users| peer.put(users)));
        add(name, len, rounds, subjects.into());
    }
    drop((raw, keyloft));
    add("growth: open", 1, settings.pick(5, 15), open::subjects(&paths[0], &paths[1]));
}

/// Loads a new file, without counting the time that the users themselves take.
fn load<'a>(engine: &'a Engine, path: &'a Path, n: usize) -> Subject<'a> {
    let work = move |_| {
        // There is none in the first round.
        let _ = fs::remove_file(path);
        let peer = (engine.create)(path);
        let chunks = (0..n).step_by(CHUNK).map(|start| {
            let users = users(start..n.min(start + CHUNK));
            let clock = Instant::now();
            peer.load(&mut users.into_iter());
            clock.elapsed()
        });
        chunks.sum::<Duration>()
    };
    Subject { name: engine.name, work: Box::new(work) }
}
