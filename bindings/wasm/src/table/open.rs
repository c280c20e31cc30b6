//! [`open`]: the table that a request names.

use std::sync::Arc;

use keyloft::backend::check_entry;
use keyloft::error::Place;
use keyloft::tables::system::TableMetadata;
use keyloft::{
    EntityReader, ErrorKind, Partition, Principal, SharedTableStore, StorageBackend, StorageKey,
    StreamTableStore, TableAccess, TableId, UserId, UserRowId, UserTableStore,
};

use super::defined::Defined;
use super::rights::Rights;
use super::{Doc, DocTable, OpenTable, bytes, rows, system};
use crate::database::Database;
use crate::failure::{Failure, Result};
use crate::host;
use crate::protocol::table_kind;
use crate::source::Source;
use crate::wire::Request;

/// Opens the table that the request names.
#[inline(never)]
pub(crate) fn open(database: &Database, source: &Source<'_>, request: &mut Request<'_>) -> Result<OpenTable> {
    let backend = &database.backend;
    let code = request.byte()?;
    let principal = request.optional(principal)?;
    let mut scope = Vec::new();
    let table = match code {
        table_kind::USERS..=table_kind::LIVE_QUERIES => system::system(backend, code),
        table_kind::USER => {
            let id = table_id(request)?;
            let named = request.optional(Request::text)?.map(UserId::from);
            // A principal reaches their own rows alone, whatever the request says.
            if let Some(user) = principal.as_ref().map(|principal| principal.user_id().clone()).or(named) {
                scope = UserRowId::prefix(&user).as_bytes().to_vec();
            }
            rows::table(&UserTableStore::new(Arc::clone(backend), &id), Rights::OwnRows)
        }
        table_kind::SHARED | table_kind::STREAM => {
            let id = table_id(request)?;
            let access = request.optional(Request::variant)?;
            let owner = request.optional(Request::text)?.map(UserId::from);
            let entry = match access {
                None if principal.is_some() => Some(entry(backend, source, &id)?),
                _ => None,
            };
            let mut table = cross_user(backend, code, &id, access.unwrap_or(DEFAULT_ACCESS), entry.as_ref())?;
            if let (Some(_), Rights::Shared(_, known)) = (&owner, &mut table.rights) {
                *known = owner;
            }
            table
        }
        table_kind::COLLECTION => {
            let defined = Defined::read(own_name(request.text()?)?, request)?;
            defined.check_collection(source.reader())?;
            defined.rows(backend, None)
        }
        table_kind::TABLE => Defined::read(own_name(request.text()?)?, request)?.table(backend)?,
        _ => bytes::partition(backend, own_name(request.text()?)?),
    };
    // The uses of the table compare it too. A table that can't be used must not open.
    table.encoded(false).check(source.reader())?;
    Ok(OpenTable { table, scope, principal })
}

fn principal(request: &mut Request<'_>) -> Result<Principal> {
    let user = UserId::from(request.text()?);
    Ok(Principal::new(user, request.variant()?))
}

fn table_id(request: &mut Request<'_>) -> Result<TableId> {
    let namespace = request.text()?;
    Ok(TableId::from_strings(namespace, request.text()?))
}

/// The level of a table whose entry in `system_tables` has none, as in [`SharedTableStore::of`].
const DEFAULT_ACCESS: TableAccess = TableAccess::Restricted;

/// Returns the shared table or the stream table of this id, as its entry in `system_tables` describes it.
fn cross_user(
    backend: &Arc<dyn StorageBackend>,
    kind: u8,
    id: &TableId,
    access: TableAccess,
    entry: Option<&TableMetadata>,
) -> Result<DocTable> {
    let backend = Arc::clone(backend);
    if kind == table_kind::SHARED {
        let store = match entry {
            Some(entry) => SharedTableStore::of(backend, entry)?,
            None => SharedTableStore::new(backend, id, access),
        };
        return Ok(rows::table(&store, Rights::of(&store)));
    }
    let clock = Arc::new(host::now);
    let store = match entry {
        Some(entry) => StreamTableStore::of(backend, entry, clock)?,
        None => StreamTableStore::new(backend, id, access, clock),
    };
    Ok(rows::table(&store, Rights::of(&store)))
}

/// Returns the table's entry in `system_tables`.
fn entry(backend: &Arc<dyn StorageBackend>, source: &Source<'_>, id: &TableId) -> Result<TableMetadata> {
    let tables = system::system(backend, table_kind::TABLES);
    match tables.at(source.reader()).get(&id.encode().into_owned())? {
        Some(Doc::Table(entry)) => Ok(*entry),
        _ => Err(ErrorKind::NotFound { place: Place::entity(tables.partition(), id.to_string()) }.into()),
    }
}

/// Returns the name of a partition of the caller's own.
///
/// # Errors
///
/// [`ErrorKind::InvalidPartition`] if the name belongs to a table that has a type.
pub(crate) fn own_name(name: &str) -> Result<&str> {
    let of_rows =
        ["user_", "shared_", "stream_"].iter().any(|start| name.starts_with(start)) && name.contains(':');
    if name.starts_with("system_") || of_rows {
        return Err(invalid(name, "it belongs to a table that has a type, and is reached through that"));
    }
    check_entry(&Partition::from(name), &[], &[])?;
    Ok(name)
}

fn invalid(name: &str, reason: &'static str) -> Failure {
    ErrorKind::InvalidPartition { place: Place::of(&Partition::from(name)), reason }.into()
}
