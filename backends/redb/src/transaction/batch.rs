//! The writes of a batch to one table, in key order.
//!
//! An insertion finds its leaf from the root and rewrites the path to it. redb's cursor collects entries that come after each
//! other and writes their leaves once, but takes new keys only, between two neighbours that the table has. So a run of new
//! keys in one gap goes through a cursor, and all other keys through insertions.

use std::borrow::Cow;
use std::ops::Bound;

use keyloft::backend::Write;
use redb::{CursorError, Table};

use super::{insert, remove};
use crate::table::{Bytes, IS_SMALL};
use crate::undo_log::UndoRecorder;

/// The least number of entries that a cursor is worth: it rewrites the leaf that it ends in, and its path.
const MIN_RUN: usize = 8;
/// The most writes without a search for a gap, after searches that have found none.
const MAX_PAUSE: usize = 128;

/// Makes the writes of one partition. Returns the number of changes.
pub(super) fn write(
    table: &mut Table<'_, Bytes, Bytes>,
    writes: &[Write<'_>],
    undo: &mut UndoRecorder<'_>,
) -> redb::Result<u64> {
    let writes = in_order(writes);
    let mut rest: &[Write<'_>] = &writes;
    let (mut changes, mut pause, mut until_search) = (0, MIN_RUN, 0_usize);
    while let Some((write, after)) = rest.split_first() {
        rest = after;
        let is_new = if let Some(value) = write.value {
            changes += 1;
            insert(table, write.key, value, undo)?
        } else {
            changes += u64::from(remove(table, write.key, undo)?);
            false
        };
        until_search = until_search.saturating_sub(1);
        // Where one key was new, the next ones may be.
        if IS_SMALL || !is_new || until_search > 0 || !may_be_run(rest) {
            continue;
        }
        let taken = insert_run(table, write.key, rest, undo)?;
        if taken == 0 {
            until_search = pause;
            pause = (pause * 2).min(MAX_PAUSE);
        } else {
            pause = MIN_RUN;
            changes += u64::try_from(taken).unwrap_or(u64::MAX);
            rest = rest.get(taken..).unwrap_or_default();
        }
    }
    Ok(changes)
}

/// Returns the writes in the order of their keys, with the last one of each key. A small build leaves them as they are.
fn in_order<'w, 'k>(writes: &'w [Write<'k>]) -> Cow<'w, [Write<'k>]> {
    if IS_SMALL || writes.is_sorted_by(|one, next| one.key < next.key) {
        return Cow::Borrowed(writes);
    }
    let mut sorted = writes.to_vec();
    // The sort is stable, so after the reversal the last write of a key comes first.
    sorted.reverse();
    sorted.sort_by(|one, other| one.key.cmp(other.key));
    sorted.dedup_by(|other, one| one.key == other.key);
    Cow::Owned(sorted)
}

/// Returns `true` if the writes begin with enough entries for a cursor.
fn may_be_run(writes: &[Write<'_>]) -> bool {
    writes.get(..MIN_RUN).is_some_and(|run| run.iter().all(|write| write.value.is_some()))
}

/// Inserts the first of the entries, as many as there are between `before`, which is in the table, and the key that follows it
/// in the table. Returns their number, which is 0 if they are too few for a cursor.
fn insert_run(
    table: &mut Table<'_, Bytes, Bytes>,
    before: &[u8],
    writes: &[Write<'_>],
    undo: &mut UndoRecorder<'_>,
) -> redb::Result<usize> {
    let mut cursor = table.lower_bound_mut(Bound::Excluded(before))?;
    let is_worth = match cursor.peek_next()? {
        Some((next, _)) => writes.get(MIN_RUN - 1).is_some_and(|write| write.key < next.value()),
        None => true,
    };
    let mut taken = 0;
    if is_worth {
        for write in writes {
            let Some(value) = write.value else { break };
            match cursor.insert_before(write.key, value) {
                Ok(()) => {}
                // The gap ends.
                Err(CursorError::UnorderedKey) => break,
                Err(CursorError::Storage(source)) => return Err(source),
                Err(_) => return Err(redb::StorageError::PreviousIo),
            }
            undo.record(write.key, None);
            taken += 1;
        }
    }
    cursor.close()?;
    Ok(taken)
}

#[cfg(test)]
mod tests;
