//! [`Writing`] and [`Commit`]: writes with names of partitions, and a panic on an error.

use keyloft::backend::{KeyRange, Write};
use keyloft::value::seal_payload;
use keyloft::{Partition, StorageBackend, Transaction};

/// Returns a payload of this version as a table stores it under the key.
pub(crate) fn sealed(partition: &str, key: &[u8], version: u32, payload: &[u8]) -> Vec<u8> {
    let mut stored = Vec::new();
    seal_payload(&partition.into(), key, version, payload, &mut stored);
    stored
}

/// A write of a batch: the name of a partition, a key, and the new value or `None`.
pub(crate) type Named<'a> = (&'a str, &'a [u8], Option<&'a [u8]>);

/// The writes of the cases in a transaction.
pub(crate) trait Writing: Transaction {
    #[track_caller]
    fn set(&mut self, partition: &str, key: &[u8], value: &[u8]) {
        self.put(&Partition::from(partition), key, value).unwrap();
    }

    #[track_caller]
    fn unset(&mut self, partition: &str, key: &[u8]) -> bool {
        self.delete(&Partition::from(partition), key).unwrap()
    }

    /// Makes a batch of writes.
    #[track_caller]
    fn write(&mut self, writes: &[Named<'_>]) {
        let partitions: Vec<Partition> = writes.iter().map(|(name, ..)| Partition::from(*name)).collect();
        let writes: Vec<Write<'_>> = partitions
            .iter()
            .zip(writes)
            .map(|(partition, &(_, key, value))| Write { partition, key, value })
            .collect();
        self.write_batch(&writes).unwrap();
    }

    /// Deletes the keys. Returns the number of those that existed.
    #[track_caller]
    fn unset_many(&mut self, partition: &str, keys: &[&[u8]]) -> u64 {
        self.delete_many(&Partition::from(partition), keys).unwrap()
    }

    #[track_caller]
    fn clear(&mut self, partition: &str, range: KeyRange<'_>) -> u64 {
        self.delete_range(&Partition::from(partition), range).unwrap()
    }
}

impl<T: Transaction + ?Sized> Writing for T {}

/// The writes of the cases on a backend.
pub(crate) trait Commit: StorageBackend {
    /// Runs the body and commits it.
    #[track_caller]
    fn commit(&self, mut body: impl FnMut(&mut dyn Transaction)) {
        let done = self.transact(&mut |tx| {
            body(tx);
            Ok(())
        });
        done.unwrap();
    }

    #[track_caller]
    fn put_one(&self, partition: &str, key: &[u8], value: &[u8]) {
        let done = self.transact(&mut |tx| tx.put(&Partition::from(partition), key, value));
        done.unwrap();
    }
}

impl<B: StorageBackend + ?Sized> Commit for B {}
