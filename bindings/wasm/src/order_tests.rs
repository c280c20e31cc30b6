//! Reads and writes in chunks over an engine whose scans are out of order: they end, and are right or refused.

use std::ops::{Bound, ControlFlow};
use std::sync::{Arc, Mutex};

use keyloft::backend::{Direction, KeyRange, TransactionBody, Visit};
use keyloft::error::Result;
use keyloft::{Partition, Read, Snapshot, StorageBackend, Transaction, delegate_reads, delegate_writes};
use keyloft_memory::MemoryBackend;

use crate::database::Database;
use crate::protocol::{bound, op, table_kind};
use crate::wire::{Request, Response};

/// More entries than any chunk has.
const ENTRIES: u32 = 5_000;
/// The number of entries of a page.
const PAGE: usize = 40;
const NAME: &str = "raw";

#[derive(Clone, Copy, Debug, PartialEq)]
enum Fault {
    None,
    /// A page comes twice.
    Repeats,
    /// A scan begins at the first key instead of the asked one.
    BeginsAnew,
    /// A scan goes on behind its range.
    GoesTooFar,
    /// A scan goes in the other direction.
    Turns,
    /// A scan steps over the keys of a page from which it begins.
    Leaps,
}

const FAULTS: [Fault; 5] = [Fault::Repeats, Fault::BeginsAnew, Fault::GoesTooFar, Fault::Turns, Fault::Leaps];

/// An engine with a fault.
struct Disordered<R> {
    inner: R,
    fault: Arc<Mutex<Fault>>,
}

impl<R: Read> Read for Disordered<R> {
    delegate_reads!(self => self.inner; get, partitions, get_many, contains, count, catalog_stamp, backend_id, read_time);

    fn scan(
        &self,
        partition: &Partition,
        mut range: KeyRange<'_>,
        mut direction: Direction,
        visit: &mut Visit<'_>,
    ) -> Result<()> {
        let fault = *self.fault.lock().unwrap();
        if partition.as_str() != NAME {
            return self.inner.scan(partition, range, direction, visit);
        }
        let is_rest = range.lower != Bound::Unbounded || direction == Direction::Backward;
        let (begin, end) = match direction {
            Direction::Forward => (&mut range.lower, &mut range.upper),
            Direction::Backward => (&mut range.upper, &mut range.lower),
        };
        match fault {
            Fault::BeginsAnew => *begin = Bound::Unbounded,
            Fault::GoesTooFar => *end = Bound::Unbounded,
            Fault::Turns if is_rest => {
                direction =
                    if direction == Direction::Forward { Direction::Backward } else { Direction::Forward };
            }
            _ => {}
        }
        let mut entries = Vec::new();
        self.inner.scan(partition, range, direction, &mut |key, value| {
            entries.push((key.to_vec(), value.to_vec()));
            ControlFlow::Continue(())
        })?;
        if fault == Fault::Repeats && entries.len() >= 2 * PAGE {
            let page = entries[PAGE..2 * PAGE].to_vec();
            drop(entries.splice(2 * PAGE..2 * PAGE, page));
        }
        if fault == Fault::Leaps && entries.len() < 4_000 && entries.len() > PAGE {
            drop(entries.drain(..PAGE));
        }
        let _flow = entries.iter().try_for_each(|(key, value)| visit(key, value));
        Ok(())
    }
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

/// A partition of bytes in such an engine.
struct Rig {
    database: Database,
    table: u32,
}

impl Rig {
    fn new(fault: Fault) -> Self {
        let inner = MemoryBackend::new();
        let partition = Partition::from(NAME);
        let filled = inner.transact(&mut |tx| {
            (0..ENTRIES).try_for_each(|id| tx.put(&partition, &id.to_be_bytes(), b"value"))
        });
        filled.unwrap();
        let database = Database::new(Disordered { inner, fault: Arc::new(Mutex::new(fault)) });
        let mut rig = Self { database, table: 0 };
        let mut open = vec![table_kind::PARTITION, 0];
        bytes(NAME.as_bytes(), &mut open);
        rig.table = number(&mut &*rig.call(op::OPEN, 0, &open).unwrap());
        rig
    }

    /// Returns the response, or the code of the error.
    fn call(&self, op: u8, handle: u32, request: &[u8]) -> std::result::Result<Vec<u8>, String> {
        let (mut out, mut failed) = (Vec::new(), Vec::new());
        let source = self.database.source(0).unwrap();
        match self.database.call(op, handle, source, Request::new(request), &mut Response::new(&mut out)) {
            Ok(()) => Ok(out),
            Err(failure) => {
                failure.write(&mut Response::new(&mut failed));
                Err(String::from_utf8(take(&mut &*failed)).unwrap())
            }
        }
    }

    /// Counts the entries of the middle by chunks.
    fn scan(&self, reverse: bool) -> std::result::Result<usize, String> {
        let mut request = query(reverse, None);
        // The first chunk with it, and no values of indexes.
        request.extend([1, 0, 0, 0, 0]);
        let response = self.call(op::SCAN, self.table, &request)?;
        let mut rest = &*response;
        let scan = number(&mut rest);
        let mut count = number(&mut rest);
        let mut more = scan != 0;
        while more {
            let response = self.call(op::NEXT, scan, &[])?;
            let mut rest = &*response;
            more = number(&mut rest) != 0;
            count += number(&mut rest);
            assert!(count < 3 * ENTRIES, "the scan doesn't end");
        }
        Ok(size(count))
    }

    /// Counts the entries of the middle by pages.
    fn pages(&self) -> std::result::Result<usize, String> {
        let (mut count, mut cursor) = (0, None);
        loop {
            let mut request = query(false, None);
            request.extend(100_u32.to_le_bytes());
            request.push(u8::from(cursor.is_some()));
            if let Some(cursor) = cursor {
                bytes(cursor, &mut request);
            }
            request.push(0);
            let response = self.call(op::PAGE, self.table, &request)?;
            let mut rest = &*response;
            let entries = number(&mut rest);
            count += entries;
            assert!(count < 3 * ENTRIES, "the pages don't end");
            for _ in 0..2 * entries {
                take(&mut rest);
            }
            if rest[0] == 0 {
                return Ok(size(count));
            }
            rest = &rest[1..];
            cursor = Some(take(&mut rest)).map(|next| -> &'static [u8] { next.leak() });
        }
    }

    /// Deletes the entries of the middle by chunks.
    fn delete(&self) -> std::result::Result<usize, String> {
        let deleted = self.call(op::DELETE_RANGE, self.table, &query(false, Some(ENTRIES)))?;
        Ok(usize::try_from(u64::from_le_bytes(deleted.try_into().unwrap())).unwrap())
    }
}

/// Returns a request for the entries but the first and the last hundred.
fn query(reverse: bool, limit: Option<u32>) -> Vec<u8> {
    let mut request = vec![0, 0];
    for (kind, id) in [(bound::INCLUDED, 100), (bound::EXCLUDED, ENTRIES - 100)] {
        request.push(kind);
        bytes(&u32::to_be_bytes(id), &mut request);
    }
    bytes(b"", &mut request);
    request.push(u8::from(reverse));
    request.push(u8::from(limit.is_some()));
    request.extend(limit.into_iter().flat_map(u32::to_le_bytes));
    request
}

fn bytes(bytes: &[u8], out: &mut Vec<u8>) {
    out.extend(u32::try_from(bytes.len()).unwrap().to_le_bytes());
    out.extend_from_slice(bytes);
}

fn number(rest: &mut &[u8]) -> u32 {
    let (number, after) = rest.split_first_chunk().unwrap();
    *rest = after;
    u32::from_le_bytes(*number)
}

fn take(rest: &mut &[u8]) -> Vec<u8> {
    let len = size(number(rest));
    let (taken, after) = rest.split_at(len);
    *rest = after;
    taken.to_vec()
}

fn size(number: u32) -> usize {
    usize::try_from(number).unwrap()
}

type Call = (&'static str, fn(&Rig) -> std::result::Result<usize, String>);

const CALLS: &[Call] = &[
    ("scan", |rig| rig.scan(false)),
    ("scan backward", |rig| rig.scan(true)),
    ("page", Rig::pages),
    ("delete", Rig::delete),
];

/// The calls that may find other keys at each step, so they can't tell a key that was stepped over from a deleted one.
const SKIPPING: &[&str] = &["page", "delete"];

#[test]
fn chunks_of_keys_out_of_order_are_refused() {
    let all = size(ENTRIES - 200);
    for (name, call) in CALLS {
        assert_eq!(call(&Rig::new(Fault::None)), Ok(all), "{name}");
        for fault in FAULTS {
            let answer = call(&Rig::new(fault));
            if fault == Fault::Leaps && SKIPPING.contains(name) {
                continue;
            }
            assert_eq!(answer, Err("Corrupted".to_owned()), "{name} of an engine that {fault:?}");
        }
    }
}
