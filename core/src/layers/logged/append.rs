//! The end of a logged transaction: its changes get a version, and are written to the log.

use alloc::vec::Vec;

use super::entry;
use super::logging::LoggedChanges;
use super::names::{self, Sequence};
use crate::backend::{Transaction, Write};
use crate::clock::Clock;
use crate::error::{ErrorKind, Place, Result};

/// Writes the changes of a transaction to the log, in the transaction. Returns their version, or `None` if there are none.
///
/// The counter is read and raised in the transaction. Of two transactions that would raise the same value, an engine commits
/// one, or runs the other again after it. So versions are in the order of the commits, and have no gaps.
pub(super) fn append(
    tx: &mut dyn Transaction,
    changes: LoggedChanges,
    clock: &dyn Clock,
) -> Result<Option<u64>> {
    if changes.is_empty() {
        return Ok(None);
    }
    let (state, entries, lanes) = (names::state(), names::entries(), names::lanes());
    let too_many =
        || ErrorKind::Corrupted { place: Place::of(&state), detail: "its counter is at its end".into() };
    let version = names::version(&*tx, names::NEWEST)?.checked_add(1).ok_or_else(too_many)?;
    let time = tx.read_time(clock);
    let mut written: Vec<([u8; names::SEQUENCE_LEN], Vec<u8>)> = Vec::with_capacity(changes.len());
    let mut in_lanes: Vec<Vec<u8>> = Vec::with_capacity(changes.len());
    for (((partition, key), (old, change)), number) in changes.into_iter().zip(0..) {
        let sequence = Sequence { version, number };
        in_lanes.push(names::in_lane(names::lane(&partition, &[]), sequence));
        if let Some(owner) = names::owner(&key) {
            in_lanes.push(names::in_lane(names::lane(&partition, owner), sequence));
        }
        written.push((sequence.to_bytes(), entry::encode(time, &partition, &key, &old, &change)));
    }
    let newest = version.to_be_bytes();
    let mut writes = Vec::with_capacity(1 + written.len() + in_lanes.len());
    writes.push(Write::put(&state, names::NEWEST, &newest));
    writes.extend(written.iter().map(|(key, value)| Write::put(&entries, key, value)));
    writes.extend(in_lanes.iter().map(|key| Write::put(&lanes, key, &[])));
    tx.write_batch(&writes)?;
    Ok(Some(version))
}
