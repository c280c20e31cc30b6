//! [`Docs`]: the store of all tables.

use std::cmp::Ordering;
use std::rc::Rc;
use std::sync::Arc;

use keyloft::error::DecodeReason;
use keyloft::store::{Change, Hidden};
use keyloft::value::Envelope;
use keyloft::{
    CrossUserTableStore, EntityStore, Error, Partition, Principal, Read, Result, RowStore, Schema,
    StorageBackend, TableAccess, Transaction, UserId,
};

use super::doc::{Doc, seal};
use super::rights::Rights;
use super::rules::{Parts, Rules};
use super::{Access, Action, Table};
use crate::failure;
use crate::raw::Raw;
use crate::wire::{Request, Response};

/// The store of all tables, each with its own rules.
pub(super) struct Docs {
    backend: Arc<dyn StorageBackend>,
    schema: Schema<Vec<u8>, Doc>,
    version: u32,
    /// Whether an entity is stored as it is given, whatever was there.
    is_plain: bool,
    open_indexes: Vec<(String, bool)>,
    rights: Rights,
    rules: Rc<dyn Rules>,
}

impl Docs {
    pub(super) fn new(parts: Parts) -> Self {
        let Parts { backend, partition, version, indexes, checked, rights, rules } = parts;
        let is_plain = !checked && indexes.is_empty();
        let mut open_indexes = Vec::new();
        let mut schema = Schema::new(partition);
        for index in indexes {
            if index.open {
                open_indexes.push((index.name.clone(), index.unique));
            }
            schema = schema.index(index);
        }
        if checked {
            schema = schema.complete(completed).guard(check);
        }
        Self { backend, schema, version, is_plain, open_indexes, rights, rules }
    }

    /// The payload of the entity of this key, hidden or not.
    pub(super) fn payload_of(&self, reader: &dyn Read, key: &[u8]) -> Result<Option<Vec<u8>>> {
        let mut found = None;
        reader.get(self.schema.partition(), key, &mut |stored| found = Some(self.deserialize(stored)))?;
        let doc = found.transpose().map_err(|error| self.at(error, key))?;
        Ok(doc.map(|doc| doc.payload))
    }

    /// Adds where the bytes are that it is about.
    fn at(&self, error: Error, key: &[u8]) -> Error {
        error.at(self.schema.partition(), key, super::for_people)
    }

    fn doc(&self, payload: &[u8]) -> Result<Doc> {
        let entity = self.rules.decode(payload)?;
        Ok(Doc { payload: payload.to_vec(), entity, rules: Rc::clone(&self.rules) })
    }
}

fn completed(reader: &dyn Read, change: &Change<'_, Vec<u8>, Doc>) -> Result<Option<Doc>> {
    change.new.map_or(Ok(None), |doc| doc.rules.completed(reader, change))
}

fn check(tx: &mut dyn Transaction, change: &Change<'_, Vec<u8>, Doc>) -> Result<()> {
    change.new.or(change.old).map_or(Ok(()), |doc| doc.rules.check(tx, change))
}

impl EntityStore<Vec<u8>, Doc> for Docs {
    fn backend(&self) -> &Arc<dyn StorageBackend> {
        &self.backend
    }

    fn partition(&self) -> &Partition {
        self.schema.partition()
    }

    fn schema(&self) -> Option<&Schema<Vec<u8>, Doc>> {
        Some(&self.schema)
    }

    fn schema_version(&self) -> u32 {
        self.version
    }

    fn serialize_into(&self, doc: &Doc, out: &mut Vec<u8>) -> Result<()> {
        seal(self.version, &doc.payload, out)
    }

    fn deserialize(&self, stored: &[u8]) -> Result<Doc> {
        let Envelope { version, payload } = Envelope::open(stored)?;
        let (found, known) = (version, self.version);
        match found.cmp(&known) {
            Ordering::Equal => self.doc(payload),
            Ordering::Less => Err(DecodeReason::NoUpgrade { found, known }.into()),
            Ordering::Greater => {
                let (partition, key) = Default::default();
                Err(Error::NewerVersion { partition, key, found, known })
            }
        }
    }

    fn hidden(&self) -> Option<&dyn Hidden> {
        self.rules.hidden(false)
    }
}

impl RowStore<Vec<u8>, Doc> for Docs {
    fn hidden_otherwise(&self) -> Option<&dyn Hidden> {
        self.rules.hidden(true)
    }
}

impl CrossUserTableStore<Vec<u8>, Doc> for Docs {
    fn table_access(&self) -> Option<TableAccess> {
        if let Rights::Shared(access, _) = &self.rights { *access } else { None }
    }

    fn owner(&self) -> Option<&UserId> {
        if let Rights::Shared(_, owner) = &self.rights { owner.as_ref() } else { None }
    }
}

impl Table for Docs {
    fn partition(&self) -> &Partition {
        self.schema.partition()
    }

    fn version(&self) -> Option<u32> {
        Some(self.version)
    }

    fn indexes(&self) -> &[(String, bool)] {
        &self.open_indexes
    }

    fn hidden(&self, deleted_too: bool) -> Option<&dyn Hidden> {
        self.rules.hidden(deleted_too)
    }

    fn verify(&self, stored: &[u8]) -> Result<()> {
        self.deserialize(stored).and_then(|_| self.rules.verify(stored))
    }

    fn check_key(&self, key: &[u8]) -> Result<()> {
        self.rules.check_key(key)
    }

    fn allow(&self, principal: &Principal, access: Access) -> Result<()> {
        match (&self.rights, access) {
            (Rights::Everyones, _) => Ok(()),
            (Rights::Shared(..), Access::Read) => self.read_as(principal).map(|_| ()),
            (Rights::Shared(..), Access::Write) => self.write_as(principal).map(|_| ()),
        }
    }

    fn put(&self, tx: &mut dyn Transaction, key: &[u8], payload: &[u8], anew: bool) -> Result<()> {
        self.rules.check_key(key)?;
        if self.is_plain && !anew {
            let mut stored = Vec::new();
            seal(self.version, payload, &mut stored).map_err(|error| self.at(error, key))?;
            return tx.put(self.schema.partition(), key, &stored);
        }
        let key = key.to_vec();
        let doc = self.doc(payload).map_err(|error| self.at(error, &key))?;
        let mut store = self.within(tx);
        if anew { store.insert(&key, &doc) } else { store.put(&key, &doc) }
    }

    fn delete(&self, tx: &mut dyn Transaction, key: &[u8]) -> Result<bool> {
        self.within(tx).delete(&key.to_vec())
    }

    fn ask(
        &self,
        raw: &Raw,
        reader: &dyn Read,
        question: Request<'_>,
        out: &mut Response<'_>,
    ) -> failure::Result<()> {
        self.rules.ask(raw, reader, question, out)
    }

    fn act(
        &self,
        tx: &mut dyn Transaction,
        action: Action<'_>,
        out: &mut Response<'_>,
    ) -> failure::Result<()> {
        self.rules.act(self, tx, action, out)
    }
}
