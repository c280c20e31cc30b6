//! [`Opened`]: a table that JavaScript has a handle of.

use std::rc::Rc;
use std::sync::Arc;

use keyloft::backend::check_entry;
use keyloft::tables::system::{TableMetadata, TableType};
use keyloft::value::decode_payload;
use keyloft::{
    EntityStore, Error, Job, LiveQuery, Namespace, Partition, Principal, Role, SharedTableStore, Storage,
    StorageBackend, StreamTableStore, TableAccess, TableId, User, UserId, UserRowId, UserTableStore,
};

use super::bytes::Bytes;
use super::collection::Collection;
use super::typed::Typed;
use super::{Access, Table};
use crate::failure::{Failure, Result};
use crate::host;
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
        let found = self.table.indexes().into_iter().find(|(index, _)| index == name);
        let (name, unique) = found.ok_or_else(|| Error::UnknownIndex {
            partition: self.table.partition().as_str().to_owned(),
            index: name.to_owned(),
        })?;
        Ok(NamedIndex { name, unique })
    }

    /// The key in the table.
    pub(crate) fn key(&self, key: &[u8]) -> Vec<u8> {
        [self.scope.as_slice(), key].concat()
    }
}

/// Opens the table that the request names.
pub(crate) fn open(
    backend: &Arc<dyn StorageBackend>,
    source: &mut Source<'_>,
    request: &mut Request<'_>,
) -> Result<Opened> {
    let code = request.byte()?;
    let principal = request.optional(principal)?;
    let shared = || Arc::clone(backend);
    let mut scope = Vec::new();
    let mut kind = Kind::Other;
    let table: Rc<dyn Table> = match code {
        0 => Rc::new(Typed::new(User::store(shared()))),
        1 => Rc::new(Typed::new(TableMetadata::store(shared()))),
        2 => Rc::new(Typed::new(Job::store(shared()))),
        3 => Rc::new(Typed::new(Namespace::store(shared()))),
        4 => Rc::new(Typed::new(Storage::store(shared()))),
        5 => Rc::new(Typed::new(LiveQuery::store(shared()))),
        6 => {
            let id = table_id(request)?;
            let named = request.optional(Request::text)?.map(UserId::from);
            // A principal's handle is tied to their own rows, whatever the request says.
            if let Some(user) = principal.as_ref().map(|principal| principal.user_id().clone()).or(named) {
                scope = UserRowId::prefix(&user).as_bytes().to_vec();
            }
            Rc::new(Typed::new(UserTableStore::new(shared(), &id)))
        }
        7 => {
            let id = table_id(request)?;
            let (access, owner) = rights(backend, source, request, &id, TableType::Shared, principal.is_some())?;
            let store = SharedTableStore::new(shared(), &id, access);
            Rc::new(Typed::new(match owner {
                Some(owner) => store.owned_by(owner),
                None => store,
            }))
        }
        8 => {
            let id = table_id(request)?;
            let (access, owner) = rights(backend, source, request, &id, TableType::Stream, principal.is_some())?;
            let store = StreamTableStore::new(shared(), &id, access, Arc::new(host::now));
            Rc::new(Typed::new(match owner {
                Some(owner) => store.owned_by(owner),
                None => store,
            }))
        }
        9 => {
            let name = own_name(request.text()?)?;
            let definition = decode_payload(request.bytes()?).map_err(Error::from)?;
            kind = Kind::Collection;
            Rc::new(Typed::new(Collection::open(backend, source, name, definition)?))
        }
        _ => {
            let name = own_name(request.text()?)?;
            if Collection::is_defined(backend, source.reader(), name)? {
                return Err(invalid(name, "it is a collection: open it with `collection`"));
            }
            kind = Kind::Bytes;
            Rc::new(Bytes { partition: Partition::from(name) })
        }
    };
    let raw = Raw::new(shared(), Rc::clone(&table));
    let raw_too = raw.clone().deleted_too();
    Ok(Opened { table, raw, raw_too, scope, principal, kind })
}

fn principal(request: &mut Request<'_>) -> Result<Principal> {
    let user = UserId::from(request.text()?);
    let role = match request.byte()? {
        0 => Role::User,
        1 => Role::Service,
        2 => Role::Dba,
        3 => Role::System,
        _ => return Err(Failure::argument("there is no such role")),
    };
    Ok(Principal::new(user, role))
}

fn table_id(request: &mut Request<'_>) -> Result<TableId> {
    let namespace = request.text()?;
    Ok(TableId::from_strings(namespace, request.text()?))
}

/// Who may use the table: as the request says, or else, for a principal, as the system's tables do. A table whose access
/// is told nowhere is private.
fn rights(
    backend: &Arc<dyn StorageBackend>,
    source: &Source<'_>,
    request: &mut Request<'_>,
    id: &TableId,
    table_type: TableType,
    asked: bool,
) -> Result<(TableAccess, Option<UserId>)> {
    let access = match request.byte()? {
        0 => None,
        1 => Some(TableAccess::Public),
        2 => Some(TableAccess::Private),
        3 => Some(TableAccess::Restricted),
        _ => return Err(Failure::argument("there is no such access level")),
    };
    let owner = request.optional(Request::text)?.map(UserId::from);
    match access {
        Some(access) => Ok((access, owner)),
        None if !asked => Ok((TableAccess::Private, owner)),
        None => {
            let tables = TableMetadata::store(Arc::clone(backend));
            let found = tables.at(source.reader()).get(id)?.filter(|table| table.table_type == table_type);
            let table = found.ok_or_else(|| Error::NotFound {
                partition: TableMetadata::PARTITION.to_owned(),
                key: id.to_string(),
            })?;
            Ok((table.access_level.unwrap_or(TableAccess::Private), table.owner))
        }
    }
}

/// A partition's name, unless it is that of a table that has a type.
fn own_name(name: &str) -> Result<&str> {
    let of_rows = ["user_", "shared_", "stream_"].iter().any(|start| name.starts_with(start)) && name.contains(':');
    if name.starts_with("system_") || of_rows {
        return Err(invalid(name, "it belongs to a table that has a type, and is reached through that"));
    }
    check_entry(&Partition::from(name), &[], &[])?;
    Ok(name)
}

fn invalid(name: &str, reason: &'static str) -> Failure {
    Error::InvalidPartition { partition: name.to_owned(), reason }.into()
}
