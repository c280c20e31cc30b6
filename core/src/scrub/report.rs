//! [`Report`]: the damage that a scrub has found.

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

use super::LISTED;
use crate::backend::Partition;
use crate::error::{Error, Place};

/// The damage that a [`Scrub`](super::Scrub) has found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Report {
    /// The number of entries that were read.
    pub entries: u64,
    /// The number of bytes in their keys and values.
    pub bytes: u64,
    /// The number of faults, of which not all are listed.
    pub damaged: u64,
    /// The first faults, at most 100.
    pub listed: Vec<Damage>,
}

/// A damaged entry.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Damage {
    /// The partition of the entry.
    pub partition: Partition,
    /// The key of the entry. If the engine can't read on, it is the last key that it has read, or empty.
    pub key: Vec<u8>,
    /// The reason why the entry is damaged.
    pub reason: String,
    /// `true` if the entries behind the key were not read, because the engine can't.
    pub hides_rest: bool,
}

impl Report {
    pub(super) fn read(&mut self, key: &[u8], value: &[u8]) {
        self.entries += 1;
        self.bytes += u64::try_from(key.len() + value.len()).unwrap_or(u64::MAX);
    }

    pub(super) fn add(&mut self, partition: &Partition, key: &[u8], reason: String) {
        self.push(partition, key, reason, false);
    }

    /// Adds an error that hides the entries of the partition behind the key.
    pub(super) fn add_rest(&mut self, partition: &Partition, key: &[u8], error: &Error) {
        self.push(partition, key, error.to_string(), true);
    }

    fn push(&mut self, partition: &Partition, key: &[u8], reason: String, hides_rest: bool) {
        self.damaged += 1;
        if self.listed.len() < LISTED {
            self.listed.push(Damage { partition: partition.clone(), key: key.to_vec(), reason, hides_rest });
        }
    }
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { partition, key, reason, hides_rest } = self;
        match hides_rest {
            false => write!(f, "{} is damaged: {reason}", Place::entry(partition, key)),
            true => write!(f, "nothing can be read behind {}: {reason}", Place::entry(partition, key)),
        }
    }
}
