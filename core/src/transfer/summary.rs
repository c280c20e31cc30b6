//! [`Summary`]: the totals of an export or import.

use alloc::vec::Vec;

use super::Digest;
use crate::backend::Partition;

/// The totals of an export or import.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Summary {
    /// The number of partitions, including those of indexes.
    pub partitions: u64,
    /// The number of entries.
    pub entries: u64,
    /// The number of bytes in their keys and values.
    pub bytes: u64,
    /// The digest of the entries. After an import it is the [`digest`](super::digest()) of the target.
    pub digest: Digest,
}

/// Counts partitions and entries and checks their order.
#[derive(Default)]
pub(super) struct Tally {
    partitions: u64,
    entries: u64,
    bytes: u64,
    partition: Option<Partition>,
    /// The last key counted in the partition.
    last: Option<Vec<u8>>,
}

impl Tally {
    /// Returns the partition entered last.
    pub(super) fn partition(&self) -> Option<&Partition> {
        self.partition.as_ref()
    }

    /// Begins a partition, or returns the reason why it can't follow the last one.
    pub(super) fn enter(&mut self, partition: Partition) -> Result<(), &'static str> {
        if self.partition.as_ref().is_some_and(|before| *before >= partition) {
            return Err("partitions are not in ascending order");
        }
        self.leave()?;
        self.partition = Some(partition);
        self.last = None;
        self.partitions += 1;
        Ok(())
    }

    /// Counts an entry of the partition, or returns the reason why it can't follow the last one.
    pub(super) fn count(&mut self, key: &[u8], value: &[u8]) -> Result<(), &'static str> {
        if self.last.as_deref().is_some_and(|before| before >= key) {
            return Err("keys are not in ascending order");
        }
        let last = self.last.get_or_insert_default();
        last.clear();
        last.extend_from_slice(key);
        self.entries += 1;
        self.bytes += u64::try_from(key.len() + value.len()).unwrap_or(u64::MAX);
        Ok(())
    }

    /// Ends the partition, or returns the reason why it can't end here.
    pub(super) fn leave(&self) -> Result<(), &'static str> {
        match (&self.partition, &self.last) {
            (Some(_), None) => Err("a partition has no entries"),
            _ => Ok(()),
        }
    }

    /// Returns the numbers of partitions, entries and bytes.
    pub(super) fn totals(&self) -> [u64; 3] {
        [self.partitions, self.entries, self.bytes]
    }

    pub(super) fn summary(&self, digest: Digest) -> Summary {
        let [partitions, entries, bytes] = self.totals();
        Summary { partitions, entries, bytes, digest }
    }
}
