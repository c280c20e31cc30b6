//! [`Page`]: a part of a query's result.

use alloc::vec::Vec;

use super::cursor::{Cursor, fingerprint};
use super::scan::Scan;
use crate::backend::out_of_order;
use crate::error::{Error, Result};
use crate::key::StorageKey;
use crate::store::access::Access;
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
        access: Access<'_, V>,
        mut scan: Scan<V>,
        limit: usize,
        after: Option<&Cursor>,
        damage: Damage,
    ) -> Result<Self> {
        let pinned = access.pin()?;
        let reads = access.reads(&pinned);
        let Outline { partition, key_shape, .. } = &***access.layout;
        let index = scan.index.as_ref().map(|index| index.defined());
        let query = fingerprint(partition.as_str(), key_shape, index.as_ref(), &scan.query);
        if let Some(cursor) = after {
            let last = cursor.last_of(query, &scan.query)?;
            scan.query.span.resume_after(last, scan.query.direction);
        }
        let mut remaining = limit.min(scan.query.limit.take().unwrap_or(usize::MAX));
        let (mut entries, mut skipped) = (Vec::new(), Vec::new());
        if remaining == 0 {
            return Ok(Self { entries, next: after.cloned(), skipped });
        }
        let asked = scan.query.span.clone();
        let mut failed = None;
        let mut last = Vec::new();
        // One entity is read ahead, so that the last page has no cursor. A fetch may return fewer than it is told, because the
        // index entry of a hidden entity uses up its maximum.
        let mut follows = false;
        let mut more = true;
        while more && !follows && failed.is_none() {
            more = scan.fetch(&reads, remaining.saturating_add(1), &mut |hit, entity| {
                if remaining == 0 {
                    follows = true;
                    return;
                }
                remaining -= 1;
                if remaining == 0 {
                    last.extend_from_slice(hit.entry.entry);
                }
                match reads.entry(hit, entity) {
                    Ok(entry) => entries.push(entry),
                    Err(error) if damage == Damage::StepOver => {
                        skipped.push(Skipped { key: hit.key().to_vec(), error });
                    }
                    Err(error) => failed = failed.take().or(Some(error)),
                }
            })?;
            scan.is_anchored = true;
        }
        // The next page begins behind it. A fetch compares only some keys.
        if follows && !asked.as_range().contains(&last) {
            let entries = scan.index.as_ref().map_or(partition, |index| &index.entries.partition);
            return Err(out_of_order(entries, &last));
        }
        match failed {
            Some(error) => Err(error),
            None => Ok(Self { entries, next: follows.then(|| Cursor::new(query, last)), skipped }),
        }
    }
}
