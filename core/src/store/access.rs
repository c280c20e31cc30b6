//! [`Access`]: where a table's entities are read.

use alloc::borrow::Cow;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::ops::Bound;

use super::read::RawReader;
use super::schema::{Layout, Sight};
use crate::backend::{KeySpan, Partition, Read, Snapshot, StorageBackend, after_prefix};
use crate::error::{Place, Result};
use crate::key::StorageKey;
use crate::store::Schema;

/// Where a table's entities are read: the table, the part of its keys, and the backend, snapshot or transaction.
///
/// Every [`EntityReader`](super::EntityReader) has one, and its reads need nothing else.
pub struct Access<'a, V> {
    pub(crate) layout: &'a Arc<Layout<V>>,
    /// What the keys of this reader are preceded by in the partition; empty for a whole table.
    pub(crate) scope: &'a [u8],
    pub(crate) sight: Sight,
    pub(crate) source: Source<'a>,
}

/// What is read: the newest state, each read by itself, or one that does not change meanwhile.
#[derive(Clone, Copy)]
pub(crate) enum Source<'a> {
    Newest(&'a Arc<dyn StorageBackend>),
    Held(&'a dyn Read),
}

/// A state that does not change while it is read.
pub(crate) enum Held<'a> {
    Snapshot(Arc<dyn Snapshot>),
    Lent(&'a dyn Read),
}

impl<V> Clone for Access<'_, V> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<V> Copy for Access<'_, V> {}

impl<'a, V> Access<'a, V> {
    /// The newest state of the table in this backend.
    pub fn newest<K>(backend: &'a Arc<dyn StorageBackend>, schema: &'a Schema<K, V>) -> Self {
        Self::new(schema.layout(), Source::Newest(backend))
    }

    pub(crate) fn new(layout: &'a Arc<Layout<V>>, source: Source<'a>) -> Self {
        Self { layout, scope: &[], sight: Sight::default(), source }
    }

    /// Returns the table's partition.
    pub fn partition(&self) -> &'a Partition {
        &self.layout.partition
    }

    /// Narrows the access to the keys that begin so.
    pub(crate) fn scoped(self, scope: &'a [u8]) -> Self {
        Self { scope, ..self }
    }

    /// Widens the sight to tombstones.
    pub(crate) fn with_tombstones(mut self) -> Self {
        self.sight.tombstones = true;
        self
    }

    /// Returns the bytes of a key of this reader in the partition.
    #[inline]
    pub(crate) fn key<'k, K: StorageKey>(&self, key: &'k K) -> Cow<'k, [u8]> {
        scoped_key(self.scope, key)
    }

    pub(crate) fn place<K: StorageKey>(&self, key: &K) -> Place {
        self.layout.place(&self.key(key))
    }

    /// Returns reads of the source, which may see a later state each.
    #[inline]
    pub(crate) fn reads(&self) -> RawReader<'a, V> {
        let reader: &'a dyn Read = match self.source {
            Source::Newest(backend) => &**backend,
            Source::Held(reader) => reader,
        };
        self.reads_of(reader)
    }

    pub(crate) fn reads_of<'r>(&self, reader: &'r dyn Read) -> RawReader<'r, V>
    where
        'a: 'r,
    {
        RawReader { layout: self.layout, scope: self.scope, sight: self.sight, reader }
    }

    /// Returns one state of the source.
    pub(crate) fn hold(&self) -> Result<Held<'a>> {
        Ok(match self.source {
            Source::Newest(backend) => Held::Snapshot(backend.snapshot()?),
            Source::Held(reader) => Held::Lent(reader),
        })
    }

    /// Runs reads that must all see one state.
    pub(crate) fn steady<T>(&self, read: impl FnOnce(RawReader<'_, V>) -> Result<T>) -> Result<T> {
        let held = self.hold()?;
        read(self.reads_of(held.as_read()))
    }
}

impl Held<'_> {
    pub(crate) fn as_read(&self) -> &dyn Read {
        match self {
            Self::Snapshot(snapshot) => &**snapshot,
            Self::Lent(reader) => *reader,
        }
    }
}

/// Returns the bytes of a key after those of the scope.
#[inline]
pub(super) fn scoped_key<'k, K: StorageKey>(scope: &[u8], key: &'k K) -> Cow<'k, [u8]> {
    let encoded = key.encode();
    if scope.is_empty() { encoded } else { Cow::Owned([scope, &encoded].concat()) }
}

/// Returns the span of the partition that holds the keys of this one after the scope.
pub(super) fn scoped_span(scope: &[u8], span: KeySpan) -> KeySpan {
    if scope.is_empty() {
        return span;
    }
    let under = |key: Vec<u8>| [scope, &key].concat();
    KeySpan {
        lower: match span.lower {
            Bound::Unbounded => Bound::Included(scope.to_vec()),
            bound => bound.map(under),
        },
        upper: match span.upper {
            Bound::Unbounded => after_prefix(scope),
            bound => bound.map(under),
        },
    }
}
