//! [`LogEntry`]: a change in the log.

use alloc::vec::Vec;

use twox_hash::xxhash3_128::Hasher;

use super::names::Sequence;
use crate::backend::Partition;

/// A change in the log: what became of one key in one commit.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LogEntry {
    /// The version of the commit.
    pub version: u64,
    /// The time of the commit by its writer's clock, in milliseconds since the Unix epoch.
    pub time: i64,
    /// The partition, with the names of all scopes.
    pub partition: Partition,
    /// The key.
    pub key: Vec<u8>,
    /// The change.
    pub change: LoggedChange,
}

/// The change of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LoggedChange {
    /// The key has a new value.
    Put(LoggedValue),
    /// The key is deleted. It may have been absent before.
    Delete,
}

/// The new value of a key, as the log keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LoggedValue {
    /// The XXH3-128 digest of the value.
    Digest(u128),
    /// The value.
    Value(Vec<u8>),
}

/// The kind of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeKind {
    /// The key has a new value.
    Put,
    /// The key is deleted.
    Delete,
}

const DELETE: u8 = 0;
const DIGEST: u8 = 1;
const VALUE: u8 = 2;

impl LoggedChange {
    /// Returns the kind of the change.
    pub fn kind(&self) -> ChangeKind {
        match self {
            Self::Put(_) => ChangeKind::Put,
            Self::Delete => ChangeKind::Delete,
        }
    }

    /// Returns the change to this value, or the deletion.
    pub(super) fn of(value: Option<&[u8]>, has_values: bool) -> Self {
        match value {
            None => Self::Delete,
            Some(value) if has_values => Self::Put(LoggedValue::Value(value.to_vec())),
            Some(value) => Self::Put(LoggedValue::of(value)),
        }
    }
}

impl LoggedValue {
    /// Returns the digest of a value, to compare it with that of an entry.
    ///
    /// ```
    /// use keyloft::layers::LoggedValue;
    ///
    /// assert_eq!(LoggedValue::of(b"milk"), LoggedValue::of(b"milk"));
    /// assert_ne!(LoggedValue::of(b"milk"), LoggedValue::of(b"bread"));
    /// ```
    pub fn of(value: &[u8]) -> Self {
        Self::Digest(Hasher::oneshot(value))
    }
}

/// Returns the stored form of a change: the kind, the time, the lengths of the partition's name and of the key, both of them, and
/// the digest or the value.
pub(super) fn encode(time: i64, partition: &Partition, key: &[u8], change: &LoggedChange) -> Vec<u8> {
    let name = partition.as_str().as_bytes();
    let (kind, digest, content);
    match change {
        LoggedChange::Delete => (kind, content) = (DELETE, [].as_slice()),
        LoggedChange::Put(LoggedValue::Digest(of)) => {
            digest = of.to_be_bytes();
            (kind, content) = (DIGEST, digest.as_slice());
        }
        LoggedChange::Put(LoggedValue::Value(value)) => (kind, content) = (VALUE, value.as_slice()),
    }
    let mut out = Vec::with_capacity(13 + name.len() + key.len() + content.len());
    out.push(kind);
    out.extend_from_slice(&time.to_be_bytes());
    // The limits of names and keys are far below.
    out.extend_from_slice(&u16::try_from(name.len()).unwrap_or(u16::MAX).to_be_bytes());
    out.extend_from_slice(&u16::try_from(key.len()).unwrap_or(u16::MAX).to_be_bytes());
    out.extend_from_slice(name);
    out.extend_from_slice(key);
    out.extend_from_slice(content);
    out
}

/// Reads the stored form of a change. Returns `None` if the bytes are none.
pub(super) fn decode(sequence: Sequence, stored: &[u8]) -> Option<LogEntry> {
    let (kind, rest) = stored.split_first()?;
    let (time, rest) = rest.split_first_chunk()?;
    let (name_len, rest) = rest.split_first_chunk()?;
    let (key_len, rest) = rest.split_first_chunk()?;
    let (name, rest) = rest.split_at_checked(u16::from_be_bytes(*name_len).into())?;
    let (key, content) = rest.split_at_checked(u16::from_be_bytes(*key_len).into())?;
    let change = match *kind {
        DELETE if content.is_empty() => LoggedChange::Delete,
        DIGEST => LoggedChange::Put(LoggedValue::Digest(u128::from_be_bytes(content.try_into().ok()?))),
        VALUE => LoggedChange::Put(LoggedValue::Value(content.to_vec())),
        _ => return None,
    };
    Some(LogEntry {
        version: sequence.version,
        time: i64::from_be_bytes(*time),
        partition: Partition::from_stored(core::str::from_utf8(name).ok()?),
        key: key.to_vec(),
        change,
    })
}
