//! [`Access`]: a table and the source of its reads.

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

/// A table, or a part of its keys, and the source of its reads: a backend, a snapshot or a transaction.
///
/// Every read of an [`EntityReader`](super::EntityReader) is built on its access.
pub struct Access<'a, V> {
    pub(crate) layout: &'a Arc<Layout<V>>,
    /// The bytes that precede the keys of this reader in the partition; empty for a whole table.
    pub(crate) scope: &'a [u8],
    pub(crate) sight: Sight,
    pub(crate) source: Source<'a>,
}

/// The source of reads.
#[derive(Clone, Copy)]
pub(crate) enum Source<'a> {
    /// The newest state, which may change between two reads.
    Newest(&'a Arc<dyn StorageBackend>),
    /// A state that does not change between reads.
    Held(&'a dyn Read),
}

/// A state that does not change between reads.
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
    /// Creates the access to the newest state of the table in this backend.
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

    /// Narrows the access to the keys that begin with `scope`.
    pub(crate) fn scoped(self, scope: &'a [u8]) -> Self {
        Self { scope, ..self }
    }

    /// Makes tombstones visible.
    pub(crate) fn with_tombstones(mut self) -> Self {
        self.sight.tombstones = true;
        self
    }

    /// Returns the key's bytes in the partition.
    #[inline]
    pub(crate) fn key<'k, K: StorageKey>(&self, key: &'k K) -> Cow<'k, [u8]> {
        scoped_key(self.scope, key)
    }

    pub(crate) fn place<K: StorageKey>(&self, key: &K) -> Place {
        self.layout.place(&self.key(key))
    }

    /// Returns a reader of the source. Each of its reads may see a later state.
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

    /// Returns a state of the source that does not change.
    pub(crate) fn hold(&self) -> Result<Held<'a>> {
        Ok(match self.source {
            Source::Newest(backend) => Held::Snapshot(backend.snapshot()?),
            Source::Held(reader) => Held::Lent(reader),
        })
    }

    /// Runs reads that must all see the same state.
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

/// Returns the bytes of the scope, followed by those of the key.
#[inline]
pub(super) fn scoped_key<'k, K: StorageKey>(scope: &[u8], key: &'k K) -> Cow<'k, [u8]> {
    let encoded = key.encode();
    if scope.is_empty() { encoded } else { Cow::Owned([scope, &encoded].concat()) }
}

/// Returns the span of the partition that holds the keys of `span` within the scope.
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
