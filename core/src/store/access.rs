//! [`Access`]: a table and the source of its reads.

use alloc::borrow::Cow;
use alloc::sync::Arc;
use core::ops::Bound;

use super::read::RawReader;
use super::schema::{Layout, Sight};
use crate::backend::{BackendId, KeySpan, Partition, Read, Snapshot, StorageBackend, after_prefix};
use crate::catalog::{IndexStates, check};
use crate::error::{Error, ErrorKind, Place, Result};
use crate::key::StorageKey;
use crate::store::Schema;

/// A table, or a part of its keys, and the source of its reads: a backend, a snapshot or a transaction.
///
/// Every read of an [`EntityReader`](super::EntityReader) starts from its access.
pub struct Access<'a, V> {
    pub(crate) layout: &'a Arc<Layout<V>>,
    /// The bytes that precede the reader's keys in the partition, such as a user's `bob:`. It is empty for a whole
    /// table.
    ///
    /// It is a part of one table, unlike the scope of a [`Scoped`](crate::layers::Scoped) backend.
    pub(crate) scope: &'a [u8],
    pub(crate) sight: Sight,
    pub(crate) source: ReadSource<'a>,
}

/// The source of reads.
#[derive(Clone, Copy)]
pub(crate) enum ReadSource<'a> {
    /// The newest state, which may change between two reads.
    Newest(&'a Arc<dyn StorageBackend>),
    /// The reader that the caller passed: a snapshot or a transaction, whose state does not change between reads.
    Pinned(&'a dyn Read),
    /// A reader of another backend, which every read refuses.
    Other,
}

/// A state that does not change between reads, in which the table's definition agrees with the catalog.
pub(crate) struct Pinned<'a> {
    pub(crate) state: PinnedState<'a>,
    pub(crate) indexes: IndexStates,
}

/// A snapshot that was begun for the reads, or the caller's reader.
pub(crate) enum PinnedState<'a> {
    Snapshot(Arc<dyn Snapshot>),
    Borrowed(&'a dyn Read),
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
        Self::new(schema.layout(), ReadSource::Newest(backend))
    }

    pub(crate) fn new(layout: &'a Arc<Layout<V>>, source: ReadSource<'a>) -> Self {
        Self { layout, scope: &[], sight: Sight::default(), source }
    }

    /// Returns the table's partition.
    pub fn partition(&self) -> &'a Partition {
        &self.layout.partition
    }

    /// Returns the access to the table on the caller's reader.
    #[inline]
    pub(crate) fn at(self, reader: &'a dyn Read) -> Self {
        let ids = self.source.backend_id().zip(reader.backend_id());
        let is_same = ids.is_none_or(|(store, reader)| store.has_data_of(reader));
        Self { source: if is_same { ReadSource::Pinned(reader) } else { ReadSource::Other }, ..self }
    }

    /// Returns the error of a transaction or a snapshot of another backend.
    #[cold]
    pub(crate) fn other_backend(&self) -> Error {
        Error::from(ErrorKind::OtherBackend { place: Place::of(self.partition()) })
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

    /// Runs `read`, which must make one read, on a reader of the source. It may run twice.
    #[inline]
    pub(crate) fn read_once<T>(&self, read: impl Fn(RawReader<'_, V>) -> Result<T>) -> Result<T> {
        if let ReadSource::Newest(backend) = self.source
            && let Some(stamp) = backend.catalog_stamp()
            && self.layout.checked.contains(stamp)
        {
            let found = read(self.reader_of(&**backend, IndexStates::default()));
            // The state that was read is one of those in between: in all of them the definition was the same.
            if backend.catalog_stamp() == Some(stamp) {
                return found;
            }
        }
        let pinned = self.pin()?;
        read(self.reads(&pinned))
    }

    pub(crate) fn reader_of<'r>(&self, reader: &'r dyn Read, indexes: IndexStates) -> RawReader<'r, V>
    where
        'a: 'r,
    {
        let sight = self.layout.sight_at(reader, self.sight);
        RawReader { layout: self.layout, scope: self.scope, sight, reader, indexes }
    }

    /// Returns a state of the source that does not change between reads.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::OtherBackend`], [`ErrorKind::DefinitionMismatch`], or an error of the backend.
    pub(crate) fn pin(&self) -> Result<Pinned<'a>> {
        let state = match self.source {
            ReadSource::Newest(backend) => PinnedState::Snapshot(backend.snapshot()?),
            ReadSource::Pinned(reader) => PinnedState::Borrowed(reader),
            ReadSource::Other => return Err(self.other_backend()),
        };
        let indexes = check(self.layout, state.as_read())?.states;
        Ok(Pinned { state, indexes })
    }

    /// Returns the reads of the pinned state.
    pub(crate) fn reads<'r>(&self, pinned: &'r Pinned<'_>) -> RawReader<'r, V>
    where
        'a: 'r,
    {
        self.reader_of(pinned.state.as_read(), pinned.indexes)
    }
}

impl ReadSource<'_> {
    /// Returns the identity of the backend, if it has one.
    pub(crate) fn backend_id(&self) -> Option<BackendId> {
        match self {
            Self::Newest(backend) => backend.backend_id(),
            Self::Pinned(reader) => reader.backend_id(),
            Self::Other => None,
        }
    }
}

impl PinnedState<'_> {
    pub(crate) fn as_read(&self) -> &dyn Read {
        match self {
            Self::Snapshot(snapshot) => &**snapshot,
            Self::Borrowed(reader) => *reader,
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
pub(super) fn scoped_span(scope: &[u8], mut span: KeySpan) -> KeySpan {
    if scope.is_empty() {
        return span;
    }
    for bound in [&mut span.lower, &mut span.upper] {
        if let Bound::Included(key) | Bound::Excluded(key) = bound {
            *key = [scope, key].concat();
        }
    }
    if span.lower == Bound::Unbounded {
        span.lower = Bound::Included(scope.to_vec());
    }
    if span.upper == Bound::Unbounded {
        span.upper = after_prefix(scope);
    }
    span
}
