//! Reads of one redb table, the same for a table in a snapshot and in a write transaction.

use std::ops::ControlFlow;
use std::ptr;

use keyloft::Partition;
use keyloft::backend::{Direction, KeyRange, Visit};
use redb::{AccessGuard, ReadableTable, TableDefinition};

/// The type of keys and values for redb.
pub(crate) type Bytes = &'static [u8];

/// Returns the redb table of a partition, whose name must not be empty.
pub(crate) fn definition(partition: &Partition) -> TableDefinition<'_, Bytes, Bytes> {
    TableDefinition::new(partition.as_str())
}

/// Compares two partitions. Clones, the common case, share their text and compare by pointer.
pub(crate) fn is_same(a: &Partition, b: &Partition) -> bool {
    ptr::eq(a.as_str(), b.as_str()) || a == b
}

/// Passes the value of `key` to `visit`. Returns `true` if the key exists.
pub(crate) fn get(
    table: &impl ReadableTable<Bytes, Bytes>,
    key: &[u8],
    visit: &mut dyn FnMut(&[u8]),
) -> redb::Result<bool> {
    let value = table.get(key)?;
    Ok(value.map(|value| visit(value.value())).is_some())
}

/// Passes the values of `keys` to `visit`, each with its index in `keys`.
///
/// Keys are looked up in sorted order. Neighbours share a page, which is then in the processor's cache.
pub(crate) fn get_many(
    table: &impl ReadableTable<Bytes, Bytes>,
    keys: &[&[u8]],
    visit: &mut dyn FnMut(usize, &[u8]),
) -> redb::Result<()> {
    let mut sorted: Vec<(&[u8], usize)> = keys.iter().enumerate().map(|(index, key)| (*key, index)).collect();
    sorted.sort_unstable();
    for (key, index) in sorted {
        if let Some(value) = table.get(key)? {
            visit(index, value.value());
        }
    }
    Ok(())
}

/// Passes the entries of `range` to `visit`.
pub(crate) fn scan(
    table: &impl ReadableTable<Bytes, Bytes>,
    range: KeyRange<'_>,
    direction: Direction,
    visit: &mut Visit<'_>,
) -> redb::Result<()> {
    // redb panics on reversed bounds.
    if range.is_empty() {
        return Ok(());
    }
    let mut entries = table.range::<&[u8]>((range.lower, range.upper))?;
    match direction {
        Direction::Forward => lend(entries, visit),
        Direction::Backward => lend(std::iter::from_fn(|| entries.next_back()), visit),
    }
}

/// Returns the number of entries in `range`.
pub(crate) fn count(table: &impl ReadableTable<Bytes, Bytes>, range: KeyRange<'_>) -> redb::Result<u64> {
    if range == KeyRange::ALL {
        return table.len();
    }
    let mut count = 0;
    scan(table, range, Direction::Forward, &mut |_, _| {
        count += 1;
        ControlFlow::Continue(())
    })?;
    Ok(count)
}

type Entry<'a> = (AccessGuard<'a, Bytes>, AccessGuard<'a, Bytes>);

fn lend<'a>(
    entries: impl Iterator<Item = redb::Result<Entry<'a>>>,
    visit: &mut Visit<'_>,
) -> redb::Result<()> {
    for entry in entries {
        let (key, value) = entry?;
        if visit(key.value(), value.value()).is_break() {
            break;
        }
    }
    Ok(())
}
