//! [`Writes`]: the changes of a transaction that were not sent yet, and the statements that send them.

use std::collections::BTreeMap;
use std::pin::pin;
use std::rc::Rc;
use std::sync::atomic::Ordering;

use keyloft::Partition;
use tokio_postgres::Error as PgError;
use tokio_postgres::binary_copy::BinaryCopyInWriter;
use tokio_postgres::types::Type;

use crate::client::Connection;
use crate::stored::{is_long, is_long_name, stored_key, stored_name, tail};

/// The most entries, and about the most bytes, that one statement writes.
pub(crate) const ENTRIES: usize = 4_096;
const BYTES: usize = 8 << 20;

/// The fewest entries that are copied, where there are none yet. For fewer, the round trips cost more than is won.
const COPIED: usize = 2_000;

/// The new values of keys. `None` is a deleted key.
type Keys = BTreeMap<Vec<u8>, Option<Rc<[u8]>>>;

/// The changes of a transaction that were not sent yet, in the order of their keys, so that two transactions lock rows in the
/// same order.
#[derive(Default)]
pub(crate) struct Writes {
    partitions: BTreeMap<Partition, Keys>,
    bytes: usize,
    /// `true` if many new entries may be copied.
    pub(crate) copies: bool,
}

/// The change of a key.
pub(crate) enum Written {
    Put(Rc<[u8]>),
    Deleted,
}

/// The changes that one statement sends.
pub(crate) enum Change<'a> {
    /// The name of a partition, which is too long for a key.
    Name(&'a Partition),
    Put(&'a Partition, &'a [u8], &'a [u8]),
    PutMany(&'a Partition, Vec<&'a [u8]>, Vec<&'a [u8]>),
    /// Many entries, which may be copied if all are new.
    Load(&'a Partition, Vec<&'a [u8]>, Vec<&'a [u8]>),
    Delete(&'a Partition, &'a [u8]),
    DeleteMany(&'a Partition, Vec<&'a [u8]>),
}

impl Writes {
    pub(crate) fn new(copies: bool) -> Self {
        Self { copies, ..Self::default() }
    }

    pub(crate) fn set(&mut self, partition: &Partition, key: &[u8], value: Option<&[u8]>) {
        self.bytes += key.len() + value.map_or(0, <[u8]>::len);
        let value = value.map(Rc::from);
        match self.partitions.get_mut(partition) {
            Some(keys) => drop(keys.insert(key.to_vec(), value)),
            None => drop(self.partitions.insert(partition.clone(), Keys::from([(key.to_vec(), value)]))),
        }
    }

    /// Returns the change of a key, or `None` if it was not written.
    pub(crate) fn get(&self, partition: &Partition, key: &[u8]) -> Option<Written> {
        let value = self.partitions.get(partition)?.get(key)?;
        Some(value.clone().map_or(Written::Deleted, Written::Put))
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.partitions.is_empty()
    }

    /// Returns the number of bytes that were written.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }

    /// Returns the statements that send the changes.
    pub(crate) fn changes(&self) -> Vec<Change<'_>> {
        let copies = self.copies;
        let mut changes = Vec::new();
        for (partition, keys) in &self.partitions {
            if is_long_name(partition) && keys.values().any(Option::is_some) {
                changes.push(Change::Name(partition));
            }
            let (mut put_keys, mut values, mut deleted) = (Vec::new(), Vec::new(), Vec::new());
            let mut bytes = 0;
            for (key, value) in keys {
                match value {
                    Some(value) if is_long(key) => changes.push(Change::Put(partition, key, value)),
                    Some(value) => {
                        if put_keys.len() == ENTRIES || (bytes > 0 && bytes + value.len() > BYTES) {
                            let full = (std::mem::take(&mut put_keys), std::mem::take(&mut values));
                            changes.push(Change::put_many(partition, full.0, full.1, copies));
                            bytes = 0;
                        }
                        bytes += key.len() + value.len();
                        put_keys.push(key.as_slice());
                        values.push(&**value);
                    }
                    None => {
                        if deleted.len() == ENTRIES {
                            changes.push(Change::DeleteMany(partition, std::mem::take(&mut deleted)));
                        }
                        deleted.push(key.as_slice());
                    }
                }
            }
            if !put_keys.is_empty() {
                changes.push(Change::put_many(partition, put_keys, values, copies));
            }
            match deleted.as_slice() {
                [] => {}
                [key] => changes.push(Change::Delete(partition, key)),
                _ => changes.push(Change::DeleteMany(partition, deleted)),
            }
        }
        changes
    }
}

impl<'a> Change<'a> {
    fn put_many(partition: &'a Partition, keys: Vec<&'a [u8]>, values: Vec<&'a [u8]>, copies: bool) -> Self {
        match (keys.as_slice(), values.as_slice()) {
            ([key], [value]) => Self::Put(partition, key, value),
            _ if copies && keys.len() >= COPIED => Self::Load(partition, keys, values),
            _ => Self::PutMany(partition, keys, values),
        }
    }

    /// Returns the partition that is changed.
    pub(crate) fn partition(&self) -> &'a Partition {
        match self {
            Self::Name(partition)
            | Self::Put(partition, ..)
            | Self::PutMany(partition, ..)
            | Self::Load(partition, ..)
            | Self::Delete(partition, _)
            | Self::DeleteMany(partition, _) => partition,
        }
    }

    /// Returns `true` if the change takes several round trips, so that nothing can be sent along that must follow it.
    pub(crate) fn has_steps(&self) -> bool {
        matches!(self, Self::Load(..))
    }

    /// Sends the change.
    pub(crate) async fn send(&self, on: &Connection) -> Result<u64, PgError> {
        let (client, statements) = (&on.client, &on.statements);
        match self {
            Self::Name(partition) => {
                let name = partition.as_str().as_bytes();
                client.execute(&statements.put_name, &[&&*stored_name(partition), &name]).await
            }
            Self::Put(partition, key, value) => {
                let (name, stored, tail) = (stored_name(partition), stored_key(key), tail(key));
                client.execute(&statements.put, &[&&*name, &&*stored, &tail, value]).await
            }
            Self::Load(partition, keys, values) if !has_any(on, partition, keys).await? => {
                let copied = copy(on, partition, keys, values).await;
                on.copy_has_failed.store(copied.is_err(), Ordering::Relaxed);
                copied
            }
            Self::PutMany(partition, keys, values) | Self::Load(partition, keys, values) => {
                client.execute(&statements.put_many, &[&&*stored_name(partition), keys, values]).await
            }
            Self::Delete(partition, key) => {
                client.execute(&statements.delete, &[&&*stored_name(partition), &&*stored_key(key)]).await
            }
            Self::DeleteMany(partition, keys) => {
                let keys: Vec<_> = keys.iter().map(|key| stored_key(key)).collect();
                let keys: Vec<&[u8]> = keys.iter().map(|key| &**key).collect();
                client.execute(&statements.delete_many, &[&&*stored_name(partition), &keys]).await
            }
        }
    }
}

/// Returns `true` if the partition has an entry between the first and the last of these keys, which are in order.
async fn has_any(on: &Connection, partition: &Partition, keys: &[&[u8]]) -> Result<bool, PgError> {
    let (first, last) = (keys.first(), keys.last());
    let row =
        on.client.query_one(&on.statements.has_any, &[&&*stored_name(partition), &first, &last]).await?;
    row.try_get(0)
}

/// Writes entries whose keys are new, without the search for each of them that an `INSERT` makes.
async fn copy(
    on: &Connection,
    partition: &Partition,
    keys: &[&[u8]],
    values: &[&[u8]],
) -> Result<u64, PgError> {
    let name = stored_name(partition);
    let sink = on.client.copy_in(&on.statements.copy).await?;
    let mut rows = pin!(BinaryCopyInWriter::new(sink, &[Type::BYTEA, Type::BYTEA, Type::BYTEA]));
    for (key, value) in keys.iter().zip(values) {
        rows.as_mut().write(&[&&*name, key, value]).await?;
    }
    rows.finish().await
}
