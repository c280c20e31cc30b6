//! Collections: rows under keys of the caller's own, with indexes on their columns.

use std::ops::ControlFlow;
use std::rc::Rc;
use std::sync::Arc;

use keyloft::store::{Change, clear_table};
use keyloft::value::decode_payload;
use keyloft::{
    EntityStore, Error, Partition, Query, Read, Result, Row, StorageBackend, SystemTableStore, Transaction,
};

use super::Table;
use super::column::ColumnIndex;
use super::definition::Definition;
use super::doc::{Doc, Entity, Known, decode};
use super::docs::Docs;
use super::rights::Rights;
use super::rules::{Parts, Rules};
use crate::failure;
use crate::source::Source;

/// Where the definitions of the collections are, under their names.
pub(crate) const DEFINITIONS: &str = "system_collections";

/// The rules of a collection. Its partition is its name, and in Rust it is a [`SystemTableStore`] of [`Row`]s.
struct Collection {
    typed: SystemTableStore<Vec<u8>, Row>,
    indexes: Vec<ColumnIndex>,
}

/// Opens the collection of this name, which is defined so, or has to be from now on; whether that has changed anything.
///
/// One that is defined otherwise is refused, unless it is to be defined `anew` and its keys are the same. Rows that are
/// there already are in its indexes then.
#[inline(never)]
pub(super) fn open(
    backend: &Arc<dyn StorageBackend>,
    source: &mut Source<'_>,
    name: &str,
    definition: Row,
    anew: bool,
) -> failure::Result<(Docs, bool)> {
    let definition = Definition::of(definition)?;
    let definitions = definitions(backend);
    let payload = postcard::to_extend(&definition.row, Vec::new()).map_err(|source| Error::Encode {
        partition: DEFINITIONS.to_owned(),
        key: name.to_owned(),
        source,
    })?;
    let docs = collection(backend, name, definition.indexes.clone());
    if let Some(stored) = definitions.payload_of(source.reader(), name.as_bytes())? {
        if stored == payload {
            return Ok((docs, false));
        }
        let stored = decode_payload(&stored)?;
        if !anew || !definition.has_keys_of(&stored) {
            return Err(definition.mismatch(name, &stored));
        }
    }
    if !anew && matches!(source, Source::Snapshot(_)) {
        // It was not there then.
        return Ok((docs, false));
    }
    source.write(&mut |tx| {
        if !anew && definition.indexes.is_empty() {
            return Table::put(&definitions, tx, name.as_bytes(), &payload, false);
        }
        let mut typed = docs.within(tx);
        typed.visit(Query::all(), |entry| {
            let row = entry.entity()?;
            let row = Row::of(&row.entity);
            let fault = row.and_then(|row| definition.indexes.iter().find_map(|index| index.fault(row)));
            let Some(reason) = fault else { return Ok(ControlFlow::Continue(())) };
            let key = super::for_people(entry.key_bytes());
            Err(Error::Invalid { partition: name.to_owned(), key, reason })
        })?;
        typed.reindex()?;
        // Last, so that nothing is defined if any of it failed and the transaction goes on.
        Table::put(&definitions, tx, name.as_bytes(), &payload, false)
    })?;
    Ok((docs, true))
}

/// Has the collection of this name defined so from now on; whether that has changed anything.
pub(crate) fn define(
    backend: &Arc<dyn StorageBackend>,
    source: &mut Source<'_>,
    name: &str,
    definition: Row,
) -> failure::Result<bool> {
    open(backend, source, name, definition, true).map(|(_, changed)| changed)
}

/// Removes the collection of this name, with its rows and its definition; whether there was one.
pub(crate) fn remove(
    backend: &Arc<dyn StorageBackend>,
    source: &mut Source<'_>,
    name: &str,
) -> failure::Result<bool> {
    let definitions = definitions(backend);
    let partition = Partition::from(name);
    let removed = source.write_some(&mut |tx| {
        let defined = Table::delete(&definitions, tx, name.as_bytes())?;
        if defined {
            clear_table(tx, &partition)?;
        }
        Ok(u64::from(defined))
    })?;
    Ok(removed > 0)
}

/// Whether a collection has this name.
pub(super) fn is_defined(backend: &Arc<dyn StorageBackend>, reader: &dyn Read, name: &str) -> Result<bool> {
    Ok(definitions(backend).payload_of(reader, name.as_bytes())?.is_some())
}

/// The keys of a collection as they were when a watch of it began.
pub(crate) struct Keys {
    name: String,
    definition: Vec<u8>,
}

impl Keys {
    /// Those of the collection of this name, if it is defined.
    pub(crate) fn of(backend: &Arc<dyn StorageBackend>, name: &str) -> Result<Option<Self>> {
        let definition = definitions(backend).payload_of(backend, name.as_bytes())?;
        Ok(definition.map(|definition| Self { name: name.to_owned(), definition }))
    }

    /// Refuses to go on if the collection has keys of another type by now. What was so in between only, nobody knows.
    pub(crate) fn check(&self, backend: &Arc<dyn StorageBackend>) -> failure::Result<()> {
        let stored = definitions(backend).payload_of(backend, self.name.as_bytes())?;
        let Some(stored) = stored.filter(|stored| *stored != self.definition) else { return Ok(()) };
        let stored = decode_payload(&stored)?;
        let definition = Definition::of(decode_payload(&self.definition)?)?;
        if definition.has_keys_of(&stored) { Ok(()) } else { Err(definition.mismatch(&self.name, &stored)) }
    }
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
