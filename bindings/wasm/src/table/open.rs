//! [`Opened`]: a table that JavaScript has a handle of.

use std::borrow::Cow;
use std::rc::Rc;
use std::sync::Arc;

use keyloft::backend::check_entry;
use keyloft::tables::system::TableMetadata;
use keyloft::value::decode_payload;
use keyloft::{
    EntityStore, Error, Partition, Principal, SharedTableStore, StorageBackend, StreamTableStore,
    TableAccess, TableId, UserId, UserRowId, UserTableStore,
};

use super::bytes::Bytes;
use super::{Access, Table, collection, rows, system};
use crate::database::Database;
use crate::failure::{Failure, Result};
use crate::host;
use crate::protocol::table_kind;
use crate::raw::{NamedIndex, Raw};
use crate::source::Source;
use crate::wire::Request;

/// Which kind of table a partition was opened as.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Bytes,
    Collection,
    Other,
}

/// A table that JavaScript has a handle of: whose it is, and how much of it can be reached.
pub(crate) struct Opened {
    pub(crate) table: Rc<dyn Table>,
    /// Its entities as they are stored, and the same with those marked as deleted in sight.
    raw: Raw,
    raw_too: Raw,
    /// What all keys begin with that this handle can reach; its own keys are what follows.
    pub(crate) scope: Vec<u8>,
    principal: Option<Principal>,
    pub(crate) kind: Kind,
}

impl Opened {
    /// Refuses what the principal may not do that this handle was made for.
    pub(crate) fn allow(&self, access: Access) -> keyloft::Result<()> {
        self.principal.as_ref().map_or(Ok(()), |principal| self.table.allow(principal, access))
    }

    pub(crate) fn raw(&self, deleted_too: bool) -> &Raw {
        if deleted_too { &self.raw_too } else { &self.raw }
    }

    /// The index of this name.
    pub(crate) fn index(&self, name: &str) -> Result<NamedIndex> {
        let found = self.table.indexes().iter().find(|(index, _)| index == name);
        let (_, unique) = found.ok_or_else(|| Error::UnknownIndex {
            partition: self.table.partition().as_str().to_owned(),
            index: name.to_owned(),
        })?;
        Ok(NamedIndex { name: name.to_owned(), unique: *unique })
    }

    /// The key in the table.
    pub(crate) fn key<'a>(&self, key: &'a [u8]) -> Cow<'a, [u8]> {
        if self.scope.is_empty() {
            Cow::Borrowed(key)
        } else {
            Cow::Owned([self.scope.as_slice(), key].concat())
        }
    }
}

/// Opens the table that the request names.
#[inline(never)]
pub(crate) fn open(
    database: &Database,
    source: &mut Source<'_>,
    request: &mut Request<'_>,
) -> Result<Opened> {
    let backend = &database.backend;
    let code = request.byte()?;
    let principal = request.optional(principal)?;
    let shared = || Arc::clone(backend);
    // What is read of before says nothing of how it is opened now.
    let is_now = !matches!(source, Source::Snapshot(_));
    let mut scope = Vec::new();
    let mut kind = Kind::Other;
    let table: Rc<dyn Table> = match code {
        table_kind::USERS => Rc::new(system::users(backend)),
        table_kind::TABLES => Rc::new(system::tables(backend)),
        table_kind::JOBS => Rc::new(system::jobs(backend)),
        table_kind::NAMESPACES => Rc::new(system::namespaces(backend)),
        table_kind::STORAGES => Rc::new(system::storages(backend)),
        table_kind::LIVE_QUERIES => Rc::new(system::live_queries(backend)),
        table_kind::USER => {
            let id = table_id(request)?;
            let named = request.optional(Request::text)?.map(UserId::from);
            // A principal's handle is tied to their own rows, whatever the request says.
            if let Some(user) = principal.as_ref().map(|principal| principal.user_id().clone()).or(named) {
                scope = UserRowId::prefix(&user).as_bytes().to_vec();
            }
            Rc::new(rows::user(UserTableStore::new(shared(), &id)))
        }
        table_kind::SHARED => {
            let id = table_id(request)?;
            let (access, owner) = rights(request)?;
            let store = match access {
                None if principal.is_some() => SharedTableStore::of(shared(), &entry(backend, source, &id)?)?,
                access => SharedTableStore::new(shared(), &id, access.unwrap_or(UNTOLD)),
            };
            Rc::new(rows::shared(match owner {
                Some(owner) => store.owned_by(owner),
                None => store,
            }))
        }
        table_kind::STREAM => {
            let id = table_id(request)?;
            let (access, owner) = rights(request)?;
            let clock = Arc::new(host::now);
            let store = match access {
                None if principal.is_some() => {
                    StreamTableStore::of(shared(), &entry(backend, source, &id)?, clock)?
                }
                access => StreamTableStore::new(shared(), &id, access.unwrap_or(UNTOLD), clock),
            };
            Rc::new(rows::stream(match owner {
                Some(owner) => store.owned_by(owner),
                None => store,
            }))
        }
        table_kind::COLLECTION => {
            let name = own_name(request.text()?)?;
            let definition = decode_payload(request.bytes()?)?;
            if is_now {
                kind = Kind::Collection;
                database.check_kind(&name.into(), kind)?;
            }
            Rc::new(collection::open(backend, source, name, definition, false)?.0)
        }
        _ => {
            let name = own_name(request.text()?)?;
            if collection::is_defined(backend, source.reader(), name)? {
                return Err(invalid(name, "it is a collection: open it with `collection`"));
            }
            if is_now {
                kind = Kind::Bytes;
                database.check_kind(&name.into(), kind)?;
            }
            Rc::new(Bytes { partition: Partition::from(name) })
        }
    };
    let raw = Raw::new(shared(), Rc::clone(&table));
    let raw_too = raw.clone().deleted_too();
    Ok(Opened { table, raw, raw_too, scope, principal, kind })
}

fn principal(request: &mut Request<'_>) -> Result<Principal> {
    let user = UserId::from(request.text()?);
    Ok(Principal::new(user, request.variant()?))
}

fn table_id(request: &mut Request<'_>) -> Result<TableId> {
    let namespace = request.text()?;
    Ok(TableId::from_strings(namespace, request.text()?))
}

/// The level of a table whose entry in `system_tables` tells none, as in [`SharedTableStore::of`].
const UNTOLD: TableAccess = TableAccess::Restricted;

/// The access level and the owner that the request tells.
fn rights(request: &mut Request<'_>) -> Result<(Option<TableAccess>, Option<UserId>)> {
    let access = request.optional(Request::variant)?;
    Ok((access, request.optional(Request::text)?.map(UserId::from)))
}

/// The table's entry in `system_tables`.
fn entry(backend: &Arc<dyn StorageBackend>, source: &Source<'_>, id: &TableId) -> Result<TableMetadata> {
    let found = TableMetadata::store(Arc::clone(backend)).at(source.reader()).get(id)?;
    let partition = TableMetadata::PARTITION.to_owned();
    Ok(found.ok_or_else(|| Error::NotFound { partition, key: id.to_string() })?)
}

/// A partition's name, unless it is that of a table that has a type.
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
    Error::InvalidPartition { partition: name.to_owned(), reason }.into()
}
