//! Reads and writes that go on from key to key end, and refuse keys that an engine visits out of order.

use std::ops::{Bound, ControlFlow};
use std::sync::{Arc, Mutex, OnceLock};

use keyloft::backend::{Direction, KeyRange, TransactionBody, Visit};
use keyloft::catalog::Migration;
use keyloft::prelude::*;
use keyloft::store::Page;
use keyloft::{Partition, Read, Snapshot, delegate_reads, delegate_writes, transfer};
use keyloft_memory::MemoryBackend;

/// More rows than any chunk has.
const ROWS: u32 = 600;
/// The number of entries of a page.
const PAGE: usize = 40;

/// The faults of an engine whose scans are out of order.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Fault {
    None,
    /// Two pages are swapped.
    Swaps,
    /// A page comes twice.
    Repeats,
    /// A scan begins at the first key instead of the asked one.
    BeginsAnew,
    /// A scan goes on behind its range.
    GoesTooFar,
    /// A scan goes in the other direction.
    Turns,
}

const FAULTS: [Fault; 5] = [Fault::Swaps, Fault::Repeats, Fault::BeginsAnew, Fault::GoesTooFar, Fault::Turns];

#[derive(Clone)]
struct Disordered<R> {
    inner: R,
    fault: Arc<Mutex<Fault>>,
}

impl<R> Disordered<R> {
    fn has(&self, fault: Fault) -> bool {
        *self.fault.lock().unwrap() == fault
    }
}

impl<R: Read> Read for Disordered<R> {
    delegate_reads!(self => self.inner; get, partitions, get_many, contains, count, catalog_stamp, backend_id, read_time);

    fn scan(
        &self,
        partition: &Partition,
        range: KeyRange<'_>,
        direction: Direction,
        visit: &mut Visit<'_>,
    ) -> Result<()> {
        if self.has(Fault::None) || partition.as_str().contains("catalog") {
            return self.inner.scan(partition, range, direction, visit);
        }
        let (mut asked, mut towards) = (range, direction);
        let bounds = match direction {
            Direction::Forward => [&mut asked.lower, &mut asked.upper],
            Direction::Backward => [&mut asked.upper, &mut asked.lower],
        };
        if self.has(Fault::BeginsAnew) {
            *bounds[0] = Bound::Unbounded;
        }
        if self.has(Fault::GoesTooFar) {
            *bounds[1] = Bound::Unbounded;
        }
        if self.has(Fault::Turns) {
            towards = if direction == Direction::Forward { Direction::Backward } else { Direction::Forward };
        }
        let mut entries = Vec::new();
        let all = if self.has(Fault::Swaps) { KeyRange::ALL } else { asked };
        self.inner.scan(partition, all, towards, &mut |key, value| {
            entries.push((key.to_vec(), value.to_vec()));
            ControlFlow::Continue(())
        })?;
        if self.has(Fault::Repeats) && entries.len() >= 2 * PAGE {
            let second = entries[PAGE..2 * PAGE].to_vec();
            drop(entries.splice(PAGE..PAGE, second));
        }
        if self.has(Fault::Swaps) {
            entries = swapped(&entries, asked, towards);
        }
        let _flow = entries.iter().try_for_each(|(key, value)| visit(key, value));
        Ok(())
    }
}

type Entries = Vec<(Vec<u8>, Vec<u8>)>;

/// Returns the entries that a scan of a tree visits whose fourth and fifth page are swapped.
///
/// Lookups choose a page by the keys that it should have. Then they look for the place in the keys that it has.
fn swapped(sound: &Entries, range: KeyRange<'_>, direction: Direction) -> Entries {
    let mut pages: Vec<&[(Vec<u8>, Vec<u8>)]> = sound.chunks(PAGE).collect();
    if pages.len() < 6 {
        return sound.iter().filter(|(key, _)| range.contains(key)).cloned().collect();
    }
    let is_before = |key: &[u8], than: &[u8]| match direction {
        Direction::Forward => key < than,
        Direction::Backward => key > than,
    };
    let firsts: Vec<&[u8]> = pages.iter().map(|page| &*page[0].0).collect();
    pages.swap(3, 4);
    let place = |bound: Bound<&[u8]>, is_end: bool| {
        let (key, is_behind) = match bound {
            Bound::Unbounded => return if is_end { sound.len() } else { 0 },
            Bound::Included(key) => (key, is_end),
            Bound::Excluded(key) => (key, !is_end),
        };
        let page = firsts.partition_point(|first| !is_before(key, first)).saturating_sub(1);
        let within = pages[page].partition_point(|(other, _)| {
            if is_behind { !is_before(key, other) } else { is_before(other, key) }
        });
        page * PAGE + within
    };
    let (from, to) = match direction {
        Direction::Forward => (range.lower, range.upper),
        Direction::Backward => (range.upper, range.lower),
    };
    let visited: Entries = pages.concat();
    visited.get(place(from, false)..place(to, true)).unwrap_or_default().to_vec()
}

impl Snapshot for Disordered<Arc<dyn Snapshot>> {}

impl Transaction for Disordered<&mut dyn Transaction> {
    delegate_writes!(self => *self.inner);
}

impl StorageBackend for Disordered<MemoryBackend> {
    fn snapshot(&self) -> Result<Arc<dyn Snapshot>> {
        Ok(Arc::new(Disordered { inner: self.inner.snapshot()?, fault: self.fault.clone() }))
    }

    fn transact(&self, body: &mut TransactionBody<'_>) -> Result<()> {
        self.inner.transact(&mut |tx| body(&mut Disordered { inner: tx, fault: self.fault.clone() }))
    }
}

type Rows = Table<(u8, u32), u32>;

const HALF: Index<u32, u32> = Index::new("half", |value| Some(*value / 2));
const NEW: Index<u32, u32> = Index::new("new", |value| Some(*value));

/// Returns the rows as an export, which is faster to load.
fn stored() -> &'static [u8] {
    static STORED: OnceLock<Vec<u8>> = OnceLock::new();
    STORED.get_or_init(|| {
        let backend: Arc<dyn StorageBackend> = Arc::new(MemoryBackend::new());
        let rows = Rows::with_schema(backend.clone(), Schema::new("rows").index(HALF));
        // Rows on both sides of those that the calls ask for.
        for (group, len) in [(0, 100), (1, ROWS), (2, 400)] {
            rows.load((0..len).map(|id| ((group, id), id))).unwrap();
        }
        let mut stored = Vec::new();
        transfer::export(&*backend, &mut stored).unwrap();
        stored
    })
}

pub(crate) struct Rig {
    pub(crate) backend: Arc<dyn StorageBackend>,
    rows: Rows,
    fault: Arc<Mutex<Fault>>,
}

impl Rig {
    pub(crate) fn new(fault: Fault) -> Self {
        let of = Arc::new(Mutex::new(Fault::None));
        let backend: Arc<dyn StorageBackend> =
            Arc::new(Disordered { inner: MemoryBackend::new(), fault: of.clone() });
        let rows = Table::with_schema(backend.clone(), Schema::new("rows").index(HALF));
        // Rows on both sides of those that the calls ask for.
        transfer::import(&*backend, || Ok(stored())).unwrap();
        *of.lock().unwrap() = fault;
        Self { backend, rows, fault: of }
    }
}

fn len(len: usize) -> u64 {
    u64::try_from(len).unwrap()
}

fn count<T>(entries: impl Iterator<Item = Result<T>>) -> Result<u64> {
    let mut count = 0;
    for entry in entries {
        entry?;
        count += 1;
        assert!(count < 10_000, "the iteration doesn't end");
    }
    Ok(count)
}

/// Returns the number of the entries of all pages. More than there are rows would go on for ever.
fn pages(mut next: impl FnMut(Option<&Cursor>) -> Result<Page<(u8, u32), u32>>) -> Result<u64> {
    let (mut count, mut after) = (0, None);
    loop {
        let page = next(after.as_ref())?;
        count += len(page.entries.len());
        assert!(count < 10_000, "the pages don't end");
        after = page.next;
        if after.is_none() {
            return Ok(count);
        }
    }
}

/// Returns the query of the rows in the middle.
fn all() -> Query<(u8, u32)> {
    Query::from(Prefix::<(u8, u32)>::of(&1))
}

type Call = (&'static str, fn(&Rig) -> Result<u64>);

const CALLS: &[Call] = &[
    ("iter", |rig| count(rig.rows.iter(all())?)),
    ("iter backward", |rig| count(rig.rows.iter(all().reverse())?)),
    ("iter_by", |rig| count(rig.rows.iter_by(&HALF, 50..250)?)),
    ("iter_by backward", |rig| count(rig.rows.iter_by(&HALF, Query::range(50..250).reverse())?)),
    ("page", |rig| pages(|after| rig.rows.page(all(), 100, after))),
    ("page backward", |rig| pages(|after| rig.rows.page(all().reverse(), 100, after))),
    ("page_by", |rig| pages(|after| rig.rows.page_by(&HALF, 50..250, 100, after))),
    ("walk", |rig| {
        rig.backend.transaction(|tx| {
            let mut walk = rig.rows.walk(all().limit(60));
            count(std::iter::from_fn(|| walk.next(&*tx).transpose()))
        })
    }),
    ("verify", |rig| Ok(len(rig.rows.verify()?.len()))),
    ("delete_prefix", |rig| rig.rows.delete_prefix(&Prefix::<(u8, u32)>::of(&1))),
    ("delete_in", |rig| rig.rows.delete_in(all().reverse().limit(550))),
    ("delete_by", |rig| rig.rows.delete_by(&HALF, 10..290)),
    ("reindex", |rig| rig.rows.reindex()),
    ("migrate", |rig| {
        let schema = Schema::<(u8, u32), u32>::new("rows").index(HALF).index(NEW);
        Migration::new(rig.backend.clone()).table(&schema).run()?;
        *rig.fault.lock().unwrap() = Fault::None;
        Table::with_schema(rig.backend.clone(), schema).count_by(&NEW, ..)
    }),
    ("export", |rig| Ok(transfer::export(&*rig.backend, &mut Vec::new())?.entries)),
];

/// The calls that may find other rows at each step, so they can't tell a skipped row from a deleted one.
const SKIPPING: &[&str] = &["walk"];

#[test]
fn keys_out_of_order_are_refused() {
    for (name, call) in CALLS {
        let sound = call(&Rig::new(Fault::None)).unwrap();
        let mut refused = Vec::new();
        for fault in FAULTS {
            match call(&Rig::new(fault)) {
                Ok(answer) if SKIPPING.contains(name) => assert!(answer <= sound),
                Ok(answer) => assert_eq!(answer, sound, "{name} of an engine that {fault:?}"),
                Err(error) => {
                    assert_eq!(error.code(), "Corrupted", "{name} of an engine that {fault:?}");
                    let text = error.to_string();
                    assert!(text.contains("rows"), "{text}");
                    refused.push(fault);
                }
            }
        }
        // A scan of the whole table can't begin too early nor go too far.
        let enough = if SKIPPING.contains(name) { 1 } else { 3 };
        assert!(refused.len() >= enough, "{name} refuses {refused:?} alone");
    }
}
