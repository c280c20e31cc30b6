//! Tables that are defined by data: collections, and any other table of the catalog.

use std::sync::Arc;

use keyloft::backend::{Read, Transaction};
use keyloft::catalog::{self, TableDefinition};
use keyloft::error::Place;
use keyloft::shape::{Node, Shape};
use keyloft::store::{Change, Sight, Visibility, clear_table};
use keyloft::value::{Envelope, decode_payload};
use keyloft::{Clock, ErrorKind, Partition, Result, Row, Schema, StorageBackend};

use super::DocSchema;
use super::column_index::ColumnIndex;
use super::doc::{self, Decode, Doc};
use super::doc_codec::DocCodec;
use super::doc_table::{DocTable, VisibleIn, to_read};
use super::field_index::FieldIndex;
use super::rights::Rights;
use crate::failure::{self, Failure};
use crate::host;
use crate::wire::Request;

/// The definition of a table, and what JavaScript knows of it besides.
pub(crate) struct Defined {
    pub(crate) partition: Partition,
    pub(crate) definition: TableDefinition,
    /// The content of each indexed column, index after index, which the shapes don't tell in full.
    kinds: Vec<u8>,
}

impl Defined {
    /// Reads the definition that a request gives.
    pub(crate) fn read(name: &str, request: &mut Request<'_>) -> failure::Result<Self> {
        let definition = TableDefinition::from_bytes(request.bytes()?)
            .map_err(|_| Failure::argument("the definition of the table is malformed"))?;
        Ok(Self { partition: Partition::from(name), definition, kinds: request.bytes()?.to_vec() })
    }

    /// Returns the table that the catalog defines.
    #[cfg(all(feature = "durable-object", target_family = "wasm", target_os = "unknown"))]
    pub(super) fn stored(partition: &Partition, definition: TableDefinition) -> Self {
        Self { partition: partition.clone(), definition, kinds: Vec::new() }
    }

    /// Returns another definition of the same table.
    pub(super) fn with(&self, definition: TableDefinition) -> Self {
        Self { partition: self.partition.clone(), definition, kinds: Vec::new() }
    }

    /// Returns the table in the backend.
    ///
    /// # Errors
    ///
    /// `InvalidArgument` if the shape of its entities is not known.
    pub(super) fn table(&self, backend: &Arc<dyn StorageBackend>) -> failure::Result<DocTable> {
        match &self.definition.entity {
            Some(shape) if is_row(shape) => Ok(self.rows(backend, None)),
            Some(shape) if self.definition.has_envelope => Ok(self.entities(backend, shape)),
            _ => {
                let message = format!(
                    "the catalog has no shape of the entities of `{}`: derive `Entity` in the Rust program, and `migrate` \
                     the table there",
                    self.partition.name()
                );
                Err(Failure::argument(&message))
            }
        }
    }

    /// Returns the table of rows, whose rows of older versions `upgrade` upgrades.
    #[inline(never)]
    pub(super) fn rows(&self, backend: &Arc<dyn StorageBackend>, upgrade: Option<Upgrade>) -> DocTable {
        let indexes = self.column_indexes();
        // Without indexes nothing asks for the columns.
        let decode: Option<Decode> = if indexes.is_empty() { None } else { Some(doc::row) };
        let mut schema = self.schema(decode);
        if let Some(upgrade) = upgrade {
            schema = schema.version(self.definition.version, move |from, payload| {
                let payload = upgrade(from, payload)?;
                decode.map_or_else(|| Ok(Doc::Encoded(payload.clone())), |decode| decode(&payload))
            });
        }
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
        let mut table = DocTable::new(backend, schema, decode);
        table.payload.decode_all = |payload| decode_payload::<Row>(payload).map(drop);
        table.rights = Rights::SYSTEM;
        table
    }

    fn entities(&self, backend: &Arc<dyn StorageBackend>, shape: &Shape) -> DocTable {
        let mut indexes = Vec::new();
        let mut schema = self.schema(None);
        for defined in &self.definition.indexes {
            let index = FieldIndex { defined: defined.clone(), shape: shape.clone() };
            schema = schema.index(index.clone());
            indexes.push(index);
        }
        let by_function = indexes.iter().find(|index| index.defined.fields.is_empty());
        let read_only = by_function.map(|index| {
            format!(
                "index `{}` of `{}` is by a function, which only the Rust program has: write the table there",
                index.defined.name,
                self.partition.name()
            )
        });
        let hides = self.definition.expires.is_some();
        if hides {
            schema = schema.visibility(Unexpired(self.definition.clone()));
        }
        if !indexes.is_empty() || !self.definition.key_fields.is_empty() {
            let definition = self.definition.clone();
            schema = schema.guard(move |_, change| {
                check_key(&definition, change)?;
                check_indexes(&indexes, change)
            });
        }
        let mut reads = to_read(&schema, DocCodec::ENCODED);
        if hides {
            reads = reads.visibility(VisibleIn(schema.clone()));
        }
        let mut table = DocTable::with_reads(backend, schema, None, [reads.clone(), reads]);
        table.payload.shape = Some(shape.clone());
        table.read_only = read_only;
        table.rights = Rights::SYSTEM;
        table
    }

    pub(super) fn schema(&self, decode: Option<Decode>) -> DocSchema {
        let TableDefinition { key, entity, version, .. } = &self.definition;
        let schema = Schema::with_codec(self.partition.clone(), DocCodec { decode, check: None })
            .key_shape(key.clone())
            .version_without_upgrade(*version);
        match entity {
            Some(shape) => schema.shape(shape.clone()),
            None => schema,
        }
    }

    pub(super) fn column_indexes(&self) -> Vec<ColumnIndex> {
        let mut kinds = self.kinds.as_slice();
        let mut indexes = Vec::new();
        for defined in &self.definition.indexes {
            let (own, rest) = kinds.split_at_checked(defined.fields.len()).unwrap_or_default();
            kinds = rest;
            indexes.push(ColumnIndex { defined: defined.clone(), kinds: own.to_vec() });
        }
        indexes
    }

    /// Refuses to use the definition for a table that is no collection.
    pub(super) fn check_collection(&self, reader: &dyn Read) -> Result<()> {
        let Some(entry) = catalog::table(reader, &self.partition)? else { return Ok(()) };
        let TableDefinition { entity, has_envelope, .. } = &entry.definition;
        let kind = match entity {
            _ if !has_envelope => "a partition of plain bytes".to_owned(),
            Some(shape) if is_row(shape) => return Ok(()),
            Some(shape) => format!("a table of {shape}"),
            None => "a table of entities whose shape is unknown".to_owned(),
        };
        Err(ErrorKind::DefinitionMismatch {
            place: Place::of(&self.partition),
            difference: format!("it is {kind}, with keys of {}, and not a collection", entry.definition.key),
            remedy: if *has_envelope {
                "open it with `table`, or use another name for the collection"
            } else {
                "open it with `partition`, or use another name for the collection"
            },
        }
        .into())
    }
}

/// Upgrades the payload of a row of an older version.
pub(super) type Upgrade =
    Box<dyn Fn(u32, &[u8]) -> Result<Vec<u8>, keyloft::error::DecodeReason> + Send + Sync>;

pub(super) fn is_row(shape: &Shape) -> bool {
    matches!(shape.root(), Node::Row)
}

/// Returns the reason why an index can't take the row.
pub(super) fn fault(indexes: &[ColumnIndex], row: &Row) -> Option<String> {
    indexes.iter().find_map(|index| index.fault(row))
}

/// Refuses an entity under another key than its own.
fn check_key(definition: &TableDefinition, change: &Change<'_, Vec<u8>, Doc>) -> Result<()> {
    let fields = &definition.key_fields;
    let Some(new) = change.new.filter(|_| !fields.is_empty()) else { return Ok(()) };
    if definition.own_key(new.payload()).is_some_and(|own| own == *change.key) {
        return Ok(());
    }
    Err(change.invalid(format!("it is not under its own key, the fields `{}`", fields.join("`, `"))))
}

/// Hides the entities whose time of expiry has passed.
struct Unexpired(TableDefinition);

impl Visibility for Unexpired {
    fn is_visible(&self, row: Envelope<'_>, sight: Sight) -> bool {
        if sight.expired {
            return true;
        }
        let time = self.0.expires_at(row.payload);
        time.is_none_or(|time| time > sight.time.unwrap_or_else(host::now))
    }

    fn clock(&self) -> Option<&dyn Clock> {
        Some(&host::now)
    }
}

/// Refuses a change if the values of an index can't be computed here, for the old entity or the new one.
fn check_indexes(indexes: &[FieldIndex], change: &Change<'_, Vec<u8>, Doc>) -> Result<()> {
    for doc in [change.old, change.new].into_iter().flatten() {
        for index in indexes {
            if index.each(doc.payload(), &mut |_| ()).is_none() {
                let name = &index.defined.name;
                let reason =
                    format!("the values of index `{name}` can't be computed in JavaScript: write it in Rust");
                return Err(change.invalid(reason));
            }
        }
    }
    Ok(())
}

/// Removes the collection of this name, its rows and its definition. Returns whether it existed.
pub(crate) fn remove(tx: &mut dyn Transaction, name: &str) -> Result<u64> {
    let partition = Partition::from(name);
    let entry = catalog::table(&*tx, &partition)?;
    if !entry.is_some_and(|entry| entry.definition.entity.as_ref().is_some_and(is_row)) {
        return Ok(0);
    }
    clear_table(tx, &partition)?;
    Ok(1)
}
