//! In memory, beside a map behind a lock.

use std::sync::Arc;

use keyloft::User;
use keyloft_memory::MemoryBackend;
use keyloft_redb::RedbBackend;

use super::writes::put_each;
use super::{BATCH, ids};
use crate::Results;
use crate::measure::{Row, Subject, Target, prepared, timed};
use crate::peers::{Btree, Imbl, Keyloft, Native, Ordered, Peer, SkipList};
use crate::people::{GROUP, Random, prefix, shuffled, users};
use crate::settings::Settings;

type Peers = [Box<dyn Peer>; 6];

pub(super) fn measure(settings: &Settings, results: &mut Results) {
    let n = settings.n();
    let peers: Peers = [
        Box::<Btree>::default(),
        Box::new(Keyloft::over("keyloft", Arc::new(MemoryBackend::new()))),
        Box::new(Keyloft::over("redb in memory, typed", Arc::new(RedbBackend::in_memory().unwrap()))),
        Box::new(Native::in_memory()),
        Box::<Ordered<Imbl>>::default(),
        Box::<Ordered<SkipList>>::default(),
    ];
    let batches: Vec<_> = shuffled(0, n).chunks(BATCH).map(|batch| users(batch.iter().copied())).collect();
    let mut add = |name, operations, rounds, target, subjects| {
        results.add(Row { name, n, operations, rounds, target: Target::Ratio(target), subjects });
    };
    let subjects = each_with(&peers, |round| batches[round].clone(), |peer, users| peer.put(users));
    add("memory: put, batches of 1,000", BATCH, n / BATCH - 1, 1.00, subjects);

    let rounds = settings.rounds();
    let lots = ids(rounds, 300, n);
    add("memory: get", 300, rounds, 1.05, each(&peers, |peer, round| peer.get(&lots[round])));
    let scans = settings.pick(31, 41);
    add("memory: full scan, owned entities", n, scans, 0.90, each(&peers, |peer, _| peer.scan()));
    let prefixes = super::lots(rounds, 10, n / GROUP, prefix);
    let subjects = each(&peers, |peer, round| peer.prefix(&prefixes[round]));
    add("memory: prefix of 100, collected", 10, rounds, 0.90, subjects);

    let mut random = Random::new(n);
    let puts: Vec<_> = (0..=rounds).map(|_| users(random.numbers(100, n))).collect();
    let subjects = each_with(&peers, |round| puts[round].clone(), put_each);
    add("memory: put, one call", 100, rounds, 1.00, subjects);
}

fn each_with<'a>(
    peers: &'a Peers,
    users: impl Fn(usize) -> Vec<User> + Copy + 'a,
    work: impl Fn(&dyn Peer, Vec<User>) + Copy + 'a,
) -> Vec<Subject<'a>> {
    peers.iter().map(|peer| prepared(peer.name(), users, move |users| work(&**peer, users))).collect()
}

fn each<'a>(peers: &'a Peers, work: impl Fn(&dyn Peer, usize) + Copy + 'a) -> Vec<Subject<'a>> {
    peers.iter().map(|peer| timed(peer.name(), move |round| work(&**peer, round))).collect()
}
