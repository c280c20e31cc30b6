//! The cost of a file that processes share: commits and reads with each kind of sharing, and reads of what another handle has
//! committed just before.

use std::hint::black_box;
use std::path::Path;
use std::sync::Arc;

use keyloft::EntityReader;
use keyloft_redb::{RedbBackend, Sharing};

use super::writes::{PUTS, lots_of_puts, put_each};
use super::{BATCH, ids};
use crate::Results;
use crate::measure::{Row, Subject, Target, prepared, timed};
use crate::peers::{Keyloft, Peer};
use crate::people::{Random, users};
use crate::settings::Settings;

const KINDS: [(&str, Sharing); 3] = [
    ("exclusive", Sharing::Exclusive),
    ("single writer", Sharing::SingleWriter),
    ("many writers", Sharing::MultiWriter),
];

pub(super) fn measure(settings: &Settings, results: &mut Results) {
    for n in [10_000, settings.n(), settings.many()] {
        of(n, settings, results);
    }
}

fn of(n: usize, settings: &Settings, results: &mut Results) {
    let folder = tempfile::tempdir().unwrap();
    let kinds = KINDS.map(|(name, sharing)| {
        let path = folder.path().join(name);
        let backend = RedbBackend::options().sharing(sharing).create(&path).unwrap();
        let keyloft = Keyloft::over(name, Arc::new(backend));
        keyloft.put(users(0..n));
        (keyloft, path)
    });
    let mut add = |name, operations, rounds, subjects: Vec<Subject<'_>>| {
        results.add(Row { name, n, operations, rounds, target: Target::None, subjects });
    };
    let rounds = settings.pick(40, 100);
    let lots = lots_of_puts(rounds, n);
    let subjects = kinds
        .each_ref()
        .map(|(peer, _)| prepared(peer.name(), |round| lots[round].clone(), |users| put_each(peer, users)));
    add("sharing: one durable commit", PUTS, rounds, subjects.into());

    let mut random = Random::new(n);
    let lots: Vec<_> = (0..=rounds).map(|_| random.numbers(BATCH, n)).collect();
    let batch = |round: usize| users(lots[round].iter().copied());
    let subjects = kinds.each_ref().map(|(peer, _)| prepared(peer.name(), batch, |users| peer.put(users)));
    add("sharing: put, batches of 1,000", BATCH, rounds / 2, subjects.into());

    let keys = ids(rounds, 300, n);
    let reader = |path: &Path| Keyloft::over("reader", Arc::new(RedbBackend::open_read_only(path).unwrap()));
    let read_only = reader(&kinds[1].1);
    let peers = kinds.each_ref().map(|(peer, _)| peer);
    let subjects =
        peers.into_iter().chain([&read_only]).map(|peer| timed(peer.name(), |round| peer.get(&keys[round])));
    add("sharing: get", 300, rounds, subjects.collect());

    // The first subject reads what it has committed itself.
    let other = RedbBackend::options().sharing(Sharing::MultiWriter).open(&kinds[2].1).unwrap();
    let other = Keyloft::over("another writer", Arc::new(other));
    let [exclusive, single, many] = peers;
    let lots = lots_of_puts(rounds, n);
    let pairs = [(exclusive, exclusive), (many, many), (single, &read_only), (many, &other)];
    let subjects = pairs.map(|(writer, reader)| {
        let write = |round: usize| {
            writer.put(lots[round].clone());
            &keys[round][0]
        };
        let read = |id| {
            black_box(reader.plain.get(id).unwrap()).unwrap();
        };
        prepared(reader.name(), write, read)
    });
    add("sharing: first get after a commit", 1, rounds, subjects.into());
}
