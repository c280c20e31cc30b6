//! [`Retention`]: which changes the log gives up.

use alloc::vec::Vec;
use core::ops::{Bound, ControlFlow};

use super::consumers::consumers;
use super::names::{self, Sequence};
use super::{ChangeLog, LogEntry, entry};
use crate::backend::{Direction, KeyRange, Read, Transaction, Write};
use crate::error::Result;

/// The most changes that one transaction of a [`trim`](ChangeLog::trim) deletes.
const PORTION: usize = 1_000;

/// The changes that a [`trim`](ChangeLog::trim) deletes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retention {
    /// Deletes what every consumer has handled. Without consumers, nothing is deleted.
    Consumed,
    /// Deletes the commits before this time, in milliseconds since the Unix epoch. Slower consumers must begin again.
    Before(i64),
    /// Deletes the commits before this time that every consumer has handled. Without consumers, nothing is deleted.
    ConsumedBefore(i64),
}

impl ChangeLog {
    /// Deletes the oldest changes, as many as the retention allows, some in each transaction. Returns their number.
    ///
    /// A position before the deleted changes can't be read from any more: see [`read`](Self::read). Call it from time to time.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use keyloft::layers::{LogScope, Logged, Retention};
    /// use keyloft::prelude::*;
    ///
    /// let backend = Arc::new(Logged::new(keyloft_memory::MemoryBackend::new(), Arc::new(|| 0_i64)));
    /// let log = backend.log();
    /// let jobs = Table::<JobId, u32>::new(backend.clone(), "jobs");
    /// for number in 1..=4 {
    ///     jobs.put(&"1".into(), &number)?;
    /// }
    /// log.advance("mirror", 3)?;
    /// assert_eq!(log.trim(Retention::Consumed)?, 4); // a put and the table's definition, and two puts
    /// assert_eq!(log.read(&[LogScope::all()], 3, 10)?.entries.len(), 1);
    ///
    /// let gone = log.read(&[LogScope::all()], 2, 10).unwrap_err();
    /// assert_eq!(gone.code(), "PositionGone");
    /// # Ok::<(), keyloft::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// The errors of the backend. Earlier transactions stay.
    pub fn trim(&self, retention: Retention) -> Result<u64> {
        let mut trimmed = 0;
        loop {
            let mut deleted = 0;
            self.backend.transact(&mut |tx| {
                deleted = trim_portion(tx, retention)?;
                Ok(())
            })?;
            trimmed += u64::try_from(deleted).unwrap_or(u64::MAX);
            if deleted < PORTION {
                return Ok(trimmed);
            }
        }
    }
}

/// Deletes the oldest changes, up to a number. Returns their number.
fn trim_portion(tx: &mut dyn Transaction, retention: Retention) -> Result<usize> {
    let oldest = oldest_entries(&*tx, retention)?;
    let Some(last) = oldest.last() else { return Ok(0) };
    // As soon as one of its changes is gone, a commit is not complete.
    let trimmed = last.1.version.to_be_bytes();
    let (state, entries, lanes) = (names::state(), names::entries(), names::lanes());
    let keys: Vec<_> = oldest.iter().map(|(sequence, _)| sequence.to_bytes()).collect();
    let mut in_lanes = Vec::with_capacity(oldest.len());
    for (sequence, LogEntry { partition, key, .. }) in &oldest {
        in_lanes.push(names::in_lane(names::lane(partition, &[]), *sequence));
        if let Some(owner) = names::owner(key) {
            in_lanes.push(names::in_lane(names::lane(partition, owner), *sequence));
        }
    }
    let mut writes = Vec::with_capacity(1 + keys.len() + in_lanes.len());
    writes.push(Write::put(&state, names::TRIMMED, &trimmed));
    writes.extend(keys.iter().map(|key| Write::delete(&entries, key)));
    writes.extend(in_lanes.iter().map(|key| Write::delete(&lanes, key)));
    tx.write_batch(&writes)?;
    Ok(oldest.len())
}

/// Returns the oldest changes that the retention gives up.
fn oldest_entries(reader: &dyn Read, retention: Retention) -> Result<Vec<(Sequence, LogEntry)>> {
    let slowest = match retention {
        Retention::Before(_) => u64::MAX,
        Retention::Consumed | Retention::ConsumedBefore(_) => {
            consumers(reader)?.iter().map(|(_, position)| *position).min().unwrap_or(0)
        }
    };
    let before = match retention {
        Retention::Consumed => i64::MAX,
        Retention::Before(time) | Retention::ConsumedBefore(time) => time,
    };
    let upper = Sequence { version: slowest, number: u32::MAX }.to_bytes();
    let range = KeyRange { lower: Bound::Unbounded, upper: Bound::Included(&upper) };
    let partition = names::entries();
    let mut oldest = Vec::new();
    let mut malformed = None;
    reader.scan(&partition, range, Direction::Forward, &mut |key, stored| {
        let entry =
            Sequence::from_bytes(key).and_then(|sequence| Some((sequence, entry::decode(sequence, stored)?)));
        match entry {
            None => malformed = Some(names::corrupted(&partition, key)),
            Some((_, entry)) if entry.time >= before => {}
            Some(found) => {
                oldest.push(found);
                if oldest.len() < PORTION {
                    return ControlFlow::Continue(());
                }
            }
        }
        ControlFlow::Break(())
    })?;
    malformed.map_or(Ok(oldest), Err)
}
