//! Reads from a disk's file, every page of it in memory after the first round.

use std::hint::black_box;
use std::ops::ControlFlow;

use keyloft::{AuthType, EntityReader, Role, StorageMode};
use serde::Deserialize;

use super::{ids, usernames, writes};
use crate::Results;
use crate::measure::{Row, Target, timed};
use crate::peers::{Peer, Peers};
use crate::people::{GROUP, prefix};
use crate::settings::Settings;

/// A user that borrows its text.
#[derive(Deserialize)]
#[allow(dead_code)]
struct UserRef<'a> {
    user_id: &'a str,
    username: &'a str,
    password_hash: &'a str,
    role: Role,
    email: Option<&'a str>,
    auth_type: AuthType,
    auth_data: Option<&'a str>,
    storage_mode: StorageMode,
    storage_id: Option<&'a str>,
    created_at: i64,
    updated_at: i64,
    last_seen: Option<i64>,
    deleted_at: Option<i64>,
}

/// Everything on a file of the usual size.
pub(super) fn disk(settings: &Settings, results: &mut Results) {
    let n = settings.n();
    let folder = tempfile::tempdir().unwrap();
    let peers = Peers::create(folder.path());
    writes::load(&peers, n, results);
    writes::load_indexed(&peers, n, results);
    peers.all().for_each(Peer::settle);
    get(&peers, n, settings, results);
    get_held(&peers, n, settings, results);
    contains(&peers, n, settings, results);
    get_many(&peers, n, settings, results);
    find(&peers, n, settings, results);
    scan(&peers, n, settings, results);
    scan_view(&peers, n, settings, results);
    prefixes(&peers, n, settings, results);
    writes::put(&peers, n, settings, results);
}

/// What is likely to change with the size, on a large file.
pub(super) fn million(settings: &Settings, results: &mut Results) {
    let n = settings.many();
    let folder = tempfile::tempdir().unwrap();
    let peers = Peers::create(folder.path());
    writes::load(&peers, n, results);
    peers.all().for_each(Peer::settle);
    get(&peers, n, settings, results);
    scan(&peers, n, settings, results);
}

/// How many calls a round is: a few milliseconds, so that most rounds are over before the system lets another program
/// in.
const CALLS: usize = 1000;

fn get(peers: &Peers, n: usize, settings: &Settings, results: &mut Results) {
    let rounds = settings.rounds();
    let ids = ids(rounds, CALLS, n);
    results.add(Row {
        name: "get, one call on a store",
        n,
        operations: CALLS,
        rounds,
        target: Target::Ratio(0.65),
        subjects: peers.each(|peer, round| peer.get(&ids[round])),
    });
}

fn get_held(peers: &Peers, n: usize, settings: &Settings, results: &mut Results) {
    let rounds = settings.rounds();
    let ids = ids(rounds, CALLS, n);
    // The same engine twice in a round takes other keys, or the second time would find them in the processor's caches.
    let mut subjects = vec![timed("raw redb, a call each", |round| peers.raw.get(&ids[rounds - round]))];
    subjects.extend(peers.each(|peer, round| peer.get_held(&ids[round])));
    let target = Target::Ratio(0.60);
    results.add(Row { name: "get on a held snapshot", n, operations: CALLS, rounds, target, subjects });
}

fn contains(peers: &Peers, n: usize, settings: &Settings, results: &mut Results) {
    let rounds = settings.rounds();
    let ids = ids(rounds, CALLS, n);
    let subjects = vec![
        timed("raw redb, get", |round| peers.raw.get(&ids[round])),
        timed("raw redb, is_some", |round| peers.raw.contains(&ids[rounds - round])),
        timed("keyloft", |round| {
            for id in &ids[round] {
                black_box(peers.keyloft.plain.contains(id).unwrap());
            }
        }),
    ];
    let target = Target::Ratio(0.50);
    results.add(Row { name: "contains", n, operations: CALLS, rounds, target, subjects });
}

fn get_many(peers: &Peers, n: usize, settings: &Settings, results: &mut Results) {
    const KEYS: usize = 1000;
    let rounds = settings.rounds();
    let unsorted = ids(rounds, KEYS, n);
    let mut sorted = unsorted.clone();
    sorted.iter_mut().for_each(|ids| ids.sort_unstable());
    for (name, ids) in
        [("get_many, 1,000 sorted keys", &sorted), ("get_many, 1,000 unsorted keys", &unsorted)]
    {
        let subjects = vec![
            timed("raw redb, a call each", |round| peers.raw.get(&ids[round])),
            timed("raw redb, held table", |round| peers.raw.get_held(&ids[rounds - round])),
            timed("keyloft", |round| {
                black_box(peers.keyloft.plain.get_many(&ids[round]).unwrap());
            }),
        ];
        results.add(Row { name, n, operations: KEYS, rounds, target: Target::Ratio(0.40), subjects });
    }
}

fn find(peers: &Peers, n: usize, settings: &Settings, results: &mut Results) {
    let rounds = settings.rounds();
    let names = usernames(rounds, CALLS, n);
    results.add(Row {
        name: "find by unique index",
        n,
        operations: CALLS,
        rounds,
        target: Target::Ratio(0.75),
        subjects: peers.each(|peer, round| peer.find(&names[round])),
    });
}

fn scan(peers: &Peers, n: usize, settings: &Settings, results: &mut Results) {
    results.add(Row {
        name: "full scan, owned entities",
        n,
        operations: n,
        rounds: scans(n, settings),
        target: Target::Ratio(1.05),
        subjects: peers.each(|peer, _| peer.scan()),
    });
}

fn scan_view(peers: &Peers, n: usize, settings: &Settings, results: &mut Results) {
    let plain = &peers.keyloft.plain;
    let subjects = vec![
        timed("raw redb, owned", |_| peers.raw.scan()),
        timed("keyloft, view", |_| {
            let visited = plain.visit(.., |entry| {
                black_box(entry.view::<UserRef<'_>>()?);
                Ok(ControlFlow::Continue(()))
            });
            visited.unwrap();
        }),
    ];
    let rounds = scans(n, settings);
    let target = Target::Ratio(0.85);
    results.add(Row { name: "full scan, borrowed view", n, operations: n, rounds, target, subjects });
    let subjects = vec![
        timed("raw redb, streamed", |_| peers.raw.scan()),
        timed("keyloft, iter", |_| plain.iter(..).unwrap().for_each(|entry| drop(black_box(entry.unwrap())))),
        timed("keyloft, scan_all", |_| drop(black_box(plain.scan_all().unwrap()))),
    ];
    let target = Target::None;
    results.add(Row {
        name: "full scan, keys and owned entities",
        n,
        operations: n,
        rounds,
        target,
        subjects,
    });
}

fn prefixes(peers: &Peers, n: usize, settings: &Settings, results: &mut Results) {
    const PREFIXES: usize = 10;
    let rounds = settings.rounds();
    let prefixes = super::lots(rounds, PREFIXES, n / GROUP, prefix);
    results.add(Row {
        name: "prefix of 100, collected",
        n,
        operations: PREFIXES,
        rounds,
        target: Target::Ratio(1.00),
        subjects: peers.each(|peer, round| peer.prefix(&prefixes[round])),
    });
}

pub(super) fn scans(n: usize, settings: &Settings) -> usize {
    if n > 100_000 { 7 } else { settings.pick(21, 41) }
}
