//! The partitions and the keys of a log.
//!
//! | partition | key | value |
//! | --- | --- | --- |
//! | `%log.state` | `newest`, `trimmed`, `consumer:` and a name | a version |
//! | `%log.entries` | the version and the number of the change in its commit | the change |
//! | `%log.lanes` | the lane, the version and the number | nothing |
//!
//! No partition of an application has such a name: those that begin with `%` go on with `#`, `@` or `%`. Numbers are
//! big-endian.
//!
//! A *lane* lists the changes of a partition, or of the keys in it that begin with the same *owner*: the bytes up to the first
//! `:`, such as a user's id. A scope is read from its lane, without the entries of others.

use alloc::vec::Vec;

use twox_hash::xxhash3_128::Hasher;

use crate::backend::{Partition, Read};
use crate::error::{Error, ErrorKind, Place, Result};

const PREFIX: &str = "%log.";

/// The key of the version of the newest commit.
pub(super) const NEWEST: &[u8] = b"newest";
/// The key of the newest version whose changes are not complete any more.
pub(super) const TRIMMED: &[u8] = b"trimmed";
/// The prefix of the keys of the consumers' positions.
pub(super) const CONSUMER: &[u8] = b"consumer:";

/// The length of a version and a number.
pub(super) const SEQUENCE_LEN: usize = 12;

pub(super) fn state() -> Partition {
    Partition::from_stored("%log.state")
}

pub(super) fn entries() -> Partition {
    Partition::from_stored("%log.entries")
}

pub(super) fn lanes() -> Partition {
    Partition::from_stored("%log.lanes")
}

/// Returns `true` if the log has the changes of the partition.
pub(super) fn is_logged(partition: &Partition) -> bool {
    !partition.is_index() && !partition.as_str().starts_with(PREFIX)
}

/// Removes the partitions of the log.
pub(super) fn without_log(mut partitions: Vec<Partition>) -> Vec<Partition> {
    partitions.retain(|partition| !partition.as_str().starts_with(PREFIX));
    partitions
}

/// The place of a change in the log: its version, and its number in the commit.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Sequence {
    pub(super) version: u64,
    pub(super) number: u32,
}

impl Sequence {
    /// Returns the place before the first change of this version.
    pub(super) fn start_of(version: u64) -> Self {
        Self { version, number: 0 }
    }

    pub(super) fn to_bytes(self) -> [u8; SEQUENCE_LEN] {
        let mut bytes = [0; SEQUENCE_LEN];
        let (version, number) = bytes.split_at_mut(8);
        version.copy_from_slice(&self.version.to_be_bytes());
        number.copy_from_slice(&self.number.to_be_bytes());
        bytes
    }

    pub(super) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (version, number) = bytes.split_first_chunk::<8>()?;
        let number: [u8; 4] = number.try_into().ok()?;
        Some(Self { version: u64::from_be_bytes(*version), number: u32::from_be_bytes(number) })
    }
}

/// The name of a lane: a digest of the partition and the owner, so that it has a fixed length.
pub(super) type Lane = [u8; 16];

/// Returns the lane of the partition, or of an owner in it.
pub(super) fn lane(partition: &Partition, owner: &[u8]) -> Lane {
    let name = partition.as_str().as_bytes();
    let mut hashed = Vec::with_capacity(name.len() + 1 + owner.len());
    hashed.extend_from_slice(name);
    // An owner ends with a colon, so the parts can't be confused.
    if !owner.is_empty() {
        hashed.push(0);
        hashed.extend_from_slice(owner);
    }
    Hasher::oneshot(&hashed).to_be_bytes()
}

/// Returns the part of the key that names its owner, if it has one.
pub(super) fn owner(key: &[u8]) -> Option<&[u8]> {
    let colon = key.iter().position(|byte| *byte == b':')?;
    key.get(..=colon)
}

/// Returns the key of an entry of the lane.
pub(super) fn in_lane(lane: Lane, sequence: Sequence) -> Vec<u8> {
    [lane.as_slice(), &sequence.to_bytes()].concat()
}

/// Reads a version of the log's state. It is 0 before it is first written.
pub(super) fn version(reader: &dyn Read, key: &[u8]) -> Result<u64> {
    Ok(find_version(reader, key)?.unwrap_or(0))
}

/// Reads a version of the log's state, if it was written.
pub(super) fn find_version(reader: &dyn Read, key: &[u8]) -> Result<Option<u64>> {
    let state = state();
    let mut found = Ok(None);
    reader.get(&state, key, &mut |value| found = parse(value).map(Some).ok_or(()))?;
    found.map_err(|()| corrupted(&state, key))
}

/// Returns the version that is stored in these bytes.
pub(super) fn parse(value: &[u8]) -> Option<u64> {
    value.try_into().ok().map(u64::from_be_bytes)
}

/// Returns the error of an entry of the log that can't be read.
#[cold]
pub(super) fn corrupted(partition: &Partition, key: &[u8]) -> Error {
    Error::from(ErrorKind::Corrupted {
        place: Place::entry(partition, key),
        detail: "it is no entry of a change log".into(),
    })
}
