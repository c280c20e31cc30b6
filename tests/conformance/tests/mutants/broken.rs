//! [`Broken`]: reads and writes with a mutation.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::{Bound, ControlFlow};
use std::sync::{Arc, Mutex};

use keyloft::backend::{BackendId, CatalogStamp, Direction, KeyRange, Visit, Write};
use keyloft::prelude::*;
use keyloft::{Partition, Read, Snapshot};

use crate::mutation::Mutation;

/// A reader, a snapshot or a transaction, with a mutation.
pub(crate) struct Broken<R> {
    pub(crate) inner: R,
    pub(crate) how: Option<Mutation>,
    /// The snapshot that is read in place of the inner reader.
    pub(crate) instead: Option<Arc<dyn Snapshot>>,
    pub(crate) signs: Arc<Signs>,
    pub(crate) stamp: Stamp,
}

/// Returns the stamp of a reader. Without a mutation of stamps, there are none.
pub(crate) type Stamp = Box<dyn Fn() -> Option<CatalogStamp> + Send + Sync>;

/// A partition and a key.
type Place = (Partition, Vec<u8>);

/// The state that all readers of one backend share by a mutation.
#[derive(Default)]
pub(crate) struct Signs {
    pub(crate) created: Mutex<BTreeSet<Partition>>,
    pub(crate) leaked: Mutex<BTreeMap<Place, Vec<u8>>>,
}

impl<R: Read> Broken<R> {
    fn is(&self, mutation: Mutation) -> bool {
        self.how == Some(mutation)
    }

    fn partition(&self, partition: &Partition) -> Partition {
        match self.how {
            Some(Mutation::FoldsPartitions) => Partition::from_stored(&partition.as_str().to_lowercase()),
            Some(Mutation::GluesPartitionAndKey) if !partition.as_str().is_empty() => {
                Partition::from_stored("all")
            }
            _ => partition.clone(),
        }
    }

    fn key(&self, partition: &Partition, key: &[u8]) -> Vec<u8> {
        match self.how {
            Some(Mutation::CutsKeys) => key.get(..1_000).unwrap_or(key).to_vec(),
            Some(Mutation::GluesPartitionAndKey) => [partition.as_str().as_bytes(), key].concat(),
            _ => key.to_vec(),
        }
    }

    fn reader(&self) -> &dyn Read {
        self.instead.as_ref().map_or(&self.inner, |instead| instead)
    }

    fn touch(&self, partition: &Partition) {
        if self.is(Mutation::ReadingCreatesPartitions) {
            self.signs.created.lock().unwrap().insert(partition.clone());
        }
    }
}

impl<R: Read> Read for Broken<R> {
    fn get(&self, partition: &Partition, key: &[u8], visit: &mut dyn FnMut(&[u8])) -> Result<bool> {
        self.touch(partition);
        if self.is(Mutation::EmptyValuesAreAbsent) {
            let mut there = false;
            self.inner.get(partition, key, &mut |value| {
                there = !value.is_empty();
                if there {
                    visit(value);
                }
            })?;
            return Ok(there);
        }
        let leaked = self.signs.leaked.lock().unwrap().get(&(partition.clone(), key.to_vec())).cloned();
        if let Some(value) = leaked {
            visit(&value);
            return Ok(true);
        }
        let reader = if self.is(Mutation::ScansMissOwnWrites) { &self.inner } else { self.reader() };
        reader.get(&self.partition(partition), &self.key(partition, key), visit)
    }

    fn scan(
        &self,
        partition: &Partition,
        range: KeyRange<'_>,
        direction: Direction,
        visit: &mut Visit<'_>,
    ) -> Result<()> {
        self.touch(partition);
        let mut range = mutate(self.how, range);
        let mut direction = direction;
        if direction == Direction::Backward {
            if self.is(Mutation::BackwardIgnoresLower) && !range.is_empty() {
                range.lower = Bound::Unbounded;
            }
            if self.is(Mutation::BackwardGoesForward) {
                direction = Direction::Forward;
            }
        }
        let mut visited = 0;
        let (lower, upper);
        if self.is(Mutation::GluesPartitionAndKey) {
            lower = range.lower.map(|key| self.key(partition, key));
            upper = range.upper.map(|key| self.key(partition, key));
            let name = partition.as_str().as_bytes();
            let lower = match &lower {
                Bound::Unbounded => Bound::Included(name),
                Bound::Included(key) => Bound::Included(&**key),
                Bound::Excluded(key) => Bound::Excluded(&**key),
            };
            range = KeyRange { lower, upper: upper.as_ref().map(Vec::as_slice) };
        }
        let skipped = if self.is(Mutation::GluesPartitionAndKey) { partition.as_str().len() } else { 0 };
        let reader = self.reader();
        reader.scan(&self.partition(partition), range, direction, &mut |key, value| {
            visited += 1;
            if visited > 10_000 && self.is(Mutation::StopsAfterTenThousand) {
                return ControlFlow::Break(());
            }
            if visited == 1_000 && self.is(Mutation::VisitsOneTwice) && visit(key, value).is_break() {
                return ControlFlow::Break(());
            }
            let flow = visit(key.get(skipped..).unwrap_or_default(), value);
            if self.is(Mutation::IgnoresBreaks) { ControlFlow::Continue(()) } else { flow }
        })
    }

    fn partitions(&self) -> Result<Vec<Partition>> {
        let mut partitions = self.reader().partitions()?;
        if self.is(Mutation::ListsPartitionsBackward) {
            partitions.reverse();
        }
        let created = self.signs.created.lock().unwrap();
        if !created.is_empty() {
            partitions.extend(created.iter().cloned());
            partitions.sort();
            partitions.dedup();
        }
        Ok(partitions)
    }

    fn get_many(
        &self,
        partition: &Partition,
        keys: &[&[u8]],
        visit: &mut dyn FnMut(usize, &[u8]),
    ) -> Result<()> {
        let mut there = 0;
        for (place, key) in keys.iter().enumerate() {
            let place = if self.is(Mutation::MisplacesManyGets) { there } else { place };
            there += usize::from(self.get(partition, key, &mut |value| visit(place, value))?);
        }
        Ok(())
    }

    fn get_batch(&self, keys: &[(&Partition, &[u8])], visit: &mut dyn FnMut(usize, &[u8])) -> Result<()> {
        let first = keys.first().map(|(partition, _)| *partition);
        let (mut number, mut last, mut seen) = (0, first, BTreeSet::new());
        for (place, &(partition, key)) in keys.iter().enumerate() {
            number = if last == Some(partition) { number } else { 0 };
            last = Some(partition);
            let place = if self.is(Mutation::NumbersBatchesByPartition) { number } else { place };
            number += 1;
            if self.is(Mutation::AnswersRepeatedKeysOnce) && !seen.insert((partition, key)) {
                continue;
            }
            let partition =
                first.filter(|_| self.is(Mutation::ReadsBatchesInOnePartition)).unwrap_or(partition);
            self.get(partition, key, &mut |value| visit(place, value))?;
        }
        Ok(())
    }

    fn count(&self, partition: &Partition, range: KeyRange<'_>) -> Result<u64> {
        let mut count = 0_u64;
        self.scan(partition, range, Direction::Forward, &mut |_, _| {
            count += 1;
            ControlFlow::Continue(())
        })?;
        let less = self.is(Mutation::CountsOneLess) && range.upper != Bound::Unbounded;
        Ok(count.saturating_sub(u64::from(less)))
    }

    fn catalog_stamp(&self) -> Option<CatalogStamp> {
        (self.stamp)()
    }

    fn backend_id(&self) -> Option<BackendId> {
        if self.is(Mutation::HasNoIdentity) { None } else { self.inner.backend_id() }
    }
}

impl Snapshot for Broken<Arc<dyn Snapshot>> {}

impl Transaction for Broken<&mut dyn Transaction> {
    fn put(&mut self, partition: &Partition, key: &[u8], value: &[u8]) -> Result<()> {
        let place = (self.partition(partition), self.key(partition, key));
        if self.is(Mutation::LeaksUncommitted) {
            self.signs.leaked.lock().unwrap().insert((partition.clone(), key.to_vec()), value.to_vec());
        }
        let mut value = value.to_vec();
        if self.is(Mutation::KeepsOldPieces) && value.len() > PIECE {
            self.inner.get(&place.0, &place.1, &mut |old| {
                let pieces = value.len().next_multiple_of(PIECE);
                value.extend(old.get(pieces..).unwrap_or_default());
            })?;
        }
        match self.inner.put(&place.0, &place.1, &value) {
            Err(error) if self.is(Mutation::IgnoresLongKeys) && error.code() == "KeyTooLong" => Ok(()),
            done => done,
        }
    }

    fn delete(&mut self, partition: &Partition, key: &[u8]) -> Result<bool> {
        let place = (self.partition(partition), self.key(partition, key));
        Ok(self.inner.delete(&place.0, &place.1)? || self.is(Mutation::DeletesAlwaysFind))
    }

    fn delete_many(&mut self, partition: &Partition, keys: &[&[u8]]) -> Result<u64> {
        let mut deleted = 0;
        for key in keys {
            deleted += u64::from(self.delete(partition, key)? || self.is(Mutation::CountsAbsentDeletions));
        }
        Ok(deleted)
    }

    fn write_batch(&mut self, writes: &[Write<'_>]) -> Result<()> {
        let mut writes = writes.to_vec();
        if self.is(Mutation::KeepsTheFirstWrite) {
            writes.reverse();
        }
        if self.is(Mutation::BatchesDeleteNothing) {
            writes.retain(|write| write.value.is_some());
        }
        if self.is(Mutation::LosesTheLastWrite) {
            writes.pop();
        }
        for Write { partition, key, value } in writes {
            match value {
                Some(value) => self.put(partition, key, value)?,
                None => drop(self.delete(partition, key)?),
            }
        }
        Ok(())
    }

    fn delete_range(&mut self, partition: &Partition, range: KeyRange<'_>) -> Result<u64> {
        let keys = RefCell::new(Vec::new());
        self.scan(partition, range, Direction::Forward, &mut |key, _| {
            keys.borrow_mut().push(key.to_vec());
            ControlFlow::Continue(())
        })?;
        let mut keys = keys.into_inner();
        if self.is(Mutation::DeletingLeavesTheLast) {
            keys.pop();
        }
        let mut deleted = 0;
        for key in keys {
            deleted += u64::from(self.delete(partition, &key)?);
        }
        Ok(deleted)
    }
}

/// The length of the pieces of a large value.
const PIECE: usize = 1 << 16;

/// Returns the range with its bounds shifted by one.
fn mutate(how: Option<Mutation>, range: KeyRange<'_>) -> KeyRange<'_> {
    use Bound::{Excluded, Included};
    let KeyRange { lower, upper } = range;
    match (how, lower, upper) {
        (Some(Mutation::UpperIncludedAsExcluded), _, Included(key)) => {
            KeyRange { lower, upper: Excluded(key) }
        }
        (Some(Mutation::UpperExcludedAsIncluded), _, Excluded(key)) => {
            KeyRange { lower, upper: Included(key) }
        }
        (Some(Mutation::LowerIncludedAsExcluded), Included(key), _) => {
            KeyRange { lower: Excluded(key), upper }
        }
        (Some(Mutation::LowerExcludedAsIncluded), Excluded(key), _) => {
            KeyRange { lower: Included(key), upper }
        }
        _ => range,
    }
}
