//! The tables of the system.

use std::sync::Arc;

use keyloft::backend::{Read, Transaction};
use keyloft::error::Place;
use keyloft::store::clear_table;
use keyloft::tables::system::jobs::{self, JobEnd};
use keyloft::tables::system::{Job, LiveQuery, Namespace, Storage, TableMetadata, User, live_queries, users};
use keyloft::{
    EntityReader, EntityStore, EntityWriter, ErrorKind, Query, StorageBackend, StorageKey, TableId, UserName,
};

use super::doc::{Decode, Doc, Known};
use super::doc_table::{CheckKey, DocTable, check_key};
use super::rights::Rights;
use super::{Action, DocSchema, EncodedTable, NamedIndex, unknown_action};
use crate::failure;
use crate::protocol::job_action::{CANCEL, COMPLETE, DELETE_FINISHED_BEFORE, FAIL};
use crate::protocol::live_query_action::REMOVE_CONNECTION;
use crate::protocol::table_action::DROP_TABLE;
use crate::protocol::table_kind;
use crate::scan::write_all;
use crate::wire::{Request, Response};

/// Returns the table of the system that has this kind, with the queries and changes that only it has.
pub(super) fn system(backend: &Arc<dyn StorageBackend>, kind: u8) -> DocTable {
    let (schema, decode, check_key) = match kind {
        table_kind::USERS => parts::<User>(),
        table_kind::TABLES => parts::<TableMetadata>(),
        table_kind::JOBS => parts::<Job>(),
        table_kind::NAMESPACES => parts::<Namespace>(),
        table_kind::STORAGES => parts::<Storage>(),
        _ => parts::<LiveQuery>(),
    };
    let mut table = DocTable::new(backend, schema, Some(decode));
    table.check_key = check_key;
    table.rights = Rights::SYSTEM;
    match kind {
        table_kind::USERS => table.ask = find_by_username,
        table_kind::TABLES => table.act = drop_table,
        table_kind::JOBS => table.act = act_on_jobs,
        table_kind::LIVE_QUERIES => table.act = remove_connection,
        _ => {}
    }
    table
}

/// The schema of a table of the system, the decoder of its entities, and the check of its keys.
type Parts = (DocSchema, Decode, CheckKey);

fn parts<V: Known>() -> Parts
where
    Doc: From<V>,
{
    (V::erased_schema(V::of), V::from_payload, check_key::<V::Key>)
}

fn find_by_username(
    users: &EncodedTable,
    reader: &dyn Read,
    mut request: Request<'_>,
    out: &mut Response<'_>,
) -> failure::Result<()> {
    let folded = UserName::new(request.text()?).to_lowercase();
    let found = users.find_all(reader, &NamedIndex::of(&users::USERNAME), folded.as_bytes())?;
    write_all(0, &found, out);
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
    let rows = metadata.rows(&id).ok_or_else(|| ErrorKind::InUse {
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
    let Some(Doc::Job(job)) = &mut found else { return Err(ErrorKind::NotFound { place }.into()) };
    job.end(&place, end, time)?;
    if let Some(ended) = &found {
        jobs.put(key, ended)?;
    }
    let mut written = Ok(());
    tx.get(table.partition(), key, &mut |stored| {
        written = table.encoded(true).payload(key, stored).map(|payload| out.last(payload));
    })?;
    Ok(written?)
}
