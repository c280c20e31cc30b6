//! The change feed: a watch gives the state and then every later change once, in the order of the commits, and its end.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use keyloft::backend::TransactionBody;
use keyloft::layers::{Feed, Observed, Staged};
use keyloft::prelude::*;
use keyloft::{Changes, Read, Snapshot, Watch, delegate_reads};
use keyloft_memory::MemoryBackend;
use keyloft_redb::RedbBackend;
use keyloft_scheduled::thread::{JoinHandle, spawn, yield_now};
use shuttle::rand::{Rng, thread_rng};

use crate::breaks::Break;
use crate::disk::Disk;

/// The state at the beginning of a watch, and the changes since then.
type Seen = (Vec<(u32, u32)>, Changes<u32, u32>);

const WRITERS: u32 = 3;
const WRITES: u32 = 2;
/// The states that the reader looks at.
const LOOKS: u32 = 12;
/// The key that is written last.
const LAST: u32 = u32::MAX;

/// Follows a table that several threads write, over one of the backends.
pub(crate) fn run(how: Option<Break>) {
    match if how == Some(Break::ClaimedOrder) { 2 } else { thread_rng().gen_range(0..3) } {
        0 => follow(how, Observed::new(MemoryBackend::new()), None),
        1 => {
            let redb = RedbBackend::with_storage(Disk::new(how)).unwrap();
            follow(how, Observed::new(redb.clone()), Some(redb));
        }
        _ => {
            let claims = how == Some(Break::ClaimedOrder);
            follow(how, Observed::new(Unordered { inner: MemoryBackend::new(), claims }), None);
        }
    }
}

/// Follows a table. In the end it closes the backend, if there is one to close.
fn follow(
    how: Option<Break>,
    observed: Observed<impl StorageBackend + 'static>,
    to_close: Option<RedbBackend>,
) {
    let feed = observed.feed();
    let table = Table::<u32, u32>::new(Arc::new(observed), "table");
    // The definition is stored now, so that the writers have nothing in common.
    table.put(&0, &0).unwrap();
    let is_watching = Arc::new(AtomicBool::new(false));
    let follower = {
        let (table, is_watching, closes) = (table.clone(), Arc::clone(&is_watching), to_close.is_some());
        spawn(move || {
            let watch = watch(how, &table, &feed);
            is_watching.store(true, Ordering::Relaxed);
            events(watch, closes)
        })
    };
    let reader: JoinHandle<Vec<BTreeSet<u32>>> = {
        let table = table.clone();
        spawn(move || {
            let see = |_| {
                yield_now();
                table
                    .at(&table.backend().snapshot().unwrap())
                    .scan_all()
                    .unwrap()
                    .into_iter()
                    .map(|(key, _)| key)
                    .collect()
            };
            (0..LOOKS).map(see).collect()
        })
    };
    let writers: Vec<_> = (1..=WRITERS)
        .map(|writer| {
            let table = table.clone();
            spawn(move || {
                for write in 0..WRITES {
                    let key = writer * 10 + write;
                    let fails = thread_rng().gen_range(0..4) == 0;
                    let outcome = table.backend().transaction(|tx| {
                        table.within(tx).put(&key, &writer)?;
                        if fails { Err(ErrorKind::Aborted.into()) } else { Ok(()) }
                    });
                    assert_eq!(outcome.is_err(), fails);
                }
            })
        })
        .collect();
    for writer in writers {
        writer.join().unwrap();
    }
    table.put(&LAST, &0).unwrap();
    let all: BTreeSet<u32> = table.scan_all().unwrap().into_iter().map(|(key, _)| key).collect();
    let snapshots = reader.join().unwrap();
    if let Some(backend) = to_close {
        while !is_watching.load(Ordering::Relaxed) {
            yield_now();
        }
        backend.close().unwrap();
    }
    let order = follower.join().unwrap();
    let in_events: BTreeSet<u32> = order.iter().flatten().copied().collect();
    assert_eq!(in_events, all, "the feed has missed changes");
    let states: Vec<BTreeSet<u32>> = prefixes(&order);
    for seen in snapshots {
        assert!(
            seen.len() <= order[0].len() || states.contains(&seen),
            "{seen:?} was a state, and the events have the order {order:?}"
        );
    }
}

fn watch(how: Option<Break>, table: &Table<u32, u32>, feed: &Feed) -> Seen {
    let mut current = table.scan_all().unwrap();
    yield_now();
    let Watch { current: newest, changes, .. } = table.watch(feed, ..).unwrap();
    if how != Some(Break::LateSubscription) {
        current = newest;
    }
    (current, changes)
}

/// Returns the keys of the first state, and then those of each event, until the last one.
fn events((current, changes): Seen, closes: bool) -> Vec<BTreeSet<u32>> {
    let mut order = vec![current.into_iter().map(|(key, _)| key).collect::<BTreeSet<u32>>()];
    let mut last_commit = 0;
    while !order.last().unwrap().contains(&LAST) {
        match changes.recv() {
            Some(Ok(Event::Inserted { commit, key, .. })) => {
                assert!(commit > last_commit, "commit {commit} comes after {last_commit}");
                last_commit = commit;
                order.push(BTreeSet::from([key]));
            }
            other => panic!("the feed has {other:?}"),
        }
    }
    assert!(!closes || changes.recv().is_none(), "the feed does not end with the database");
    order
}

/// Returns the states that the events lead through.
fn prefixes(order: &[BTreeSet<u32>]) -> Vec<BTreeSet<u32>> {
    let add = |state: &mut BTreeSet<u32>, event: &BTreeSet<u32>| {
        state.extend(event);
        Some(state.clone())
    };
    order.iter().scan(BTreeSet::new(), add).collect()
}

/// A backend that commits in another order than its bodies end.
struct Unordered<B> {
    inner: B,
    /// It claims not to.
    claims: bool,
}

impl<B: StorageBackend> Read for Unordered<B> {
    delegate_reads!(self => self.inner);
}

impl<B: StorageBackend> StorageBackend for Unordered<B> {
    fn snapshot(&self) -> Result<Arc<dyn Snapshot>> {
        self.inner.snapshot()
    }

    /// The bodies have no keys in common, so there is no conflict.
    fn transact(&self, body: &mut TransactionBody<'_>) -> Result<()> {
        let mut staged = Staged::begin(&self.inner)?;
        body(&mut staged)?;
        yield_now();
        self.inner.transact(&mut |tx| staged.apply(tx))
    }

    fn commits_in_order(&self) -> bool {
        self.claims
    }
}
