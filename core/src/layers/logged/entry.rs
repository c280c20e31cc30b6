//! [`LogEntry`]: a change in the log.

use alloc::vec::Vec;

use twox_hash::xxhash3_128::Hasher;

use super::Content;
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
    /// The value before the change.
    pub old: OldValue,
    /// The change.
    pub change: LoggedChange,
}

/// The value of a key before a change, as the log keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OldValue {
    /// The log does not have it. It has the old values of a layer [with changes](super::Logged::with_changes) only.
    NotLogged,
    /// The key was absent.
    Absent,
    /// The value.
    Value(Vec<u8>),
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
/// Added to the kind of an entry that has the value before the change.
const WITH_OLD: u8 = 4;

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

impl OldValue {
    /// Returns the old value as entries with this content have it.
    pub(super) fn of(value: &[u8], content: Content) -> Self {
        if content == Content::Changes { Self::Value(value.to_vec()) } else { Self::NotLogged }
    }

    /// Returns `true` if the change is known to leave the key as it was.
    pub(super) fn is_kept_by(&self, change: &LoggedChange) -> bool {
        match (self, change) {
            (Self::Absent, LoggedChange::Delete) => true,
            (Self::Value(old), LoggedChange::Put(LoggedValue::Value(new))) => old == new,
            _ => false,
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

/// Returns the stored form of a change: the kind, the time, the lengths of the partition's name and of the key, both of them, the
/// old value if it is logged, and the digest or the new value.
pub(super) fn encode(
    time: i64,
    partition: &Partition,
    key: &[u8],
    old: &OldValue,
    change: &LoggedChange,
) -> Vec<u8> {
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
    let (with_old, old) = match old {
        OldValue::NotLogged => (0, None),
        OldValue::Absent => (WITH_OLD, None),
        OldValue::Value(old) => (WITH_OLD, Some(old.as_slice())),
    };
    let mut out =
        Vec::with_capacity(18 + name.len() + key.len() + old.map_or(0, <[u8]>::len) + content.len());
    out.push(kind + with_old);
    out.extend_from_slice(&time.to_be_bytes());
    // The limits of names, keys and values are far below.
    out.extend_from_slice(&u16::try_from(name.len()).unwrap_or(u16::MAX).to_be_bytes());
    out.extend_from_slice(&u16::try_from(key.len()).unwrap_or(u16::MAX).to_be_bytes());
    out.extend_from_slice(name);
    out.extend_from_slice(key);
    if with_old == WITH_OLD {
        // The length plus one, or 0 if the key was absent.
        let len = old.map_or(0, |old| u32::try_from(old.len() + 1).unwrap_or(u32::MAX));
        out.extend_from_slice(&len.to_be_bytes());
        out.extend_from_slice(old.unwrap_or_default());
    }
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
    let (key, rest) = rest.split_at_checked(u16::from_be_bytes(*key_len).into())?;
    let (kind, (old, content)) = match kind.checked_sub(WITH_OLD) {
        None => (*kind, (OldValue::NotLogged, rest)),
        Some(kind) => (kind, decode_old(rest)?),
    };
    let change = match kind {
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
        old,
        change,
    })
}

fn decode_old(stored: &[u8]) -> Option<(OldValue, &[u8])> {
    let (len, rest) = stored.split_first_chunk()?;
    let Some(len) = u32::from_be_bytes(*len).checked_sub(1) else { return Some((OldValue::Absent, rest)) };
    let (old, rest) = rest.split_at_checked(usize::try_from(len).ok()?)?;
    Some((OldValue::Value(old.to_vec()), rest))
}
