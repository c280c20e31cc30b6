//! [`Page`]: a part of a query's result.

use alloc::vec::Vec;
use core::mem;

use super::RawReader;
use super::cursor::{Cursor, fingerprint};
use super::scan::Scan;
use crate::error::{Error, Result};
use crate::key::StorageKey;
use crate::store::schema::Outline;

/// A part of a query's result.
///
/// ```
/// # use std::sync::Arc;
/// use keyloft::prelude::*;
///
/// # let backend = Arc::new(keyloft_memory::MemoryBackend::new());
/// let jobs = Table::<JobId, u32>::new(backend, "jobs");
/// jobs.put_many(&[("a".into(), 1), ("b".into(), 2), ("c".into(), 3)])?;
///
/// let first = jobs.page(.., 2, None)?;
/// assert_eq!(first.entries.len(), 2);
///
/// // The cursor travels as text, say in a link to the next page.
/// let link = first.next.expect("a third job follows").to_string();
/// let second = jobs.page(.., 2, Some(&link.parse::<Cursor>()?))?;
/// assert_eq!(second.entries, [("c".into(), 3)]);
/// assert!(second.next.is_none());
/// # Ok::<(), keyloft::Error>(())
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub struct Page<K, V> {
    /// The entities, in the query's order.
    pub entries: Vec<(K, V)>,
    /// The cursor of the next page, or `None` on the last page.
    pub next: Option<Cursor>,
    /// The entities that [`page_readable`](super::EntityReader::page_readable) and
    /// [`page_readable_by`](super::IndexReader::page_readable_by) stepped over. Other pages are errors instead.
    pub skipped: Vec<Skipped>,
}

/// An entity that a page or a [`reindex_readable`](crate::EntityRepair::reindex_readable) stepped over, because it can't be
/// read.
#[derive(Debug)]
#[non_exhaustive]
pub struct Skipped {
    /// The entity's key, which [`discard`](crate::EntityRepair::discard) takes. If an index entry can't be parsed, it is the
    /// key of the entry.
    pub key: Vec<u8>,
    /// The reason why the entity can't be read.
    pub error: Error,
}

/// The treatment of entities that can't be read.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Damage {
    Fail,
    StepOver,
}

impl<K: StorageKey, V: 'static> Page<K, V> {
    pub(super) fn read(
        reads: &RawReader<'_, V>,
        mut scan: Scan<V>,
        limit: usize,
        after: Option<&Cursor>,
        damage: Damage,
    ) -> Result<Self> {
        let Outline { partition, key_shape, .. } = &**reads.layout;
        let index = scan.index.as_ref().map(|index| index.defined());
        let query = fingerprint(partition.as_str(), key_shape, index.as_ref(), &scan.query);
        if let Some(cursor) = after {
            let last = cursor.last_of(query, &scan.query)?;
            scan.query.span.resume_after(last, scan.query.direction);
        }
        let limit = limit.min(scan.query.limit.unwrap_or(usize::MAX));
        if limit == 0 {
            return Ok(Self { entries: Vec::new(), next: after.cloned(), skipped: Vec::new() });
        }
        let mut fetched = Vec::new();
        let mut failed = Vec::new();
        let mut last = Vec::new();
        let mut more = true;
        while more && fetched.len() < limit {
            (last, more) = scan.fetch(reads, limit - fetched.len(), &mut fetched, &mut failed)?;
        }
        // One entity is read ahead, so that the last page has no cursor. A fetch may return none, because the index
        // entry of a hidden entity uses up its maximum.
        let mut following: Vec<Result<(K, V)>> = Vec::new();
        while more && following.is_empty() {
            (_, more) = scan.fetch(reads, 1, &mut following, &mut Vec::new())?;
        }
        let next = if following.is_empty() { None } else { Some(Cursor::new(query, last)) };
        let mut skipped = Vec::new();
        if damage == Damage::StepOver {
            let mut failed = failed.into_iter();
            fetched.retain_mut(|entry| {
                let Err(error) = entry else { return true };
                let error = mem::replace(error, Error::Aborted);
                skipped.push(Skipped { key: failed.next().unwrap_or_default(), error });
                false
            });
        }
        let entries = fetched.into_iter().collect::<Result<_>>()?;
        Ok(Self { entries, next, skipped })
    }
}
