//! [`DocTable`]: a table of any kind, with keys and entities as bytes.

use std::sync::Arc;

use keyloft::backend::{Read, Transaction};
use keyloft::error::{DecodeReason, Place};
use keyloft::store::{Access, Sight, Visibility};
use keyloft::value::{Envelope, seal_payload};
use keyloft::{
    Clock, CrossUserTableStore, EntityReader, EntityRepair, EntityStore, EntityWriter, Error, ErrorKind,
    MaybeSend, MaybeSync, Partition, Principal, Result, Schema, StorageBackend, StorageKey, TableAccess,
    UserId,
};

use super::doc::{Decode, Doc};
use super::doc_codec::DocCodec;
use super::encoded_table::EncodedTable;
use super::named_index::NamedIndex;
use super::payload_check::PayloadCheck;
use super::read_index::ReadIndex;
use super::rights::{Permission, Rights};
use super::{Action, DocSchema, Store, unknown_action};
use crate::failure::{self, Failure};
use crate::wire::{Request, Response};

/// A table of any kind, with keys and entities as bytes.
pub(crate) struct DocTable {
    pub(super) store: Store,
    /// The table as JavaScript reads it, without tombstones and with them.
    pub(super) encoded: EncodedTable,
    pub(super) encoded_with_tombstones: EncodedTable,
    /// Refuses bytes that no key of the table encodes to.
    pub(super) check_key: CheckKey,
    pub(super) payload: PayloadCheck,
    /// The reason why JavaScript can't write the table.
    pub(super) read_only: Option<String>,
    /// The indexes that JavaScript may read.
    pub(super) indexes: Vec<NamedIndex>,
    pub(super) rights: Rights,
    pub(super) ask: Ask,
    pub(super) act: Act,
}

/// Refuses bytes that no key of a table encodes to.
pub(super) type CheckKey = fn(&[u8]) -> Result<()>;

/// Answers a query that only some tables have.
pub(super) type Ask = fn(&EncodedTable, &dyn Read, Request<'_>, &mut Response<'_>) -> failure::Result<()>;

/// Makes a change that only some tables have.
pub(super) type Act =
    fn(&DocTable, &mut dyn Transaction, &mut Action<'_>, &mut Response<'_>) -> failure::Result<()>;

impl DocTable {
    /// The table of this schema, whose payloads `decode` decodes; `None` for those that stay encoded.
    ///
    /// It takes every key and every payload, lets no principal in, and has no queries and actions of its own.
    pub(super) fn new(backend: &Arc<dyn StorageBackend>, schema: DocSchema, decode: Option<Decode>) -> Self {
        let encoded = to_read(&schema, DocCodec::ENCODED);
        Self::with_reads(backend, schema, decode, [encoded.clone(), encoded])
    }

    /// The table of this schema, which JavaScript reads by two others: without tombstones and with them.
    pub(super) fn with_reads(
        backend: &Arc<dyn StorageBackend>,
        schema: DocSchema,
        decode: Option<Decode>,
        [encoded, encoded_with_tombstones]: [DocSchema; 2],
    ) -> Self {
        let mut indexes = Vec::new();
        for (name, is_unique) in schema.indexes() {
            indexes.push(NamedIndex { name: name.to_owned(), is_unique });
        }
        Self {
            encoded: EncodedTable::new(backend, encoded),
            encoded_with_tombstones: EncodedTable::new(backend, encoded_with_tombstones),
            store: Store::with_schema(Arc::clone(backend), schema),
            check_key: |_| Ok(()),
            payload: PayloadCheck::by(decode),
            read_only: None,
            indexes,
            rights: Rights::Nobody,
            ask: |_, _, _, _| Err(Failure::argument("this table has no such query")),
            act: |_, _, _, _| Err(unknown_action()),
        }
    }

    pub(crate) fn partition(&self) -> &Partition {
        self.store.partition()
    }

    /// Returns the table as JavaScript reads it.
    pub(crate) fn encoded(&self, with_tombstones: bool) -> &EncodedTable {
        if with_tombstones { &self.encoded_with_tombstones } else { &self.encoded }
    }

    /// Returns the table whose watch by key tells of entities that can't be decoded.
    pub(crate) fn checked(&self, with_tombstones: bool) -> Store {
        let schema = self.encoded(with_tombstones).schema();
        let codec = DocCodec { decode: None, check: Some(self.payload.clone()) };
        let checked = to_read(schema, codec).visibility(VisibleIn(schema.clone()));
        Store::with_schema(Arc::clone(self.backend()), checked)
    }

    /// Returns the table whose watch by the index tells of entities that can't be decoded.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::UnwatchableQuery`] if the index is by a function.
    pub(crate) fn indexed(&self, index: &NamedIndex) -> Result<&Store> {
        let indexes = self.store.schema().definition().indexes;
        // Those of the system are by functions that are here.
        if self.read_only.is_some()
            && indexes.iter().any(|known| known.name == index.name && known.fields.is_empty())
        {
            let reason = "its index is by a function, which only the Rust program has";
            return Err(ErrorKind::UnwatchableQuery { place: Place::of(self.partition()), reason }.into());
        }
        Ok(&self.store)
    }

    /// Returns the index of this name, if JavaScript may read it.
    pub(crate) fn index(&self, name: &str) -> Result<NamedIndex> {
        let found = self.indexes.iter().find(|index| index.name == name);
        found.cloned().ok_or_else(|| {
            ErrorKind::UnknownIndex { place: Place::of(self.partition()), index: name.to_owned() }.into()
        })
    }

    /// Decodes a stored entity with its key, for the error of one that JavaScript can't decode.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidKey`], [`ErrorKind::Decode`] or [`ErrorKind::NewerVersion`].
    pub(crate) fn verify(&self, key: &[u8], stored: &[u8]) -> Result<()> {
        self.check(key)?;
        let payload = self.encoded.payload(key, stored)?;
        self.payload.check(payload).map_err(|reason| self.undecodable(key, reason))
    }

    /// Refuses what the principal may not do.
    pub(crate) fn allow(&self, principal: &Principal, permission: Permission) -> Result<()> {
        match (&self.rights, permission) {
            (Rights::OwnRows, _) => Ok(()),
            (Rights::Shared(..), Permission::Read) => self.read_as(principal).map(drop),
            (Rights::Shared(..), Permission::Write) => self.write_as(principal).map(drop),
            (Rights::Nobody, _) => Err(ErrorKind::AccessDenied {
                place: Place::of(self.partition()),
                principal: principal.to_string(),
                action: permission.as_str(),
            }
            .into()),
        }
    }

    /// Refuses a write if JavaScript can't write the table.
    pub(crate) fn check_writable(&self) -> failure::Result<()> {
        self.read_only.as_ref().map_or(Ok(()), |reason| Err(Failure::own("ReadOnly", reason)))
    }

    /// Stores the entity of this payload; with `insert`, under a key that does not exist yet.
    pub(crate) fn put(
        &self,
        tx: &mut dyn Transaction,
        key: &[u8],
        payload: &[u8],
        insert: bool,
    ) -> Result<()> {
        self.check(key)?;
        self.payload.check_shape(payload).map_err(|reason| self.undecodable(key, reason))?;
        if !insert && self.payload.decode.is_none() && self.store.schema().indexes().next().is_none() {
            return self.put_encoded(tx, key, payload);
        }
        let doc = self.doc(key, payload)?;
        let key = key.to_vec();
        let mut table = self.within(tx);
        if insert { table.insert(&key, &doc) } else { table.put(&key, &doc) }
    }

    fn doc(&self, key: &[u8], payload: &[u8]) -> Result<Doc> {
        match self.payload.decode {
            Some(decode) => decode(payload).map_err(|reason| self.undecodable(key, reason)),
            None => Ok(Doc::Encoded(payload.to_vec())),
        }
    }

    /// Writes, for each of the indexes, the number of values that the entity of this payload has in it, and the values.
    pub(crate) fn write_values(
        &self,
        indexes: &[NamedIndex],
        key: &[u8],
        payload: &[u8],
        out: &mut Response<'_>,
    ) -> Result<()> {
        if indexes.is_empty() {
            return Ok(());
        }
        let doc = self.doc(key, payload)?;
        for index in indexes {
            let values = self.store.schema().values_in(index, &doc)?;
            out.u32(u32::try_from(values.len()).unwrap_or(u32::MAX));
            for value in &values {
                out.bytes(value);
            }
        }
        Ok(())
    }

    /// Writes the payload of an entity of this table.
    pub(crate) fn write_payload(&self, doc: &Doc, out: &mut Response<'_>) {
        if let Doc::Encoded(payload) | Doc::Row { payload, .. } = doc {
            return out.bytes(payload);
        }
        // A watch by an index of the system has decoded the entity.
        let key = Vec::new();
        let stored = self.store.serialize(&key, doc).unwrap_or_default();
        let opened = Envelope::open(self.partition(), &key, &stored);
        out.bytes(opened.map(|envelope| envelope.payload).unwrap_or_default());
    }

    /// Stores an entity that neither indexes nor rules ask for, without a copy of it.
    fn put_encoded(&self, tx: &mut dyn Transaction, key: &[u8], payload: &[u8]) -> Result<()> {
        self.store.schema().prepare(tx)?;
        if !self.encoded.has_envelope() {
            return tx.put(self.partition(), key, payload);
        }
        let mut stored = Vec::with_capacity(payload.len() + HEADER);
        seal_payload(self.partition(), key, self.store.schema_version(), payload, &mut stored);
        tx.put(self.partition(), key, &stored)
    }

    /// Deletes the entity. Returns whether it existed.
    pub(crate) fn delete(&self, tx: &mut dyn Transaction, key: &[u8]) -> Result<bool> {
        self.within(tx).delete(&key.to_vec())
    }

    /// Deletes an entity that can't be read. Returns whether it existed.
    pub(crate) fn discard(&self, tx: &mut dyn Transaction, key: &[u8]) -> Result<bool> {
        self.within(tx).discard(key)
    }

    /// Answers a query that only this table has.
    pub(crate) fn ask(
        &self,
        reader: &dyn Read,
        with_tombstones: bool,
        request: Request<'_>,
        out: &mut Response<'_>,
    ) -> failure::Result<()> {
        (self.ask)(self.encoded(with_tombstones), reader, request, out)
    }

    /// Makes a change that only this table has.
    pub(crate) fn act(
        &self,
        tx: &mut dyn Transaction,
        action: &mut Action<'_>,
        out: &mut Response<'_>,
    ) -> failure::Result<()> {
        (self.act)(self, tx, action, out)
    }

    fn check(&self, key: &[u8]) -> Result<()> {
        (self.check_key)(key).map_err(|error| error.in_partition(self.partition()))
    }

    fn undecodable(&self, key: &[u8], reason: DecodeReason) -> Error {
        Error::decode(Place::entry(self.partition(), key), reason)
    }
}

/// Returns a schema of the same definition, whose reads use the codec.
pub(super) fn to_read(schema: &DocSchema, codec: DocCodec) -> DocSchema {
    let definition = schema.definition();
    let mut encoded = Schema::with_codec(schema.partition().clone(), codec)
        .key_shape(definition.key)
        .version_without_upgrade(definition.version);
    if let Some(shape) = definition.entity {
        encoded = encoded.shape(shape);
    }
    if !definition.has_envelope {
        encoded = encoded.without_envelope();
    }
    for index in definition.indexes {
        encoded = encoded.index(ReadIndex(index));
    }
    encoded
}

/// Shows the entities that another schema of the table shows.
pub(super) struct VisibleIn<K, V>(pub(super) Schema<K, V>);

impl<K, V> Visibility for VisibleIn<K, V>
where
    Schema<K, V>: MaybeSend + MaybeSync,
{
    fn is_visible(&self, row: Envelope<'_>, sight: Sight) -> bool {
        self.0.is_visible(row, sight)
    }

    fn clock(&self) -> Option<&dyn Clock> {
        self.0.clock()
    }
}

/// The longest envelope before a payload, in bytes.
const HEADER: usize = 10;

impl EntityReader<Vec<u8>, Doc> for DocTable {
    fn access(&self) -> Access<'_, Doc> {
        self.newest()
    }
}

impl EntityStore<Vec<u8>, Doc> for DocTable {
    fn backend(&self) -> &Arc<dyn StorageBackend> {
        self.store.backend()
    }

    fn schema(&self) -> &DocSchema {
        self.store.schema()
    }
}

impl CrossUserTableStore<Vec<u8>, Doc> for DocTable {
    fn table_access(&self) -> Option<TableAccess> {
        if let Rights::Shared(access, _) = &self.rights { *access } else { None }
    }

    fn owner(&self) -> Option<&UserId> {
        if let Rights::Shared(_, owner) = &self.rights { owner.as_ref() } else { None }
    }
}

/// Refuses bytes that no key of this type encodes to.
pub(super) fn check_key<K: StorageKey>(key: &[u8]) -> Result<()> {
    K::decode(key).map(drop)
}
