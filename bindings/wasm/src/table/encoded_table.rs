//! [`EncodedTable`]: a table as JavaScript reads it.

use std::ops::ControlFlow;
use std::sync::Arc;

use keyloft::backend::Read;
use keyloft::error::{DecodeReason, Place};
use keyloft::store::Entry;
use keyloft::value::Envelope;
use keyloft::{
    Cursor, EntityReader, EntityStore, Error, IndexReader, Page, Partition, Query, Result, StorageBackend,
    TableReader,
};

use super::doc::Doc;
use super::{DocSchema, NamedIndex, Store};

/// A table as JavaScript reads it: keys are bytes, and entities are payloads of the table's version.
///
/// It writes nothing, because it has none of the table's rules.
pub(crate) struct EncodedTable {
    store: Store,
    /// The version of each payload; `None` for values without an envelope.
    version: Option<u32>,
}

/// Takes an entity that a scan lends.
pub(crate) type Visit<'a> = dyn FnMut(&Lent<'_>) -> Result<ControlFlow<()>> + 'a;

/// An entity that a scan lends.
pub(crate) type Lent<'a> = Entry<'a, Vec<u8>, Doc>;

impl EncodedTable {
    pub(super) fn new(backend: &Arc<dyn StorageBackend>, schema: DocSchema) -> Self {
        let definition = schema.definition();
        let version = definition.has_envelope.then_some(definition.version);
        Self { store: Store::with_schema(Arc::clone(backend), schema), version }
    }

    pub(crate) fn partition(&self) -> &Partition {
        self.store.partition()
    }

    /// Compares the table with the catalog, after a read of its bytes and before a write of them.
    pub(crate) fn check(&self, reader: &dyn Read) -> Result<()> {
        self.store.schema().check(reader)
    }

    pub(super) fn schema(&self) -> &DocSchema {
        self.store.schema()
    }

    /// Returns whether values are in an envelope.
    pub(crate) fn has_envelope(&self) -> bool {
        self.version.is_some()
    }

    /// Returns the table as the reader sees it.
    pub(crate) fn at<'a>(&'a self, reader: &'a dyn Read) -> TableReader<'a, Vec<u8>, Doc> {
        self.store.at(reader)
    }

    /// Lends the query's entities to `visit`, until it breaks.
    ///
    /// # Errors
    ///
    /// The errors of `visit` and of the backend.
    pub(crate) fn visit(
        &self,
        reader: &dyn Read,
        query: Query<Vec<u8>>,
        visit: &mut Visit<'_>,
    ) -> Result<()> {
        self.at(reader).visit(query, |entry| visit(&entry))
    }

    /// Returns a page, by the index if there is one, which steps over entities that can't be read if `steps_over` is set.
    ///
    /// # Errors
    ///
    /// As [`IndexReader::page_by`], and [`IndexReader::page_readable_by`] with `steps_over`.
    pub(crate) fn page(
        &self,
        reader: &dyn Read,
        index: Option<&NamedIndex>,
        query: Query<Vec<u8>>,
        limit: usize,
        after: Option<&Cursor>,
        steps_over: bool,
    ) -> Result<Page<Vec<u8>, Doc>> {
        let table = self.at(reader);
        let mut page = match index {
            Some(index) => table.page_readable_by(index, query, limit, after)?,
            None => table.page_readable(query, limit, after)?,
        };
        if !steps_over && !page.skipped.is_empty() {
            return Err(page.skipped.swap_remove(0).error);
        }
        Ok(page)
    }

    /// Returns the entities that have this value in the index, in key order.
    ///
    /// # Errors
    ///
    /// As [`page`](Self::page), whose code this shares.
    pub(crate) fn find_all(
        &self,
        reader: &dyn Read,
        index: &NamedIndex,
        value: &[u8],
    ) -> Result<Vec<(Vec<u8>, Doc)>> {
        Ok(self.page(reader, Some(index), Query::exactly(value), usize::MAX, None, false)?.entries)
    }

    /// Returns the payload of the entity of this key, if the reader sees it.
    ///
    /// # Errors
    ///
    /// As [`payload`](Self::payload).
    pub(crate) fn visible_payload<'a>(
        &self,
        reader: &dyn Read,
        key: &[u8],
        stored: &'a [u8],
    ) -> Result<Option<&'a [u8]>> {
        let row = self.open(key, stored)?;
        let schema = self.store.schema();
        if !schema.is_visible(row, schema.sight_at(reader)) {
            return Ok(None);
        }
        self.payload_of(key, row).map(Some)
    }

    /// Returns the payload of the entity of this key.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Decode`](keyloft::ErrorKind::Decode) or [`ErrorKind::NewerVersion`](keyloft::ErrorKind::NewerVersion) if the
    /// value has no envelope of the table's version, and [`ErrorKind::Corrupted`](keyloft::ErrorKind::Corrupted) if it is damaged
    /// or belongs to another key.
    pub(crate) fn payload<'a>(&self, key: &[u8], stored: &'a [u8]) -> Result<&'a [u8]> {
        self.payload_of(key, self.open(key, stored)?)
    }

    /// Returns the payload of an entity of the table's version.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Decode`](keyloft::ErrorKind::Decode) or [`ErrorKind::NewerVersion`](keyloft::ErrorKind::NewerVersion).
    pub(crate) fn payload_of<'a>(&self, key: &[u8], row: Envelope<'a>) -> Result<&'a [u8]> {
        let Envelope { version: found, payload } = row;
        let reason = match self.version {
            Some(known) if found > known => DecodeReason::NewerVersion { found, known },
            Some(known) if found < known => DecodeReason::NoUpgrade { found, known },
            _ => return Ok(payload),
        };
        Err(self.undecodable(key, reason))
    }

    fn open<'a>(&self, key: &[u8], stored: &'a [u8]) -> Result<Envelope<'a>> {
        if self.version.is_none() {
            return Ok(Envelope { version: 0, payload: stored });
        }
        Envelope::open(self.partition(), key, stored).map_err(|reason| self.undecodable(key, reason))
    }

    fn undecodable(&self, key: &[u8], reason: DecodeReason) -> Error {
        Error::decode(Place::entry(self.partition(), key), reason)
    }
}
