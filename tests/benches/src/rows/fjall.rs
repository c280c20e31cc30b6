//! Keyloft on fjall, beside fjall by hand and Keyloft on redb.

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use keyloft::User;
use keyloft_fjall::FjallBackend;

use super::reads::scans;
use super::writes::{PUTS, batch, lots_of_puts, put_each};
use super::{BATCH, ids, lots, usernames};
use crate::Results;
use crate::measure::{Row, Subject, Target, prepared, timed};
use crate::peers::{CACHE, Fjall, Keyloft, Peer};
use crate::people::{GROUP, prefix, shuffled, users};
use crate::settings::Settings;

const OURS: &str = "keyloft, on fjall";

/// The subjects: the baseline, Keyloft on the same engine, and Keyloft on redb.
struct Subjects {
    by_hand: Fjall,
    on_fjall: Keyloft,
    on_redb: Keyloft,
    /// The engine under `on_fjall`.
    engine: Arc<FjallBackend>,
}

impl Subjects {
    fn create(folder: &Path) -> Self {
        let options = FjallBackend::options().cache_bytes(CACHE as u64);
        let engine = Arc::new(options.create(folder.join("keyloft.fjall")).unwrap());
        Self {
            by_hand: Fjall::create(&folder.join("fjall")),
            on_fjall: Keyloft::over(OURS, engine.clone()),
            on_redb: Keyloft::create(&folder.join("keyloft.redb")).named("ours, on redb"),
            engine,
        }
    }

    fn all(&self) -> [&dyn Peer; 3] {
        [&self.by_hand, &self.on_fjall, &self.on_redb]
    }

    fn settle(&self) {
        self.by_hand.settle();
        self.engine.compact().unwrap();
    }

    /// Creates a subject for each peer. All do this work.
    fn each<'a>(&'a self, work: impl Fn(&dyn Peer, usize) + Copy + 'a) -> Vec<Subject<'a>> {
        self.all().map(|peer| timed(peer.name(), move |round| work(peer, round))).into()
    }

    /// Creates a subject for each peer. All put these users.
    fn each_with<'a>(
        &'a self,
        users: impl Fn(usize) -> Vec<User> + Copy + 'a,
        work: impl Fn(&dyn Peer, Vec<User>) + Copy + 'a,
    ) -> Vec<Subject<'a>> {
        self.all().map(|peer| prepared(peer.name(), users, move |users| work(peer, users))).into()
    }
}

pub(super) fn measure(settings: &Settings, results: &mut Results) {
    let folder = tempfile::tempdir().unwrap();
    measure_filled(&Subjects::create(folder.path()), settings, results);

    let n = settings.n();
    let all = users(shuffled(0, n));
    results.add(row("fjall: load, unsorted", n, n, settings.pick(3, 5), loads(&all)));
}

fn row<'a>(
    name: &'static str,
    n: usize,
    operations: usize,
    rounds: usize,
    subjects: Vec<Subject<'a>>,
) -> Row<'a> {
    Row { name, n, operations, rounds, target: Target::Ratio(1.05), subjects }
}

/// Fills the databases and reads them.
fn measure_filled(subjects: &Subjects, settings: &Settings, results: &mut Results) {
    let n = settings.n();
    let row = |name, operations, rounds, subjects| row(name, n, operations, rounds, subjects);
    let order = shuffled(0, n);
    let put = subjects.each_with(|round| batch(&order, round), |peer, users| peer.put(users));
    results.add(row("fjall: put, batches of 1,000, durable", BATCH, n / BATCH - 1, put));
    let put = subjects.each_with(|round| batch(&order, round), |peer, users| peer.put_indexed(users));
    results.add(row("fjall: put, batches of 1,000, unique index", BATCH, n / BATCH - 1, put));

    subjects.settle();
    let rounds = settings.rounds();
    let ids = ids(rounds, CALLS, n);
    results.add(row("fjall: get", CALLS, rounds, subjects.each(|peer, round| peer.get(&ids[round]))));
    let held = subjects.each(|peer, round| peer.get_held(&ids[round]));
    results.add(row("fjall: get on a held snapshot", CALLS, rounds, held));
    let names = usernames(rounds, CALLS, n);
    let find = subjects.each(|peer, round| peer.find(&names[round]));
    results.add(row("fjall: find by unique index", CALLS, rounds, find));
    results.add(row("fjall: full scan", n, scans(n, settings), subjects.each(|peer, _| peer.scan())));
    let prefixes = lots(rounds, PREFIXES, n / GROUP, prefix);
    let prefix = subjects.each(|peer, round| peer.prefix(&prefixes[round]));
    results.add(row("fjall: prefix of 100, collected", PREFIXES, rounds, prefix));

    let rounds = settings.pick(60, 200);
    let puts = lots_of_puts(rounds, n);
    let put = subjects.each_with(|round| puts[round].clone(), put_each);
    results.add(row("fjall: put, one durable commit", PUTS, rounds, put));
}

const CALLS: usize = 1000;
const PREFIXES: usize = 10;

/// Each loads all users into a new database.
fn loads(all: &[User]) -> Vec<Subject<'_>> {
    let creates: [(&'static str, fn(&Subjects) -> &dyn Peer); 3] = [
        ("fjall", |subjects| &subjects.by_hand),
        (OURS, |subjects| &subjects.on_fjall),
        ("ours, on redb", |subjects| &subjects.on_redb),
    ];
    let subject = |(name, peer): (&'static str, fn(&Subjects) -> &dyn Peer)| {
        let work = move |_| {
            let folder = tempfile::tempdir().unwrap();
            let subjects = Subjects::create(folder.path());
            let mut users = all.to_vec().into_iter();
            let start = Instant::now();
            peer(&subjects).load(&mut users);
            start.elapsed()
        };
        Subject { name, work: Box::new(work) }
    };
    creates.map(subject).into()
}
