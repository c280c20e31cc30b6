//! Puts that are durable when they return.

use keyloft::User;

use super::BATCH;
use crate::Results;
use crate::measure::{Row, Target};
use crate::peers::{Peer, Peers};
use crate::people::{Random, shuffled, user, users};
use crate::settings::Settings;

/// Fills the plain tables, in no order.
pub(super) fn load(peers: &Peers, n: usize, results: &mut Results) {
    let order = shuffled(0, n);
    results.add(Row {
        name: "put, batches of 1,000, durable",
        n,
        operations: BATCH,
        rounds: n / BATCH - 1,
        target: Target::Ratio(1.05),
        subjects: peers.each_with(|round| batch(&order, round), |peer, users| peer.put(users)),
    });
}

/// Fills the tables with the unique index, in no order.
pub(super) fn load_indexed(peers: &Peers, n: usize, results: &mut Results) {
    let order = shuffled(0, n);
    results.add(Row {
        name: "put, batches of 1,000, unique index",
        n,
        operations: BATCH,
        rounds: n / BATCH - 1,
        target: Target::Ratio(1.05),
        subjects: peers.each_with(|round| batch(&order, round), |peer, users| peer.put_indexed(users)),
    });
}

/// Replaces users one by one.
pub(super) fn put(peers: &Peers, n: usize, settings: &Settings, results: &mut Results) {
    let rounds = settings.pick(60, 200);
    let lots = lots_of_puts(rounds, n);
    results.add(Row {
        name: "put, one durable commit",
        n,
        operations: PUTS,
        rounds,
        target: Target::Ratio(1.05),
        subjects: peers.each_with(|round| lots[round].clone(), put_each),
    });
}

/// The number of users that a round replaces.
pub(super) const PUTS: usize = 4;

/// Returns the users that each round replaces, with other values than they have.
pub(super) fn lots_of_puts(rounds: usize, n: usize) -> Vec<Vec<User>> {
    let mut random = Random::new(n);
    let lots = (0..=rounds).map(|round| {
        let mut users = users(random.numbers(PUTS, n));
        users.iter_mut().for_each(|user| user.updated_at += round as i64);
        users
    });
    lots.collect()
}

/// Each in a transaction of its own.
pub(super) fn put_each(peer: &dyn Peer, users: Vec<User>) {
    users.into_iter().for_each(|user| peer.put(vec![user]));
}

pub(super) fn batch(order: &[usize], round: usize) -> Vec<User> {
    order[round * BATCH..][..BATCH].iter().map(|number| user(*number)).collect()
}
