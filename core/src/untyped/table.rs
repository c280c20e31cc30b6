//! [`UntypedTable`]: a table as the catalog defines it.

use alloc::format;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;

use super::entity::PayloadCodec;
use super::rules::Rules;
use super::{UntypedEntity, UntypedIndex};
use crate::backend::{Partition, StorageBackend};
use crate::catalog::{self, CatalogEntry, TableDefinition};
use crate::error::{EncodeReason, ErrorKind, Place, Result};
use crate::store::{Access, EntityReader, EntityStore, Schema, Table};

/// A table as the catalog defines it: see the [module](super).
///
/// It has the definition that was stored when it was opened. After a migration by another program, its calls return
/// [`ErrorKind::DefinitionMismatch`]: open it again.
pub struct UntypedTable {
    table: Table<Vec<u8>, UntypedEntity>,
    entry: CatalogEntry,
    indexes: Vec<UntypedIndex>,
    obstacle: Option<String>,
}

impl UntypedTable {
    /// Opens the table in this partition, or returns `None` if the catalog has none.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Decode`] if its entry in the catalog is damaged, or an error of the backend.
    pub fn open(backend: Arc<dyn StorageBackend>, partition: impl Into<Partition>) -> Result<Option<Self>> {
        let partition = partition.into();
        let Some(entry) = catalog::table(&*backend.snapshot()?, &partition)? else { return Ok(None) };
        Ok(Some(Self::of(backend, &partition, entry)))
    }

    fn of(backend: Arc<dyn StorageBackend>, partition: &Partition, entry: CatalogEntry) -> Self {
        let definition = entry.definition.clone();
        let TableDefinition { key, entity, version, has_envelope, .. } = definition.clone();
        let mut schema = Schema::with_codec(partition.clone(), PayloadCodec(version))
            .key_shape(key)
            .version(version, |from, payload| Ok(UntypedEntity { version: from, payload: payload.to_vec() }));
        if !has_envelope {
            schema = schema.without_envelope();
        }
        if let Some(shape) = entity.clone() {
            schema = schema.shape(shape);
        }
        let mut indexes = Vec::new();
        for defined in definition.indexes.clone() {
            let index = UntypedIndex { defined, version, shape: entity.clone() };
            schema = schema.index(index.clone());
            indexes.push(index);
        }
        let rules = Rules::new(partition, definition, indexes.clone());
        let obstacle = rules.obstacle.clone();
        let schema = schema.guard(move |_, change| rules.check(change));
        Self { table: Table::with_schema(backend, schema), entry, indexes, obstacle }
    }

    /// Returns the table's entry in the catalog.
    pub fn entry(&self) -> &CatalogEntry {
        &self.entry
    }

    /// Returns the definition of the table.
    pub fn definition(&self) -> &TableDefinition {
        &self.entry.definition
    }

    /// Returns the indexes, in the order of the definition.
    pub fn indexes(&self) -> &[UntypedIndex] {
        &self.indexes
    }

    /// Returns the index of this name.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::UnknownIndex`].
    pub fn index(&self, name: &str) -> Result<UntypedIndex> {
        let found = self.indexes.iter().find(|index| index.defined.name == name);
        found.cloned().ok_or_else(|| {
            ErrorKind::UnknownIndex { place: Place::of(self.table.partition()), index: name.into() }.into()
        })
    }

    /// Returns the reason why every write of the table is refused, or `None` if it can be written.
    pub fn obstacle(&self) -> Option<&str> {
        self.obstacle.as_deref()
    }

    /// Returns the text of a key, by its parts.
    pub fn key_text(&self, key: &[u8]) -> String {
        self.definition().key.describe(key)
    }

    /// Returns the key of a text, in the form of [`key_text`](Self::key_text).
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidKey`].
    pub fn key_from_text(&self, text: &str) -> Result<Vec<u8>> {
        self.definition().key.parse(text).map_err(|error| error.in_partition(self.table.partition()))
    }

    /// Returns the entity as JSON, or `None` if the shape of its version is unknown, or if it is damaged.
    pub fn to_json(&self, entity: &UntypedEntity) -> Option<String> {
        let definition = self.definition();
        let shape = definition.entity.as_ref().filter(|_| entity.version == definition.version)?;
        Some(shape.read(&entity.payload).ok()?.to_json())
    }

    /// Returns the entity of the JSON, in the form of [`to_json`](Self::to_json). The error names the key.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Encode`].
    pub fn from_json(&self, key: &[u8], json: &str) -> Result<UntypedEntity> {
        let TableDefinition { entity, version, .. } = self.definition();
        let encoded = match entity {
            Some(shape) => shape.encode_json(json).map_err(|error| format!("{error}")),
            None => Err("the catalog has no shape of the table's entities".into()),
        };
        match encoded {
            Ok(payload) => Ok(UntypedEntity { version: *version, payload }),
            Err(reason) => {
                let place = Place::entity(self.table.partition(), self.key_text(key));
                Err(ErrorKind::Encode { place, reason: EncodeReason::other(reason) }.into())
            }
        }
    }
}

impl EntityReader<Vec<u8>, UntypedEntity> for UntypedTable {
    fn access(&self) -> Access<'_, UntypedEntity> {
        self.newest()
    }
}

impl EntityStore<Vec<u8>, UntypedEntity> for UntypedTable {
    fn backend(&self) -> &Arc<dyn StorageBackend> {
        self.table.backend()
    }

    fn schema(&self) -> &Schema<Vec<u8>, UntypedEntity> {
        self.table.schema()
    }
}
