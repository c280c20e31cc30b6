//! The reading of the changes after a position.

use alloc::vec::Vec;
use core::ops::{Bound, ControlFlow};

use super::names::{self, Lane, Sequence};
use super::{LogEntry, LogScope, entry};
use crate::backend::{EACH_KEY, KeyRange, Partition, Read, after_prefix, scan_in_order};
use crate::error::{ErrorKind, Place, Result};

/// Changes that [`ChangeLog::read`](super::ChangeLog::read) returns: those of whole commits.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LogBatch {
    /// The changes in the order of their versions, and in each version in the order of their partitions and keys.
    pub entries: Vec<LogEntry>,
    /// The position after them, from which to read on. It moves past the commits without changes in the scopes.
    pub position: u64,
    /// `true` if later changes in the scopes may be waiting.
    pub has_more: bool,
}

/// Reads the changes in the scopes after a position.
pub(super) fn read(reader: &dyn Read, scopes: &[LogScope], after: u64, limit: usize) -> Result<LogBatch> {
    let newest = names::version(reader, names::NEWEST)?;
    let oldest = names::version(reader, names::TRIMMED)?;
    if !(oldest..=newest).contains(&after) {
        let place = Place::of(&names::entries());
        return Err(ErrorKind::PositionGone { place, position: after, oldest, newest }.into());
    }
    let mut found: Vec<Sequence> = Vec::new();
    // Of a scope with too many changes, only the first are read, and so only the commits up to there are complete.
    let mut position = newest;
    for scope in scopes {
        let (sequences, is_complete) = match scope.lane() {
            None => sequences(reader, &names::entries(), &[], after, limit)?,
            Some(lane) => of_lane(reader, lane, after, limit)?,
        };
        if let (false, Some(last)) = (is_complete, sequences.last()) {
            position = position.min(last.version);
        }
        found.extend(sequences);
    }
    found.retain(|sequence| sequence.version <= position);
    found.sort_unstable();
    found.dedup();
    let keys: Vec<_> = found.iter().map(|sequence| sequence.to_bytes()).collect();
    let mut entries = decode(reader, &found, &keys)?;
    entries.retain(|entry| scopes.iter().any(|scope| scope.selects(entry)));
    Ok(LogBatch { entries, position, has_more: position < newest })
}

fn of_lane(reader: &dyn Read, lane: Lane, after: u64, limit: usize) -> Result<(Vec<Sequence>, bool)> {
    sequences(reader, &names::lanes(), &lane, after, limit)
}

/// Returns the places of the changes after the position, under the keys with this prefix: those of as many whole commits as
/// have `limit` changes, and at least of one. Also returns `true` if there are no more.
fn sequences(
    reader: &dyn Read,
    partition: &Partition,
    prefix: &[u8],
    after: u64,
    limit: usize,
) -> Result<(Vec<Sequence>, bool)> {
    let mut found: Vec<Sequence> = Vec::new();
    let Some(next) = after.checked_add(1) else { return Ok((found, true)) };
    let lower = [prefix, &Sequence::start_of(next).to_bytes()].concat();
    let upper = after_prefix(prefix);
    let range = KeyRange { lower: Bound::Included(&lower), upper: upper.as_ref().map(Vec::as_slice) };
    let mut malformed = None;
    let stopped =
        scan_in_order::<EACH_KEY>(reader, partition, range, crate::backend::Direction::Forward, |key, _| {
            let Some(sequence) = key.get(prefix.len()..).and_then(Sequence::from_bytes) else {
                malformed = Some(names::corrupted(partition, key));
                return ControlFlow::Break(());
            };
            // The changes of a commit are never torn.
            if found.len() >= limit && found.last().is_some_and(|last| last.version != sequence.version) {
                return ControlFlow::Break(());
            }
            found.push(sequence);
            ControlFlow::Continue(())
        })?;
    match malformed {
        Some(error) => Err(error),
        None => Ok((found, stopped.is_none())),
    }
}

/// Reads the changes at these places.
fn decode(
    reader: &dyn Read,
    sequences: &[Sequence],
    keys: &[[u8; names::SEQUENCE_LEN]],
) -> Result<Vec<LogEntry>> {
    let partition = names::entries();
    let mut entries: Vec<Option<LogEntry>> = Vec::new();
    entries.resize(keys.len(), None);
    let slices: Vec<&[u8]> = keys.iter().map(<[u8; names::SEQUENCE_LEN]>::as_slice).collect();
    reader.get_many(&partition, &slices, &mut |position, stored| {
        if let (Some(sequence), Some(entry)) = (sequences.get(position), entries.get_mut(position)) {
            *entry = entry::decode(*sequence, stored);
        }
    })?;
    let all: Option<Vec<LogEntry>> = entries.iter_mut().map(Option::take).collect();
    all.ok_or_else(|| {
        let missing = entries.iter().position(Option::is_none).and_then(|position| keys.get(position));
        names::corrupted(&partition, missing.map_or(&[], |key| key))
    })
}
