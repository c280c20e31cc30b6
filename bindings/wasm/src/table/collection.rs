//! Collections: rows under keys of the caller's own, with indexes on their columns.

use std::ops::ControlFlow;
use std::sync::Arc;

use keyloft::backend::{Read, Transaction};
use keyloft::error::Place;
use keyloft::store::clear_table;
use keyloft::value::decode_payload;
use keyloft::{
    EntityReader, EntityRepair, EntityStore, Error, Partition, Query, Result, Row, Schema, StorageBackend,
};

use super::column_index::ColumnIndex;
use super::definition::Definition;
use super::doc::{self, Decode, Doc};
use super::doc_codec::DocCodec;
use super::doc_table::DocTable;
use super::rights::Rights;
use crate::failure::{self, Failure};
use crate::source::Source;

/// The partition of the collections' definitions, under the collections' names.
pub(crate) const DEFINITIONS: &str = "system_collections";

/// Decodes the definition that a request gives.
pub(crate) fn read_definition(payload: &[u8]) -> failure::Result<Row> {
    decode_payload(payload).map_err(|_| Failure::argument("the definition of the collection is malformed"))
}

/// Opens the collection of this name, and defines it if it is not defined yet. Returns whether anything was changed.
///
/// A collection with another definition is refused, unless `redefine` is set and its keys are the same. Then its rows
/// enter the new indexes.
#[inline(never)]
pub(super) fn open(
    backend: &Arc<dyn StorageBackend>,
    source: &mut Source<'_>,
    name: &str,
    definition: Row,
    redefine: bool,
) -> failure::Result<(DocTable, bool)> {
    let definition = Definition::of(definition)?;
    let definitions = definitions(backend);
    let payload = postcard::to_extend(&definition.row, Vec::new())
        .map_err(|error| Error::Encode { place: place_of(name), reason: error.into() })?;
    let table = collection(backend, name, definition.indexes.clone());
    if let Some(stored) = stored_definition(&definitions, source.reader(), name)? {
        if stored == payload {
            return Ok((table, false));
        }
        let stored = decode_stored(name, &stored)?;
        if !redefine || !definition.has_keys_of(&stored) {
            return Err(definition.mismatch(name, &stored));
        }
    }
    if !redefine && matches!(source, Source::Snapshot(_)) {
        // The collection did not exist at the time of the snapshot.
        return Ok((table, false));
    }
    source.write(&mut |tx| {
        if redefine || !definition.indexes.is_empty() {
            rebuild(&table, tx, &definition.indexes)?;
        }
        // Last, so that a transaction that goes on after an error has no definition.
        definitions.put(tx, name.as_bytes(), &payload, false)
    })?;
    Ok((table, true))
}

/// Builds the indexes from the rows that the collection has already.
fn rebuild(table: &DocTable, tx: &mut dyn Transaction, indexes: &[ColumnIndex]) -> Result<()> {
    table.encoded.visit(&*tx, Query::all(), &mut |key, stored| {
        let place = || Place::entry(table.partition(), key);
        let row: Row = decode_payload(table.encoded.payload(key, stored)?)
            .map_err(|reason| Error::decode(place(), reason))?;
        match fault(indexes, &row) {
            Some(reason) => Err(Error::Invalid { place: place(), reason }),
            None => Ok(ControlFlow::Continue(())),
        }
    })?;
    table.within(tx).reindex()?;
    Ok(())
}

/// Defines the collection of this name. Returns whether that changed anything.
pub(crate) fn define(
    backend: &Arc<dyn StorageBackend>,
    source: &mut Source<'_>,
    name: &str,
    definition: Row,
) -> failure::Result<bool> {
    open(backend, source, name, definition, true).map(|(_, changed)| changed)
}

/// Removes the collection of this name, its rows and its definition. Returns whether it existed.
pub(crate) fn remove(
    backend: &Arc<dyn StorageBackend>,
    source: &mut Source<'_>,
    name: &str,
) -> failure::Result<bool> {
    let definitions = definitions(backend);
    let partition = Partition::from(name);
    let removed = source.write_counted(&mut |tx| {
        let defined = definitions.delete(tx, name.as_bytes())?;
        if defined {
            clear_table(tx, &partition)?;
        }
        Ok(u64::from(defined))
    })?;
    Ok(removed > 0)
}

/// Returns whether a collection has this name.
pub(super) fn is_defined(backend: &Arc<dyn StorageBackend>, reader: &dyn Read, name: &str) -> Result<bool> {
    Ok(stored_definition(&definitions(backend), reader, name)?.is_some())
}

/// The key types of a collection at the begin of a watch.
pub(crate) struct KeyTypes {
    name: String,
    definition: Vec<u8>,
}

impl KeyTypes {
    /// Returns the key types of the collection of this name, if it is defined.
    pub(crate) fn of(backend: &Arc<dyn StorageBackend>, name: &str) -> Result<Option<Self>> {
        let definition = stored_definition(&definitions(backend), backend, name)?;
        Ok(definition.map(|definition| Self { name: name.to_owned(), definition }))
    }

    /// Refuses to go on if the collection has keys of another type now. A change that was undone since then is not
    /// noticed.
    pub(crate) fn check(&self, backend: &Arc<dyn StorageBackend>) -> failure::Result<()> {
        let stored = stored_definition(&definitions(backend), backend, &self.name)?;
        let Some(stored) = stored.filter(|stored| *stored != self.definition) else { return Ok(()) };
        let stored = decode_stored(&self.name, &stored)?;
        let definition = Definition::of(decode_stored(&self.name, &self.definition)?)?;
        if definition.has_keys_of(&stored) { Ok(()) } else { Err(definition.mismatch(&self.name, &stored)) }
    }
}

/// The definitions of all collections, under their names; each is a [`Row`].
fn definitions(backend: &Arc<dyn StorageBackend>) -> DocTable {
    collection(backend, DEFINITIONS, Vec::new())
}

fn stored_definition(definitions: &DocTable, reader: &dyn Read, name: &str) -> Result<Option<Vec<u8>>> {
    let found = definitions.at(reader).get(&name.as_bytes().to_vec())?;
    Ok(found.map(|doc| doc.payload().to_vec()))
}

fn decode_stored(name: &str, payload: &[u8]) -> Result<Row> {
    decode_payload(payload).map_err(|reason| Error::decode(place_of(name), reason))
}

fn place_of(name: &str) -> Place {
    Place::entity(&Partition::from(DEFINITIONS), name)
}

fn collection(backend: &Arc<dyn StorageBackend>, name: &str, indexes: Vec<ColumnIndex>) -> DocTable {
    // Without indexes nothing asks for the columns.
    let decode: Option<Decode> = if indexes.is_empty() { None } else { Some(doc::row) };
    let mut schema = Schema::with_codec(Partition::from(name), DocCodec { decode });
    for index in &indexes {
        schema = schema.index(index.clone());
    }
    if !indexes.is_empty() {
        schema = schema.guard(move |_, change| {
            match change.new.and_then(Doc::row).and_then(|row| fault(&indexes, row)) {
                Some(reason) => Err(change.invalid(reason)),
                None => Ok(()),
            }
        });
    }
    DocTable {
        check_payload: |payload| decode_payload::<Row>(payload).map(drop),
        rights: Rights::SYSTEM,
        ..DocTable::new(backend, schema, decode)
    }
}

/// Returns the reason why an index can't take the row.
fn fault(indexes: &[ColumnIndex], row: &Row) -> Option<String> {
    indexes.iter().find_map(|index| index.fault(row))
}
