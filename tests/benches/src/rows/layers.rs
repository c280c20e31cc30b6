//! What layers and views cost while nobody asks anything of them.

use std::hint::black_box;
use std::path::Path;
use std::sync::Arc;

use keyloft::layers::Observed;
use keyloft::{CrossUserTableStore, EntityReader, Principal, Role, StorageBackend};
use keyloft_memory::MemoryBackend;
use keyloft_redb::RedbBackend;

use super::ids;
use super::writes::put_each;
use crate::Results;
use crate::measure::{Row, Target, prepared, timed};
use crate::peers::{Keyloft, Peer};
use crate::people::{Random, users};
use crate::settings::Settings;

pub(super) fn measure(settings: &Settings, results: &mut Results) {
    let n = settings.n();
    let rounds = 2 * settings.rounds();
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| RedbBackend::create(Path::new(folder.path()).join(name)).unwrap();
    let bare = over("ours, bare", Arc::new(file("bare")), n);
    let observed = over("keyloft", Arc::new(Observed::new(file("observed"))), n);
    feed("feed unused: durable put", 4, rounds / 2, [&bare, &observed], n, results);

    let ids = ids(rounds, 300, n);
    let pair = [&bare, &observed];
    let subjects = pair.map(|peer| timed(peer.name(), |round| peer.get(&ids[round]))).into();
    let (name, operations, target) = ("feed unused: get", 300, Target::Ratio(1.02));
    results.add(Row { name, n, operations, rounds, target, subjects });

    let dba = Principal::new("root", Role::Dba);
    let view = bare.plain.read_as(&dba).unwrap();
    let subjects = vec![
        timed("ours, store", |round| bare.get(&ids[round])),
        // Other keys than the store's, which would be in the processor's caches.
        timed("keyloft, view", |round| {
            for id in &ids[rounds - round] {
                black_box(view.get(id).unwrap()).unwrap();
            }
        }),
    ];
    results.add(Row { name: "access view: get", n, operations, rounds, target, subjects });

    let bare = over("ours, bare", Arc::new(MemoryBackend::new()), n);
    let observed = over("keyloft", Arc::new(Observed::new(MemoryBackend::new())), n);
    feed("feed unused: put in memory", 300, rounds, [&bare, &observed], n, results);
}

fn feed(
    name: &'static str,
    puts: usize,
    rounds: usize,
    pair: [&Keyloft; 2],
    n: usize,
    results: &mut Results,
) {
    let mut random = Random::new(n);
    let lots: Vec<_> = (0..=rounds).map(|_| users(random.numbers(puts, n))).collect();
    let subjects =
        pair.map(|peer| prepared(peer.name(), |round| lots[round].clone(), |users| put_each(peer, users)));
    let target = Target::Ratio(1.02);
    results.add(Row { name, n, operations: puts, rounds, target, subjects: subjects.into() });
}

fn over(name: &'static str, backend: Arc<dyn StorageBackend>, n: usize) -> Keyloft {
    let keyloft = Keyloft::over(name, backend);
    keyloft.put(users(0..n));
    keyloft
}
