//! [`IndexEntries`]: the entries of an index that a scan found.

use alloc::borrow::Cow;
use alloc::vec::Vec;
use core::ops::ControlFlow;

use super::{Copies, Query};
use crate::backend::{Partition, Read, SOME_KEYS, scan_on};
use crate::error::Result;
use crate::store::index::Entries;

/// The largest number of entries whose entities are fetched at a time. The encoded entities are in memory together.
const LARGEST_CHUNK: usize = 1024;

/// The part of a query that is fetched at a time.
#[derive(Clone, Copy)]
pub(crate) struct Chunk {
    /// The most entries.
    pub(crate) max: usize,
    /// `true` if the query is the rest of an earlier chunk in the same state of the database.
    pub(crate) is_anchored: bool,
}

/// An entry of an index, as it is stored and parsed.
#[derive(Clone, Copy)]
pub(crate) struct IndexEntry<'a> {
    /// The key of the entry.
    pub(crate) entry: &'a [u8],
    /// The indexed value and the entity's key, or `None` if the entry can't be parsed.
    pub(crate) parsed: Option<(&'a [u8], &'a [u8])>,
}

/// An entry that a scan of an index or of a table found, and its entity.
#[derive(Clone, Copy)]
pub(crate) struct Hit<'a> {
    /// The entry. In a scan of a table, its value is empty.
    pub(crate) entry: IndexEntry<'a>,
    /// The entity in its envelope, or `None` if it does not exist.
    pub(crate) stored: Option<&'a [u8]>,
}

impl<'a> Hit<'a> {
    /// Creates the hit of a scan of a table.
    pub(super) fn of_table(key: &'a [u8], stored: &'a [u8]) -> Self {
        Self { entry: IndexEntry { entry: key, parsed: Some((&[], key)) }, stored: Some(stored) }
    }

    /// Returns the entity's key, or the key of an entry that can't be parsed.
    pub(crate) fn key(&self) -> &'a [u8] {
        self.entry.parsed.map_or(self.entry.entry, |(_, key)| key)
    }

    /// Returns the indexed value.
    pub(crate) fn value(&self) -> &'a [u8] {
        self.entry.parsed.map_or(&[], |(value, _)| value)
    }
}

/// The entries of an index that a scan found, in its order. They share two allocations.
#[derive(Default)]
pub(crate) struct IndexEntries {
    /// The bytes of each entry, of its value and of its entity's key, one after the other.
    bytes: Vec<u8>,
    lengths: Vec<Lengths>,
}

struct Lengths {
    entry: usize,
    /// The lengths of the value and of the key.
    parsed: Option<(usize, usize)>,
}

impl IndexEntries {
    pub(crate) fn len(&self) -> usize {
        self.lengths.len()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = IndexEntry<'_>> {
        let mut rest = self.bytes.as_slice();
        self.lengths.iter().map(move |&Lengths { entry, parsed }| IndexEntry {
            entry: take(&mut rest, entry),
            parsed: parsed.map(|(value, key)| (take(&mut rest, value), take(&mut rest, key))),
        })
    }

    fn push(&mut self, entry: &[u8], parsed: Option<(Cow<'_, [u8]>, &[u8])>) {
        self.bytes.extend_from_slice(entry);
        if let Some((value, key)) = &parsed {
            self.bytes.extend_from_slice(value);
            self.bytes.extend_from_slice(key);
        }
        let parsed = parsed.map(|(value, key)| (value.len(), key.len()));
        self.lengths.push(Lengths { entry: entry.len(), parsed });
    }
}

fn take<'a>(rest: &mut &'a [u8], len: usize) -> &'a [u8] {
    let (taken, after) = rest.split_at_checked(len).unwrap_or_default();
    *rest = after;
    taken
}

/// Returns the next entries of the query whose entities are in the scope, and moves the query past them.
pub(crate) fn next_entries(
    index: &Entries,
    scope: &[u8],
    reader: &dyn Read,
    query: &mut Query<Vec<u8>>,
    chunk: Chunk,
) -> Result<IndexEntries> {
    let mut found = IndexEntries::default();
    if chunk.max == 0 {
        return Ok(found);
    }
    scan_on::<SOME_KEYS>(
        reader,
        &index.partition,
        &mut query.span,
        query.direction,
        chunk.is_anchored,
        |entry, stored| {
            let parsed = index.parse(entry, stored).ok();
            // A program that is given one scope must not learn anything about another, not even through a cursor. The scope of
            // an entry that can't be parsed is unknown.
            if parsed.as_ref().map_or(scope.is_empty(), |(_, key)| key.starts_with(scope)) {
                found.push(entry, parsed);
            }
            if found.len() < chunk.max { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        },
    )?;
    Ok(found)
}

/// Passes the next entries of the query, and their entities, to `take`, and moves the query past them. Returns `true`
/// if more entries may follow.
pub(super) fn fetch_entries(
    index: &Entries,
    table: &Partition,
    scope: &[u8],
    reader: &dyn Read,
    query: &mut Query<Vec<u8>>,
    chunk: Chunk,
    take: &mut dyn FnMut(Hit<'_>),
) -> Result<bool> {
    let max = chunk.max.min(LARGEST_CHUNK);
    let entries = next_entries(index, scope, reader, query, Chunk { max, ..chunk })?;
    let mut keys = Vec::with_capacity(entries.len());
    for entry in entries.iter() {
        if let Some((_, key)) = entry.parsed {
            keys.push(key);
        }
    }
    // One batch after the scan: a backend can answer it faster than a read for each entry.
    let copies = Copies::read(reader, table, &keys)?;
    let mut position = 0;
    for entry in entries.iter() {
        let mut stored = None;
        if entry.parsed.is_some() {
            stored = copies.get(position);
            position += 1;
        }
        take(Hit { entry, stored });
    }
    Ok(entries.len() >= max)
}
