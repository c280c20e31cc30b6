//! [`Walk`]: a position in a query's result that borrows nothing.

use alloc::boxed::Box;
use alloc::sync::Arc;
use core::marker::PhantomData;

use super::scan::Scan;
use crate::backend::Read;
use crate::error::Result;
use crate::key::StorageKey;
use crate::store::access::{Access, ReadSource};
use crate::store::schema::{Layout, Sight};

/// A position in a query's result, from [`EntityReader::walk`](super::EntityReader::walk) or
/// [`IndexReader::walk_by`](super::IndexReader::walk_by).
///
/// Unlike an [`Iter`](super::Iter), it borrows nothing: each step names the reader. So the body of a transaction can write
/// between two steps, to this table and to others, and no result is collected first:
///
/// ```
/// # use std::sync::Arc;
/// use keyloft::prelude::*;
///
/// # let backend: Arc<dyn StorageBackend> = Arc::new(keyloft_memory::MemoryBackend::new());
/// let jobs = Table::<JobId, u32>::new(backend.clone(), "jobs");
/// let archive = Table::<JobId, u32>::new(backend.clone(), "archive");
/// jobs.put_many(&[("2025-11".into(), 1), ("2025-12".into(), 2), ("2026-01".into(), 3)])?;
///
/// backend.transaction(|tx| {
///     let mut old = jobs.walk(JobId::prefix("2025-"));
///     while let Some((id, cost)) = old.next(tx)? {
///         archive.within(tx).put(&id, &cost)?;
///         jobs.within(tx).delete(&id)?;
///     }
///     Ok(())
/// })?;
/// assert_eq!((jobs.count()?, archive.count()?), (1, 2));
/// # Ok::<(), keyloft::Error>(())
/// ```
///
/// A step reads the first entity after the position in the reader's present state. So it sees the writes after its position,
/// and not those before it. A body that writes ahead of its own walk without end does not end.
///
/// Each step is a scan that begins anew. If nothing is written in between, an [`Iter`](super::Iter) is faster.
pub struct Walk<K, V> {
    layout: Arc<Layout<V>>,
    scope: Box<[u8]>,
    sight: Sight,
    scan: Scan<V>,
    key: PhantomData<fn() -> K>,
}

impl<K: StorageKey, V: 'static> Walk<K, V> {
    pub(super) fn new(access: Access<'_, V>, scan: Scan<V>) -> Self {
        let Access { layout, scope, sight, .. } = access;
        Self { layout: Arc::clone(layout), scope: scope.into(), sight, scan, key: PhantomData }
    }

    /// Returns the next entity in the state of `reader`, a transaction or a snapshot, and moves behind it. Returns `None`
    /// behind the last one.
    ///
    /// # Errors
    ///
    /// The errors of [`get`](super::EntityReader::get), or of [`find`](super::IndexReader::find) for a walk by an index. The
    /// next step goes on behind an entity that can't be decoded.
    pub fn next(&mut self, reader: &dyn Read) -> Result<Option<(K, V)>> {
        let Self { layout, scope, sight, scan, .. } = self;
        if scan.query.limit == Some(0) {
            return Ok(None);
        }
        let access = Access { layout, scope, sight: *sight, source: ReadSource::Pinned(reader) };
        let pinned = access.pin()?;
        let reads = access.reads(&pinned);
        let mut found = None;
        let mut more = true;
        while more && found.is_none() {
            more = scan.fetch(&reads, 1, &mut |hit, entity| found = Some(reads.entry(hit, entity)))?;
        }
        found.transpose()
    }
}
