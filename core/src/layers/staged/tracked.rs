//! [`Tracked`]: a snapshot that notes what is read from it.

use alloc::boxed::Box;
use alloc::collections::BTreeSet;
use alloc::sync::Arc;
use alloc::vec;
use alloc::vec::Vec;
use core::ops::{Bound, ControlFlow};
use std::sync::PoisonError;

use thiserror::Error;

use crate::backend::{
    BackendId, CATALOG, CatalogStamp, Direction, KeyRange, KeySpan, Partition, Read, Snapshot, Transaction,
    Visit,
};
use crate::checksum;
use crate::clock::Clock;
use crate::error::{ErrorKind, Place, Result};
use crate::sync::{Mutex, MutexGuard};

/// A snapshot that notes what is read from it, to compare it later with the newest state.
pub(super) struct Tracked {
    snapshot: Arc<dyn Snapshot>,
    reads: Mutex<Reads>,
}

/// The reads of a snapshot.
#[derive(Default)]
struct Reads {
    keys: BTreeSet<(Partition, Vec<u8>)>,
    spans: Vec<(Partition, KeySpan)>,
    /// `true` if the partitions were listed.
    has_listed: bool,
}

/// The cause of a conflict.
#[derive(Debug, Error)]
#[error("another transaction has changed what this one has read")]
struct Changed;

impl Tracked {
    pub(super) fn new(snapshot: Arc<dyn Snapshot>) -> Self {
        Self { snapshot, reads: Mutex::new(Reads::default()) }
    }

    /// Compares what was read with the state of the transaction.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Conflict`] at the first difference.
    pub(super) fn check(&self, tx: &dyn Transaction) -> Result<()> {
        let Reads { keys, spans, has_listed } = &*self.reads();
        let snapshot: &dyn Read = &*self.snapshot;
        let keys: Vec<(&Partition, &[u8])> =
            keys.iter().map(|(partition, key)| (partition, key.as_slice())).collect();
        let (before, now) = (values_of(snapshot, &keys)?, values_of(tx, &keys)?);
        for ((partition, key), (before, now)) in keys.iter().zip(before.iter().zip(&now)) {
            if before != now {
                return Err(conflict(Place::entry(partition, key)));
            }
        }
        for (partition, span) in spans {
            let range = span.as_range();
            if entries_of(snapshot, partition, range)? != entries_of(tx, partition, range)? {
                return Err(conflict(Place::of(partition)));
            }
        }
        if *has_listed && snapshot.partitions()? != tx.partitions()? {
            return Err(conflict(Place::of(&Partition::from(CATALOG))));
        }
        Ok(())
    }

    fn reads(&self) -> MutexGuard<'_, Reads> {
        self.reads.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn note_key(&self, partition: &Partition, key: &[u8]) {
        self.reads().keys.insert((partition.clone(), key.to_vec()));
    }

    fn note_span(&self, partition: &Partition, span: KeySpan) {
        self.reads().spans.push((partition.clone(), span));
    }
}

fn conflict(place: Place) -> crate::Error {
    ErrorKind::Conflict { place, tries: 1, source: Box::new(Changed) }.into()
}

/// Returns a hash of each value, or `None` where the key is absent.
fn values_of(reader: &(impl Read + ?Sized), keys: &[(&Partition, &[u8])]) -> Result<Vec<Option<u64>>> {
    let mut values = vec![None; keys.len()];
    reader.get_batch(keys, &mut |position, value| {
        if let Some(place) = values.get_mut(position) {
            *place = Some(checksum::hash(value));
        }
    })?;
    Ok(values)
}

/// Returns the number of entries in the range, and a hash of them in their order.
fn entries_of(
    reader: &(impl Read + ?Sized),
    partition: &Partition,
    range: KeyRange<'_>,
) -> Result<(u64, u64)> {
    let (mut count, mut hash) = (0, 0_u64);
    reader.scan(partition, range, Direction::Forward, &mut |key, value| {
        count += 1;
        for part in [key, value] {
            hash = (hash.rotate_left(5) ^ checksum::hash(part)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        }
        ControlFlow::Continue(())
    })?;
    Ok((count, hash))
}

fn owned(range: KeyRange<'_>) -> KeySpan {
    KeySpan { lower: range.lower.map(<[u8]>::to_vec), upper: range.upper.map(<[u8]>::to_vec) }
}

impl Read for Tracked {
    fn get(&self, partition: &Partition, key: &[u8], visit: &mut dyn FnMut(&[u8])) -> Result<bool> {
        self.note_key(partition, key);
        self.snapshot.get(partition, key, visit)
    }

    fn scan(
        &self,
        partition: &Partition,
        range: KeyRange<'_>,
        direction: Direction,
        visit: &mut Visit<'_>,
    ) -> Result<()> {
        let mut span = owned(range);
        self.snapshot.scan(partition, range, direction, &mut |key, value| {
            let flow = visit(key, value);
            // The keys behind it were not read.
            if flow.is_break() {
                match direction {
                    Direction::Forward => span.upper = Bound::Included(key.to_vec()),
                    Direction::Backward => span.lower = Bound::Included(key.to_vec()),
                }
            }
            flow
        })?;
        self.note_span(partition, span);
        Ok(())
    }

    fn partitions(&self) -> Result<Vec<Partition>> {
        self.reads().has_listed = true;
        self.snapshot.partitions()
    }

    fn get_many(
        &self,
        partition: &Partition,
        keys: &[&[u8]],
        visit: &mut dyn FnMut(usize, &[u8]),
    ) -> Result<()> {
        for key in keys {
            self.note_key(partition, key);
        }
        self.snapshot.get_many(partition, keys, visit)
    }

    fn get_batch(&self, keys: &[(&Partition, &[u8])], visit: &mut dyn FnMut(usize, &[u8])) -> Result<()> {
        for (partition, key) in keys {
            self.note_key(partition, key);
        }
        self.snapshot.get_batch(keys, visit)
    }

    fn contains(&self, partition: &Partition, key: &[u8]) -> Result<bool> {
        self.note_key(partition, key);
        self.snapshot.contains(partition, key)
    }

    fn count(&self, partition: &Partition, range: KeyRange<'_>) -> Result<u64> {
        self.note_span(partition, owned(range));
        self.snapshot.count(partition, range)
    }

    fn backend_id(&self) -> Option<BackendId> {
        self.snapshot.backend_id()
    }

    fn read_time(&self, clock: &dyn Clock) -> i64 {
        self.snapshot.read_time(clock)
    }

    fn catalog_stamp(&self) -> Option<CatalogStamp> {
        self.snapshot.catalog_stamp()
    }
}

impl Snapshot for Tracked {}
