//! Several threads at once.

use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::thread;
use std::time::Instant;

use keyloft::User;

use super::writes::put_each;
use super::{BATCH, ids};
use crate::Results;
use crate::measure::{Row, Subject, Target, prepared};
use crate::peers::{Keyloft, Peer, Raw};
use crate::people::{Random, user, users};
use crate::settings::Settings;

pub(super) fn measure(settings: &Settings, results: &mut Results) {
    let n = settings.n();
    let folder = tempfile::tempdir().unwrap();
    let raw = Raw::create(&folder.path().join("raw.redb"));
    let keyloft = Keyloft::create(&folder.path().join("keyloft.redb"));
    for start in (0..n).step_by(10 * BATCH) {
        let batch = users(start..start + 10 * BATCH);
        raw.put(batch.clone());
        keyloft.put(batch);
    }
    for (name, threads, target) in
        [("concurrent durable puts, 4 threads", 4, 0.30), ("concurrent durable puts, 16 threads", 16, 0.15)]
    {
        concurrent(name, threads, target, &raw, &keyloft, n, settings, results);
    }
    readers(&raw, &keyloft, n, settings, results);
}

#[allow(clippy::too_many_arguments)]
fn concurrent(
    name: &'static str,
    threads: usize,
    target: f64,
    raw: &Raw,
    keyloft: &Keyloft,
    n: usize,
    settings: &Settings,
    results: &mut Results,
) {
    // So many that each thread is there for a while.
    const PUTS: usize = 256;
    let rounds = settings.pick(8, 20);
    let mut random = Random::new(threads);
    let lots: Vec<Vec<User>> = (0..=rounds).map(|_| users(random.numbers(PUTS, n))).collect();
    let put_in = |peer: &(dyn Peer + Sync), threads: usize, users: Vec<User>| {
        thread::scope(|scope| {
            for share in users.chunks(PUTS / threads) {
                scope.spawn(move || put_each(peer, share.to_vec()));
            }
        });
    };
    let users = |round: usize| lots[round].clone();
    let subjects = vec![
        prepared("raw redb", users, |users| put_in(raw, threads, users)),
        prepared("keyloft", users, |users| put_in(keyloft, threads, users)),
        prepared("ours, one thread", users, |users| put_in(keyloft, 1, users)),
    ];
    results.add(Row { name, n, operations: PUTS, rounds, target: Target::Ratio(target), subjects });
}

/// Four readers while a writer commits without a pause; the time of the readers is what counts.
fn readers(raw: &Raw, keyloft: &Keyloft, n: usize, settings: &Settings, results: &mut Results) {
    const READERS: usize = 4;
    const GETS: usize = 4000;
    let rounds = settings.pick(15, 41);
    let ids = ids(rounds, READERS * GETS, n);
    let read = |peer: &(dyn Peer + Sync), round: usize| {
        let reading = AtomicBool::new(true);
        thread::scope(|scope| {
            let writer = scope.spawn(|| {
                let mut random = Random::new(round);
                while reading.load(Relaxed) {
                    peer.put(vec![user(random.below(n))]);
                }
            });
            let start = Instant::now();
            thread::scope(|scope| {
                for share in ids[round].chunks(GETS) {
                    scope.spawn(move || peer.get(share));
                }
            });
            let took = start.elapsed();
            reading.store(false, Relaxed);
            writer.join().unwrap();
            took
        })
    };
    let subjects = vec![
        Subject { name: "raw redb", work: Box::new(|round| read(raw, round)) },
        Subject { name: "keyloft", work: Box::new(|round| read(keyloft, round)) },
    ];
    let (name, target) = ("get by 4 readers beside a writer", Target::Ratio(1.00));
    results.add(Row { name, n, operations: READERS * GETS, rounds, target, subjects });
}
