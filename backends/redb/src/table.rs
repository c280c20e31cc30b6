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

/// `true` in a browser, where size comes before speed: the code for batches would be 2 % of an engine that pages download.
pub(crate) const IS_SMALL: bool = cfg!(all(target_family = "wasm", target_os = "unknown"));

/// The least number of keys that a scan must find to be worth its start.
const MIN_FOUND: usize = 8;
/// The most entries that a scan may pass in addition to those that it finds.
const MAX_PASSED: usize = 4;
/// The most lookups without a scan, after scans that have found too little.
const MAX_PAUSE: usize = 1024;

/// Passes the values of `keys` to `visit`, each with its index in `keys`.
///
/// Keys are looked up in sorted order. Neighbours share a page, which is then in the processor's cache. Keys that the table
/// has close together are found by a scan, whose step costs less than half of a lookup.
pub(crate) fn get_many(
    table: &impl ReadableTable<Bytes, Bytes>,
    keys: &[&[u8]],
    visit: &mut dyn FnMut(usize, &[u8]),
) -> redb::Result<()> {
    let mut sorted: Vec<(&[u8], usize)> = keys.iter().enumerate().map(|(index, key)| (*key, index)).collect();
    if !sorted.is_sorted() {
        sorted.sort_unstable();
    }
    let mut rest = sorted.as_slice();
    let (mut pause, mut until_scan) = (MIN_FOUND, 0_usize);
    while let Some(((key, index), after)) = rest.split_first() {
        if !IS_SMALL && until_scan == 0 && rest.len() >= MIN_FOUND {
            let left = get_near(table, rest, visit)?;
            if rest.len() - left.len() < MIN_FOUND {
                until_scan = pause;
                pause = (pause * 4).min(MAX_PAUSE);
            } else {
                pause = MIN_FOUND;
            }
            rest = left;
            continue;
        }
        until_scan = until_scan.saturating_sub(1);
        if let Some(value) = table.get(*key)? {
            visit(*index, value.value());
        }
        rest = after;
    }
    Ok(())
}

/// Looks up the first of the sorted keys by a scan, as many as lie close together. Returns the others.
fn get_near<'s, 'k>(
    table: &impl ReadableTable<Bytes, Bytes>,
    mut keys: &'s [(&'k [u8], usize)],
    visit: &mut dyn FnMut(usize, &[u8]),
) -> redb::Result<&'s [(&'k [u8], usize)]> {
    let (Some((first, _)), Some((last, _))) = (keys.first(), keys.last()) else { return Ok(keys) };
    let (mut found, mut passed) = (0, 0);
    for entry in table.range::<&[u8]>(*first..=*last)? {
        let (entry, value) = entry?;
        let entry = entry.value();
        // The keys before the entry do not exist.
        while let Some((_, after)) = keys.split_first().filter(|((key, _), _)| *key < entry) {
            keys = after;
        }
        let before = found;
        while let Some(((_, index), after)) = keys.split_first().filter(|((key, _), _)| *key == entry) {
            visit(*index, value.value());
            keys = after;
            found += 1;
        }
        if found == before {
            passed += 1;
            if passed > found + MAX_PASSED {
                return Ok(keys);
            }
        }
    }
    // The entries have ended, so the other keys do not exist.
    Ok(&[])
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
