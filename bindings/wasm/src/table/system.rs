//! The tables of the system.

use std::sync::Arc;

use keyloft::backend::{Read, Transaction};
use keyloft::error::Place;
use keyloft::store::{Codec, Postcard, clear_table};
use keyloft::tables::system::jobs::{self, JobEnd};
use keyloft::tables::system::{Job, LiveQuery, Namespace, Storage, TableMetadata, User, live_queries, users};
use keyloft::{
    EntityReader, EntityStore, EntityWriter, Error, Query, StorageBackend, StorageKey, TableId, UserName,
};

use super::doc::{self, Doc, Known};
use super::doc_table::{DocTable, check_key};
use super::rights::Rights;
use super::{Action, EncodedTable, NamedIndex, unknown_action};
use crate::failure;
use crate::protocol::job_action::{CANCEL, COMPLETE, DELETE_FINISHED_BEFORE, FAIL};
use crate::protocol::live_query_action::REMOVE_CONNECTION;
use crate::protocol::table_action::DROP_TABLE;
use crate::scan::write_entries;
use crate::wire::{Request, Response};

/// The users, with the query for the user of a name in any case.
pub(super) fn users(backend: &Arc<dyn StorageBackend>) -> DocTable {
    DocTable { ask: find_by_username, ..table::<User>(backend) }
}

/// The list of tables, with the removal of a table and its rows.
pub(super) fn tables(backend: &Arc<dyn StorageBackend>) -> DocTable {
    DocTable { act: drop_table, ..table::<TableMetadata>(backend) }
}

/// The jobs, with the ends of a job and the deletion of finished ones.
pub(super) fn jobs(backend: &Arc<dyn StorageBackend>) -> DocTable {
    DocTable { act: act_on_jobs, ..table::<Job>(backend) }
}

/// The namespaces.
pub(super) fn namespaces(backend: &Arc<dyn StorageBackend>) -> DocTable {
    table::<Namespace>(backend)
}

/// The storages.
pub(super) fn storages(backend: &Arc<dyn StorageBackend>) -> DocTable {
    table::<Storage>(backend)
}

/// The live queries, with the removal of those of a connection.
pub(super) fn live_queries(backend: &Arc<dyn StorageBackend>) -> DocTable {
    DocTable { act: remove_connection, ..table::<LiveQuery>(backend) }
}

fn table<V: Known>(backend: &Arc<dyn StorageBackend>) -> DocTable
where
    Doc: From<V>,
{
    let schema = V::schema().erase(V::of);
    DocTable {
        check_key: check_key::<V::Key>,
        rights: Rights::SYSTEM,
        ..DocTable::new(backend, schema, Some(doc::entity::<V>))
    }
}

fn find_by_username(
    users: &EncodedTable,
    reader: &dyn Read,
    mut request: Request<'_>,
    out: &mut Response<'_>,
) -> failure::Result<()> {
    let folded = UserName::new(request.text()?).to_lowercase();
    let found = users.find_all(reader, &NamedIndex::of(&users::USERNAME), folded.as_bytes())?;
    out.u32(u32::try_from(found.len()).unwrap_or(u32::MAX));
    write_entries(0, &found, out);
    Ok(())
}

fn drop_table(
    tables: &DocTable,
    tx: &mut dyn Transaction,
    action: &mut Action<'_>,
    out: &mut Response<'_>,
) -> failure::Result<()> {
    if action.code != DROP_TABLE {
        return Err(unknown_action());
    }
    let key = action.key()?;
    let id = TableId::decode(key)?;
    let found = tables.within(tx).get(key)?;
    let Some(metadata) = found.as_ref().and_then(TableMetadata::of) else {
        out.flag(false);
        return Ok(());
    };
    let rows = metadata.rows(&id).ok_or_else(|| Error::InUse {
        place: Place::entry(tables.partition(), key),
        reason: "it is a table of the system".to_owned(),
    })?;
    tables.delete(tx, key)?;
    clear_table(tx, &rows)?;
    out.flag(true);
    Ok(())
}

fn remove_connection(
    queries: &DocTable,
    tx: &mut dyn Transaction,
    action: &mut Action<'_>,
    out: &mut Response<'_>,
) -> failure::Result<()> {
    if action.code != REMOVE_CONNECTION {
        return Err(unknown_action());
    }
    let lost = Query::exactly(action.request.text()?.as_bytes());
    out.u64(queries.within(tx).delete_by(&NamedIndex::of(&live_queries::CONNECTION), lost)?);
    Ok(())
}

fn act_on_jobs(
    table: &DocTable,
    tx: &mut dyn Transaction,
    action: &mut Action<'_>,
    out: &mut Response<'_>,
) -> failure::Result<()> {
    let time = action.request.i64()?;
    let end = match action.code {
        DELETE_FINISHED_BEFORE => {
            let finished = Query::range(..time.encode().into_owned());
            out.u64(table.within(tx).delete_by(&NamedIndex::of(&jobs::COMPLETED_AT), finished)?);
            return Ok(());
        }
        COMPLETE => JobEnd::Completed(action.request.optional(Request::text)?),
        FAIL => JobEnd::Failed(action.request.text()?),
        CANCEL => JobEnd::Cancelled,
        _ => return Err(unknown_action()),
    };
    let key = action.key()?;
    let place = Place::entry(table.partition(), key);
    let mut jobs = table.within(tx);
    let mut found = jobs.get(key)?;
    let Some(Doc::Job(job)) = &mut found else { return Err(Error::NotFound { place }.into()) };
    job.end(&place, end, time)?;
    let mut payload = Vec::new();
    Postcard.encode(&**job, &mut payload).map_err(|reason| Error::Encode { place, reason })?;
    if let Some(ended) = &found {
        jobs.put(key, ended)?;
    }
    out.last(&payload);
    Ok(())
}
