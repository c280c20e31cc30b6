//! The costs of layers and views: unused, and while somebody watches.

use std::hint::black_box;
use std::path::Path;
use std::sync::Arc;
use std::thread;
use std::time::Instant;

use keyloft::layers::{Filter, Observed};
use keyloft::{CrossUserTableStore, EntityReader, Principal, Role, StorageBackend, StorageKey};
use keyloft_memory::MemoryBackend;
use keyloft_redb::RedbBackend;

use super::ids;
use super::writes::put_each;
use crate::Results;
use crate::measure::{Row, Subject, Target, prepared, timed};
use crate::peers::{Keyloft, Peer};
use crate::people::{Random, id, users};
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
    watched(&folder.path().join("watched"), settings, results);
    crowd(settings, results);
}

/// Durable puts of eight threads while somebody watches another table, and while somebody watches theirs.
fn watched(path: &Path, settings: &Settings, results: &mut Results) {
    const THREADS: usize = 8;
    const PUTS: usize = 256;
    let (n, rounds) = (settings.n(), settings.pick(8, 20));
    let backend = Arc::new(Observed::new(RedbBackend::create(path).unwrap()));
    let peer = over("keyloft", backend.clone(), n);
    let mut random = Random::new(n);
    let lots: Vec<_> = (0..=rounds).map(|_| users(random.numbers(PUTS, n))).collect();
    let put = |round: usize, filter: Option<Filter>| {
        let _watch = filter.map(|filter| backend.feed().subscribe(filter).unwrap());
        let start = Instant::now();
        thread::scope(|scope| {
            for share in lots[round].chunks(PUTS / THREADS) {
                let peer = &peer;
                scope.spawn(move || put_each(peer, share.to_vec()));
            }
        });
        start.elapsed()
    };
    for (name, table, target) in [
        ("feed of another table: durable puts, 8 threads", "unrelated", 1.10),
        ("feed of the table: durable puts, 8 threads", "plain", 1.30),
    ] {
        let watch = Filter::partition(table);
        let subjects = vec![
            Subject { name: "ours, unwatched", work: Box::new(|round| put(round, None)) },
            Subject { name: "keyloft", work: Box::new(|round| put(round, Some(watch.clone()))) },
        ];
        results.add(Row { name, n, operations: PUTS, rounds, target: Target::Ratio(target), subjects });
    }
}

/// Puts in memory while 10,000 subscribers watch one key each, beside one subscriber.
fn crowd(settings: &Settings, results: &mut Results) {
    const SUBSCRIBERS: usize = 10_000;
    let (n, rounds) = (settings.n(), 2 * settings.rounds());
    let pair = [("ours, one subscriber", 1), ("keyloft", SUBSCRIBERS)].map(|(name, subscribers)| {
        let backend = Arc::new(Observed::new(MemoryBackend::new()));
        let feed = backend.feed();
        let watch = |number| {
            let key = if subscribers == 1 { Vec::new() } else { id(number).encode().into_owned() };
            feed.subscribe(Filter::prefix("plain", &key)).unwrap()
        };
        (over(name, backend, n), (0..subscribers).map(watch).collect::<Vec<_>>())
    });
    let mut random = Random::new(n);
    let lots: Vec<_> = (0..=rounds).map(|_| users(random.numbers(300, SUBSCRIBERS.min(n)))).collect();
    let subjects = pair.each_ref().map(|(peer, watches)| {
        let prepare = |round: usize| {
            watches.iter().for_each(|watch| while watch.try_recv().is_some() {});
            lots[round].clone()
        };
        prepared(peer.name(), prepare, |users| put_each(peer, users))
    });
    let (name, target) = ("feed of 10,000 subscribers: put in memory", Target::Ratio(1.20));
    results.add(Row { name, n, operations: 300, rounds, target, subjects: subjects.into() });
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
