//! [`Summary`]: what a stream held.

use alloc::vec::Vec;

use super::Digest;
use crate::backend::Partition;

/// What was exported or imported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Summary {
    /// How many partitions, those of indexes included.
    pub partitions: u64,
    /// How many entries.
    pub entries: u64,
    /// How many bytes their keys and values have.
    pub bytes: u64,
    /// The digest of it all, which is now the [`digest`](super::digest()) of an import's target.
    pub digest: Digest,
}

/// Counts partitions and entries as they come, and sees to their order.
#[derive(Default)]
pub(super) struct Tally {
    partitions: u64,
    entries: u64,
    bytes: u64,
    partition: Option<Partition>,
    /// The last key of the partition.
    last: Option<Vec<u8>>,
}

impl Tally {
    pub(super) fn partition(&self) -> Option<&Partition> {
        self.partition.as_ref()
    }

    pub(super) fn enter(&mut self, partition: Partition) -> Result<(), &'static str> {
        if self.partition.as_ref().is_some_and(|before| *before >= partition) {
            return Err("partitions are not in the order of their names");
        }
        self.leave()?;
        self.partition = Some(partition);
        self.last = None;
        self.partitions += 1;
        Ok(())
    }

    pub(super) fn count(&mut self, key: &[u8], value: &[u8]) -> Result<(), &'static str> {
        if self.last.as_deref().is_some_and(|before| before >= key) {
            return Err("keys are not in their order");
        }
        let last = self.last.get_or_insert_default();
        last.clear();
        last.extend_from_slice(key);
        self.entries += 1;
        self.bytes += u64::try_from(key.len() + value.len()).unwrap_or(u64::MAX);
        Ok(())
    }

    /// At the end, and between two partitions.
    pub(super) fn leave(&self) -> Result<(), &'static str> {
        match (&self.partition, &self.last) {
            (Some(_), None) => Err("a partition has no entries"),
            _ => Ok(()),
        }
    }

    pub(super) fn totals(&self) -> [u64; 3] {
        [self.partitions, self.entries, self.bytes]
    }

    pub(super) fn summary(&self, digest: Digest) -> Summary {
        let [partitions, entries, bytes] = self.totals();
        Summary { partitions, entries, bytes, digest }
    }
}
