//! [`Batch`]: the entries of an import that are written together.

use alloc::vec::Vec;

use crate::backend::{Partition, Transaction, Write};
use crate::error::Result;

/// The length of a batch, and its number of entries, after which it is written.
const BATCH_BYTES: usize = 256 << 10;
const BATCH_ENTRIES: usize = 4096;

/// Entries of a partition that are written together, because an engine stores keys in order faster so.
#[derive(Default)]
pub(super) struct Batch {
    partition: Option<Partition>,
    /// The key and the value of each entry, one after the other.
    bytes: Vec<u8>,
    /// The lengths of each key and of its value.
    lengths: Vec<(usize, usize)>,
}

impl Batch {
    /// Adds an entry. Those before it are written if they are many, or in another partition.
    pub(super) fn take(
        &mut self,
        tx: &mut dyn Transaction,
        partition: &Partition,
        key: &[u8],
        value: &[u8],
    ) -> Result<()> {
        // A browser's engines gain nothing, and are small.
        if cfg!(all(target_family = "wasm", target_os = "unknown")) {
            return tx.put(partition, key, value);
        }
        let is_other = self.partition.as_ref().is_some_and(|last| last != partition);
        let is_full = self.bytes.len() >= BATCH_BYTES || self.lengths.len() >= BATCH_ENTRIES;
        if is_full || is_other {
            self.write(tx)?;
        }
        if self.lengths.is_empty() {
            self.partition = Some(partition.clone());
        }
        self.bytes.extend_from_slice(key);
        self.bytes.extend_from_slice(value);
        self.lengths.push((key.len(), value.len()));
        Ok(())
    }

    /// Writes the entries.
    pub(super) fn write(&mut self, tx: &mut dyn Transaction) -> Result<()> {
        let Some(partition) = &self.partition else { return Ok(()) };
        let mut writes = Vec::with_capacity(self.lengths.len());
        let mut rest = self.bytes.as_slice();
        for &(key_len, value_len) in &self.lengths {
            let (key, after) = rest.split_at_checked(key_len).unwrap_or_default();
            let (value, after) = after.split_at_checked(value_len).unwrap_or_default();
            rest = after;
            writes.push(Write::put(partition, key, value));
        }
        tx.write_batch(&writes)?;
        self.bytes.clear();
        self.lengths.clear();
        Ok(())
    }
}
