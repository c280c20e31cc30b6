//! [`Raw`]: a table whose entities stay as they are stored.

use std::rc::Rc;
use std::sync::Arc;

use keyloft::error::DecodeReason;
use keyloft::store::{Hidden, IndexDefinition, IndexOn};
use keyloft::value::Envelope;
use keyloft::{EntityStore, Partition, Result, Schema, StorageBackend};
use serde::{Deserialize, Serialize};

use crate::table::{Table, for_people};

/// An entity's payload, which nobody has looked at.
#[derive(Serialize, Deserialize)]
pub(crate) struct Payload(pub(crate) Vec<u8>);

/// A table as JavaScript reads it: keys are bytes, entities are payloads of the table's version.
///
/// It writes nothing: the rules of a table are those of its typed store.
#[derive(Clone)]
pub(crate) struct Raw {
    backend: Arc<dyn StorageBackend>,
    table: Rc<dyn Table>,
    schema: Rc<Schema<Vec<u8>, Payload>>,
    /// Whether rows that are marked as deleted are in sight.
    deleted_too: bool,
}

impl Raw {
    pub(crate) fn new(backend: Arc<dyn StorageBackend>, table: Rc<dyn Table>) -> Self {
        let mut schema = Schema::new(table.partition());
        for (name, unique) in table.indexes() {
            schema = schema.index(NamedIndex { name: name.clone(), unique: *unique });
        }
        Self { backend, table, schema: Rc::new(schema), deleted_too: false }
    }

    pub(crate) fn deleted_too(self) -> Self {
        Self { deleted_too: true, ..self }
    }

    /// Whether the stored entity is hidden.
    pub(crate) fn hides(&self, stored: &[u8]) -> bool {
        self.hidden().is_some_and(|hidden| hidden.hides(stored))
    }

    /// Appends the payload of the entity of this key.
    ///
    /// # Errors
    ///
    /// What its store says of an entity that is not in an envelope, or is of another version.
    pub(crate) fn append(&self, key: &[u8], stored: &[u8], out: &mut Vec<u8>) -> Result<()> {
        let payload = self.payload(stored).map_err(|error| error.at(self.partition(), key, for_people))?;
        out.extend_from_slice(payload);
        Ok(())
    }

    fn payload<'a>(&self, stored: &'a [u8]) -> Result<&'a [u8]> {
        let Some(version) = self.table.version() else { return Ok(stored) };
        match Envelope::open(stored) {
            Ok(envelope) if envelope.version == version => Ok(envelope.payload),
            _ => {
                self.table.verify(stored)?;
                Err(DecodeReason::BadVersion.into())
            }
        }
    }
}

impl EntityStore<Vec<u8>, Payload> for Raw {
    fn backend(&self) -> &Arc<dyn StorageBackend> {
        &self.backend
    }

    fn partition(&self) -> &Partition {
        self.table.partition()
    }

    fn schema(&self) -> Option<&Schema<Vec<u8>, Payload>> {
        Some(&self.schema)
    }

    fn serialize_into(&self, _: &Payload, _: &mut Vec<u8>) -> Result<()> {
        Err(keyloft::Error::ReadOnly)
    }

    fn deserialize(&self, stored: &[u8]) -> Result<Payload> {
        self.payload(stored).map(|payload| Payload(payload.to_vec()))
    }

    fn hidden(&self) -> Option<&dyn Hidden> {
        self.table.hidden(self.deleted_too)
    }
}

/// An index by its name: all that reading it takes.
pub(crate) struct NamedIndex {
    pub(crate) name: String,
    pub(crate) unique: bool,
}

impl NamedIndex {
    /// That of this name, whatever it is of.
    pub(crate) fn of<V>(index: &impl IndexDefinition<V>) -> Self {
        Self { name: index.name().to_owned(), unique: index.is_unique() }
    }
}

impl<V> IndexDefinition<V> for NamedIndex {
    fn name(&self) -> &str {
        &self.name
    }

    fn is_unique(&self) -> bool {
        self.unique
    }

    fn value(&self, _: &V) -> Option<Vec<u8>> {
        None
    }

    /// Nobody has looked at the entity.
    fn has(&self, _: &V, _: &[u8]) -> bool {
        true
    }
}

impl<V> IndexOn<V, Vec<u8>> for NamedIndex {}
