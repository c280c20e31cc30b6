//! Loading many entities at once.

use std::sync::Arc;
use std::time::{Duration, Instant};

use keyloft::{EntityStore, User, UserId};

use super::BATCH;
use crate::Results;
use crate::measure::{Row, Subject, Target};
use crate::peers::{DATA, Keyloft, Peer, Raw};
use crate::people::{shuffled, users};
use crate::settings::Settings;

pub(super) fn measure(settings: &Settings, results: &mut Results) {
    let n = settings.n();
    let all = Arc::new(users(shuffled(0, n)));
    let batches = |create: fn(&std::path::Path) -> Box<dyn Peer>| {
        let all = Arc::clone(&all);
        move || {
            let folder = tempfile::tempdir().unwrap();
            let peer = create(&folder.path().join("file"));
            let batches: Vec<Vec<User>> = all.chunks(BATCH).map(<[User]>::to_vec).collect();
            clocked(|| batches.into_iter().for_each(|batch| peer.put(batch)))
        }
    };
    let subjects = vec![
        subject("raw redb, batches of 1,000", batches(|path| Box::new(Raw::create(path)))),
        subject("keyloft, load", || {
            let folder = tempfile::tempdir().unwrap();
            let keyloft = Keyloft::create(&folder.path().join("file"));
            let entries: Vec<(UserId, User)> =
                all.iter().map(|user| (user.user_id.clone(), user.clone())).collect();
            clocked(|| {
                keyloft.plain.load(entries).unwrap();
            })
        }),
        subject("ours, batches of 1,000", batches(|path| Box::new(Keyloft::create(path)))),
        subject("raw redb, one sorted commit", || {
            let folder = tempfile::tempdir().unwrap();
            let raw = Raw::create(&folder.path().join("file"));
            clocked(|| load_sorted(&raw, &all))
        }),
    ];
    let rounds = settings.pick(3, 5);
    let target = Target::Ratio(0.30);
    results.add(Row {
        name: "bulk load, unsorted, durable at the end",
        n,
        operations: n,
        rounds,
        target,
        subjects,
    });
}

fn load_sorted(raw: &Raw, all: &[User]) {
    let mut users: Vec<&User> = all.iter().collect();
    users.sort_unstable_by(|a, b| a.user_id.cmp(&b.user_id));
    let write = raw.database.begin_write().unwrap();
    {
        let mut table = write.open_table(DATA).unwrap();
        for user in users {
            let value = postcard::to_allocvec(user).unwrap();
            table.insert(user.user_id.as_bytes(), value.as_slice()).unwrap();
        }
    }
    write.commit().unwrap();
}

/// A subject that looks at the clock itself.
fn subject<'a>(name: &'static str, mut work: impl FnMut() -> Duration + 'a) -> Subject<'a> {
    Subject { name, work: Box::new(move |_| work()) }
}

fn clocked(work: impl FnOnce()) -> Duration {
    let start = Instant::now();
    work();
    start.elapsed()
}
