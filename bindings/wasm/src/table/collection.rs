//! [`Collection`]: rows under keys of the caller's own, with indexes on their columns.

use std::sync::Arc;

use keyloft::{
    CrossUserTableStore, EntityStore, Error, Partition, Principal, Read, Result, Row, Schema, StorageBackend,
    SystemTableStore,
};

use super::column::ColumnIndex;
use super::definition::Definition;
use super::system::allow_by_role;
use super::typed::Special;
use super::{Access, for_people};
use crate::failure::{self, Failure};
use crate::source::Source;

/// Where the definitions of the collections are, under their names.
pub(crate) const DEFINITIONS: &str = "system_collections";

/// Rows under keys of the caller's own. Its partition is its name, and in Rust it is a
/// [`SystemTableStore`] of [`Row`]s.
pub(super) struct Collection {
    store: SystemTableStore<Vec<u8>, Row>,
    indexes: Vec<ColumnIndex>,
}

impl Collection {
    /// Opens the collection of this name, which is defined so, or has to be from now on.
    pub(super) fn open(
        backend: &Arc<dyn StorageBackend>,
        source: &mut Source<'_>,
        name: &str,
        definition: Row,
    ) -> failure::Result<Self> {
        let Definition { row, indexes } = Definition::of(definition)?;
        let definitions = definitions(backend);
        let name = name.to_owned();
        match definitions.at(source.reader()).get(&name)? {
            Some(stored) if stored == row => {}
            Some(_) => {
                return Err(Failure::Own {
                    code: "DefinitionMismatch",
                    message: format!("collection `{name}` is defined otherwise: open it with the definition it was created with"),
                });
            }
            None => source.write(|tx| definitions.within(tx).put(&name, &row))?,
        }
        let schema = indexes.iter().fold(Schema::new(name), |schema, index| schema.index(index.clone()));
        Ok(Self { store: SystemTableStore::with_schema(Arc::clone(backend), schema), indexes })
    }

    /// Whether a collection has this name.
    pub(super) fn is_defined(backend: &Arc<dyn StorageBackend>, reader: &dyn Read, name: &str) -> Result<bool> {
        definitions(backend).at(reader).contains(&name.to_owned())
    }
}

fn definitions(backend: &Arc<dyn StorageBackend>) -> SystemTableStore<String, Row> {
    SystemTableStore::new(Arc::clone(backend), DEFINITIONS)
}

impl EntityStore<Vec<u8>, Row> for Collection {
    fn backend(&self) -> &Arc<dyn StorageBackend> {
        self.store.backend()
    }

    fn partition(&self) -> &Partition {
        self.store.partition()
    }

    fn schema(&self) -> Option<&Schema<Vec<u8>, Row>> {
        self.store.schema()
    }
}

impl CrossUserTableStore<Vec<u8>, Row> for Collection {
    fn table_access(&self) -> Option<keyloft::TableAccess> {
        self.store.table_access()
    }
}

impl Special<Vec<u8>, Row> for Collection {
    allow_by_role!();

    fn indexes(&self) -> Vec<(String, bool)> {
        self.indexes.iter().map(|index| (index.name.clone(), index.unique)).collect()
    }

    fn check(&self, key: &Vec<u8>, row: &Row) -> Result<()> {
        match self.indexes.iter().find_map(|index| index.fault(row)) {
            Some(reason) => {
                Err(Error::Invalid { partition: self.partition().as_str().to_owned(), key: for_people(key), reason })
            }
            None => Ok(()),
        }
    }
}
