//! Collections: rows under keys of the caller's own, with indexes on their columns.

use std::rc::Rc;
use std::sync::Arc;

use keyloft::store::Change;
use keyloft::{EntityStore, Error, Read, Result, Row, StorageBackend, SystemTableStore, Transaction};

use super::Table;
use super::column::ColumnIndex;
use super::definition::Definition;
use super::doc::{Doc, Entity, Known, decode};
use super::docs::Docs;
use super::rights::Rights;
use super::rules::{Parts, Rules};
use crate::failure::{self, Failure};
use crate::source::Source;

/// Where the definitions of the collections are, under their names.
pub(crate) const DEFINITIONS: &str = "system_collections";

/// The rules of a collection. Its partition is its name, and in Rust it is a [`SystemTableStore`] of [`Row`]s.
struct Collection {
    typed: SystemTableStore<Vec<u8>, Row>,
    indexes: Vec<ColumnIndex>,
}

/// Opens the collection of this name, which is defined so, or has to be from now on.
pub(super) fn open(
    backend: &Arc<dyn StorageBackend>,
    source: &mut Source<'_>,
    name: &str,
    definition: Row,
) -> failure::Result<Docs> {
    let Definition { row, indexes } = Definition::of(definition)?;
    let definitions = definitions(backend);
    let name = name.to_owned();
    let payload = postcard::to_extend(&row, Vec::new()).map_err(|source| Error::Encode {
        partition: DEFINITIONS.to_owned(),
        key: name.clone(),
        source,
    })?;
    match definitions.payload_of(source.reader(), name.as_bytes())? {
        Some(stored) if stored == payload => {}
        Some(_) => {
            let message = format!(
                "collection `{name}` is defined otherwise: open it with the definition it was created with"
            );
            return Err(Failure::own("DefinitionMismatch", &message));
        }
        None => source.write(&mut |tx| Table::put(&definitions, tx, name.as_bytes(), &payload, false))?,
    }
    Ok(collection(backend, &name, indexes))
}

/// Whether a collection has this name.
pub(super) fn is_defined(backend: &Arc<dyn StorageBackend>, reader: &dyn Read, name: &str) -> Result<bool> {
    Ok(definitions(backend).payload_of(reader, name.as_bytes())?.is_some())
}

/// The definitions of all collections, under their names; each is a [`Row`].
fn definitions(backend: &Arc<dyn StorageBackend>) -> Docs {
    collection(backend, DEFINITIONS, Vec::new())
}

fn collection(backend: &Arc<dyn StorageBackend>, name: &str, indexes: Vec<ColumnIndex>) -> Docs {
    let typed = SystemTableStore::new(Arc::clone(backend), name);
    Docs::new(Parts {
        backend: Arc::clone(backend),
        partition: typed.partition().clone(),
        version: typed.schema_version(),
        indexes: indexes.iter().cloned().map(ColumnIndex::into_doc_index).collect(),
        checked: !indexes.is_empty(),
        rights: Rights::of(&typed),
        rules: Rc::new(Collection { typed, indexes }),
    })
}

impl Rules for Collection {
    /// Only what is indexed is looked at.
    fn decode(&self, payload: &[u8]) -> Result<Entity> {
        if self.indexes.is_empty() { Ok(Entity::Unread) } else { decode::<Row>(payload) }
    }

    fn verify(&self, stored: &[u8]) -> Result<()> {
        self.typed.deserialize(stored).map(|_| ())
    }

    fn check_key(&self, _: &[u8]) -> Result<()> {
        Ok(())
    }

    /// Refuses a row that an index can't take.
    fn check(&self, _: &mut dyn Transaction, change: &Change<'_, Vec<u8>, Doc>) -> Result<()> {
        let row = change.new.and_then(|doc| Row::of(&doc.entity));
        match row.and_then(|row| self.indexes.iter().find_map(|index| index.fault(row))) {
            Some(reason) => Err(change.invalid(reason)),
            None => Ok(()),
        }
    }
}
