//! The tables of the system.

use std::rc::Rc;
use std::sync::Arc;

use keyloft::store::{Change, IndexDefinition};
use keyloft::tables::system::{
    Job, LiveQuery, Namespace, Storage, TableMetadata, User, jobs, jobs::JobEnd, live_queries, tables, users,
};
use keyloft::{
    EntityStore, Error, JobId, LiveQueryId, NamespaceId, Partition, Query, Read, Result, StorageBackend,
    StorageId, StorageKey, SystemTableStore, TableId, Transaction, UserId, UserName,
};
use serde::Serialize;

use super::doc::{Doc, Entity, Known, decode};
use super::docs::Docs;
use super::rights::Rights;
use super::rules::{DocIndex, Parts, Rules};
use super::{Action, Table, no_action};
use crate::failure;
use crate::protocol::job_action::{CANCEL, COMPLETE, DELETE_FINISHED_BEFORE, FAIL};
use crate::protocol::live_query_action::REMOVE_CONNECTION;
use crate::protocol::table_action::DROP_TABLE;
use crate::raw::{NamedIndex, Raw};
use crate::scan::write_entries;
use crate::wire::{Request, Response};

/// The rules of a table of the system: those of its typed store.
struct System<K, V> {
    typed: SystemTableStore<K, V>,
}

/// What a table of the system has beside what all have.
trait Special: Known {
    fn indexes() -> Vec<DocIndex>;

    /// The entity to store instead of the one that was given, if the table makes another of it.
    fn completed<K: StorageKey>(
        store: &SystemTableStore<K, Self>,
        reader: &dyn Read,
        change: &Change<'_, Vec<u8>, Doc>,
    ) -> Result<Option<Doc>> {
        let _ = (store, reader, change);
        Ok(None)
    }

    fn ask(
        raw: &Raw,
        reader: &dyn Read,
        question: Request<'_>,
        out: &mut Response<'_>,
    ) -> failure::Result<()> {
        let _ = (raw, reader, question, out);
        Err(failure::Failure::argument("this table has no such question"))
    }
}

/// What a table of the system does in a transaction beside what all do.
trait Actions {
    fn act(
        &self,
        docs: &Docs,
        tx: &mut dyn Transaction,
        action: Action<'_>,
        out: &mut Response<'_>,
    ) -> failure::Result<()> {
        let _ = (docs, tx, action, out);
        Err(no_action())
    }
}

pub(super) fn users(backend: &Arc<dyn StorageBackend>) -> Docs {
    table(User::store(Arc::clone(backend)))
}

pub(super) fn tables(backend: &Arc<dyn StorageBackend>) -> Docs {
    table(TableMetadata::store(Arc::clone(backend)))
}

pub(super) fn jobs(backend: &Arc<dyn StorageBackend>) -> Docs {
    table(Job::store(Arc::clone(backend)))
}

pub(super) fn namespaces(backend: &Arc<dyn StorageBackend>) -> Docs {
    table(Namespace::store(Arc::clone(backend)))
}

pub(super) fn storages(backend: &Arc<dyn StorageBackend>) -> Docs {
    table(Storage::store(Arc::clone(backend)))
}

pub(super) fn live_queries(backend: &Arc<dyn StorageBackend>) -> Docs {
    table(LiveQuery::store(Arc::clone(backend)))
}

fn table<K: StorageKey, V: Special>(typed: SystemTableStore<K, V>) -> Docs
where
    SystemTableStore<K, V>: Actions,
{
    Docs::new(Parts {
        backend: Arc::clone(typed.backend()),
        partition: typed.partition().clone(),
        version: typed.schema_version(),
        indexes: V::indexes(),
        checked: true,
        rights: Rights::of(&typed),
        rules: Rc::new(System { typed }),
    })
}

impl<K: StorageKey, V: Special> Rules for System<K, V>
where
    SystemTableStore<K, V>: Actions,
{
    fn decode(&self, payload: &[u8]) -> Result<Entity> {
        decode::<V>(payload)
    }

    fn check_key(&self, key: &[u8]) -> Result<()> {
        K::decode(key).map(|_| ())
    }

    fn completed(&self, reader: &dyn Read, change: &Change<'_, Vec<u8>, Doc>) -> Result<Option<Doc>> {
        V::completed(&self.typed, reader, change)
    }

    fn check(&self, tx: &mut dyn Transaction, change: &Change<'_, Vec<u8>, Doc>) -> Result<()> {
        match self.typed.schema() {
            Some(schema) => schema.check(tx, &typed(change, &K::decode(change.key)?)),
            None => Ok(()),
        }
    }

    fn ask(
        &self,
        raw: &Raw,
        reader: &dyn Read,
        question: Request<'_>,
        out: &mut Response<'_>,
    ) -> failure::Result<()> {
        V::ask(raw, reader, question, out)
    }

    fn act(
        &self,
        docs: &Docs,
        tx: &mut dyn Transaction,
        action: Action<'_>,
        out: &mut Response<'_>,
    ) -> failure::Result<()> {
        self.typed.act(docs, tx, action, out)
    }
}

/// The change as the typed store sees it.
fn typed<'a, K, V: Known>(change: &Change<'a, Vec<u8>, Doc>, key: &'a K) -> Change<'a, K, V> {
    let of = |doc: Option<&'a Doc>| doc.and_then(|doc| V::of(&doc.entity));
    Change {
        partition: change.partition,
        backend: change.backend,
        key,
        old: of(change.old),
        new: of(change.new),
    }
}

/// An index of a typed table.
fn index<V: Known>(typed: impl IndexDefinition<V> + 'static) -> DocIndex {
    DocIndex {
        name: typed.name().to_owned(),
        unique: typed.is_unique(),
        open: true,
        value: Box::new(move |doc: &Doc| typed.value(V::of(&doc.entity)?)),
    }
}

impl Special for User {
    fn indexes() -> Vec<DocIndex> {
        vec![index(users::USERNAME), index(users::ROLE), index(users::STORAGE)]
    }

    /// The user of a name, whatever its case.
    fn ask(
        raw: &Raw,
        reader: &dyn Read,
        mut question: Request<'_>,
        out: &mut Response<'_>,
    ) -> failure::Result<()> {
        let folded = UserName::new(question.text()?).to_lowercase().as_bytes().to_vec();
        let username = NamedIndex::of(&users::USERNAME);
        let found = raw.at(reader).find_all(&username, &folded)?;
        out.u32(u32::try_from(found.len()).unwrap_or(u32::MAX));
        write_entries(0, &found, out);
        Ok(())
    }
}

impl Special for TableMetadata {
    fn indexes() -> Vec<DocIndex> {
        vec![index(tables::STORAGE)]
    }
}

impl Special for Job {
    fn indexes() -> Vec<DocIndex> {
        vec![index(jobs::STATUS), index(jobs::NAMESPACE), index(jobs::COMPLETED_AT)]
    }
}

impl Special for Namespace {
    fn indexes() -> Vec<DocIndex> {
        Vec::new()
    }

    fn completed<K: StorageKey>(
        store: &SystemTableStore<K, Self>,
        reader: &dyn Read,
        change: &Change<'_, Vec<u8>, Doc>,
    ) -> Result<Option<Doc>> {
        let Some(schema) = store.schema() else { return Ok(None) };
        let completed = schema.completed(reader, &typed(change, &K::decode(change.key)?))?;
        let Some((namespace, new)) = completed.zip(change.new) else { return Ok(None) };
        let payload = encode(change.partition, change.key, &namespace)?;
        Ok(Some(Doc { payload, entity: namespace.into_entity(), rules: Rc::clone(&new.rules) }))
    }
}

impl Special for Storage {
    fn indexes() -> Vec<DocIndex> {
        Vec::new()
    }
}

impl Special for LiveQuery {
    fn indexes() -> Vec<DocIndex> {
        vec![index(live_queries::USER), index(live_queries::CONNECTION), index(live_queries::TABLE)]
    }
}

impl Actions for SystemTableStore<UserId, User> {}

impl Actions for SystemTableStore<NamespaceId, Namespace> {}

impl Actions for SystemTableStore<StorageId, Storage> {}

impl Actions for SystemTableStore<TableId, TableMetadata> {
    fn act(
        &self,
        docs: &Docs,
        tx: &mut dyn Transaction,
        action: Action<'_>,
        out: &mut Response<'_>,
    ) -> failure::Result<()> {
        if action.code != DROP_TABLE {
            return Err(no_action());
        }
        let key = action.key()?;
        let id = TableId::decode(key)?;
        let found = docs.within(tx).get(key)?;
        let table = found.as_ref().and_then(|doc| TableMetadata::of(&doc.entity));
        if let Some(table) = table {
            table.drop_rows(tx, &id, |tx| Table::delete(docs, tx, key).map(|_| ()))?;
        }
        out.flag(table.is_some());
        Ok(())
    }
}

impl Actions for SystemTableStore<LiveQueryId, LiveQuery> {
    fn act(
        &self,
        docs: &Docs,
        tx: &mut dyn Transaction,
        mut action: Action<'_>,
        out: &mut Response<'_>,
    ) -> failure::Result<()> {
        if action.code != REMOVE_CONNECTION {
            return Err(no_action());
        }
        let connection = action.request.text()?.as_bytes().to_vec();
        let lost = Query::range(&connection..=&connection);
        out.u64(docs.within(tx).delete_by(&NamedIndex::of(&live_queries::CONNECTION), lost)?);
        Ok(())
    }
}

impl Actions for SystemTableStore<JobId, Job> {
    fn act(
        &self,
        docs: &Docs,
        tx: &mut dyn Transaction,
        mut action: Action<'_>,
        out: &mut Response<'_>,
    ) -> failure::Result<()> {
        if action.code == DELETE_FINISHED_BEFORE {
            let finished = Query::range(..action.request.i64()?.encode().into_owned());
            out.u64(docs.within(tx).delete_by(&NamedIndex::of(&jobs::COMPLETED_AT), finished)?);
            return Ok(());
        }
        let now = action.request.i64()?;
        let end = match action.code {
            COMPLETE => JobEnd::Completed(action.request.optional(Request::text)?),
            FAIL => JobEnd::Failed(action.request.text()?),
            CANCEL => JobEnd::Cancelled,
            _ => return Err(no_action()),
        };
        let key = action.key()?;
        let id = JobId::decode(key)?;
        let partition = self.partition();
        let ended = docs.within(tx).update(key, |doc| {
            if let Entity::Job(job) = &mut doc.entity {
                job.end(partition, &id, end, now)?;
                doc.payload = encode(partition, key, job)?;
            }
            Ok(())
        })?;
        out.last(&ended.payload);
        Ok(())
    }
}

/// The payload of an entity.
fn encode(partition: &Partition, key: &[u8], entity: &impl Serialize) -> Result<Vec<u8>> {
    postcard::to_extend(entity, Vec::new()).map_err(|source| {
        let partition = partition.as_str().to_owned();
        Error::Encode { partition, key: super::for_people(key), source }
    })
}
