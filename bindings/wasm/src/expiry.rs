//! [`Expiring`]: the layer that sets an object's alarm for the entities that expire, and their eviction.

use std::cell::Cell;
use std::ops::ControlFlow;
use std::rc::Rc;
use std::sync::{Arc, Weak};

use keyloft::backend::{Direction, KeyRange, Notify, TransactionBody};
use keyloft::{
    EntityStore, EntityWriter, Partition, Query, Read, Result, Snapshot, StorageBackend, StorageBackendExt,
    StorageKey, Transaction, catalog, delegate_reads, delegate_writes,
};
use keyloft_durable_object::DurableObjectBackend;

use crate::database::Database;
use crate::failure::{self, Failure};
use crate::table;
use crate::wire::{Request, Response};

/// The beginning of the stored name of an index of expiry, before the name of its table.
const INDEX: &str = "#expires:";

/// The object's alarm, which is set for the earliest expiry of an entity.
pub(crate) struct Alarm {
    backend: DurableObjectBackend,
    /// The time of the alarm, if this run of the object has set it.
    time: Cell<Option<i64>>,
}

impl Alarm {
    pub(crate) fn of(backend: DurableObjectBackend) -> Rc<Self> {
        Rc::new(Self { backend, time: Cell::default() })
    }

    /// Returns the time for which a transaction must set the alarm that has stored an entity with this expiry.
    fn before(&self, tx: &dyn Transaction, expiring: &Partition, expiry: i64) -> Result<Option<i64>> {
        if self.time.get().is_some_and(|time| time <= expiry) {
            return Ok(None);
        }
        // Any collection may have an index of this name.
        let entry = catalog::table(tx, expiring)?;
        if !entry.is_some_and(|entry| table::can_evict(expiring, &entry.definition)) {
            return Ok(None);
        }
        // An earlier run may have stored entities without an alarm.
        Ok(Some(match self.time.get() {
            Some(_) => expiry,
            None => earliest(&self.backend)?.map_or(expiry, |time| time.min(expiry)),
        }))
    }
}

/// The layer over the database of an object.
pub(crate) struct Expiring {
    pub(crate) backend: DurableObjectBackend,
    pub(crate) alarm: Rc<Alarm>,
}

impl Read for Expiring {
    delegate_reads!(self => self.backend);
}

impl StorageBackend for Expiring {
    fn snapshot(&self) -> Result<Arc<dyn Snapshot>> {
        self.backend.snapshot()
    }

    fn transact(&self, body: &mut TransactionBody<'_>) -> Result<()> {
        let mut set = None;
        self.backend.transact(&mut |tx| {
            let mut noting = Noting { tx, earliest: None };
            body(&mut noting)?;
            let Noting { tx, earliest } = noting;
            if let Some((expiry, table)) = earliest {
                set = self.alarm.before(tx, &table, expiry)?;
            }
            if let Some(time) = set {
                self.backend.set_alarm(time);
            }
            Ok(())
        })?;
        if set.is_some() {
            self.alarm.time.set(set);
        }
        Ok(())
    }

    fn commits_in_order(&self) -> bool {
        self.backend.commits_in_order()
    }

    fn on_close(&self, listener: Weak<dyn Notify>) {
        self.backend.on_close(listener);
    }

    fn on_reopen(&self, listener: Weak<dyn Notify>) {
        self.backend.on_reopen(listener);
    }

    fn on_foreign_commit(&self, listener: Weak<dyn Notify>) {
        self.backend.on_foreign_commit(listener);
    }
}

/// A transaction that notes the earliest expiry of the entities that it stores, with their table.
struct Noting<'a> {
    tx: &'a mut dyn Transaction,
    earliest: Option<(i64, Partition)>,
}

impl Read for Noting<'_> {
    delegate_reads!(self => *self.tx);
}

impl Transaction for Noting<'_> {
    delegate_writes!(self => *self.tx; delete, delete_range, on_commit);

    fn put(&mut self, partition: &Partition, key: &[u8], value: &[u8]) -> Result<()> {
        self.tx.put(partition, key, value)?;
        if let Some(table) = partition.as_str().strip_prefix(INDEX)
            && let Some(expiry) = expiry_of(key)
            && self.earliest.as_ref().is_none_or(|(earliest, _)| expiry < *earliest)
        {
            self.earliest = Some((expiry, Partition::from_stored(table)));
        }
        Ok(())
    }
}

/// Returns the indexed time of an entry of the index, whose key is that of a pair of bytes.
fn expiry_of(entry: &[u8]) -> Option<i64> {
    let (time, _) = <(Vec<u8>, Vec<u8>)>::decode(entry).ok()?;
    i64::decode(&time).ok()
}

/// Returns the earliest expiry of the entities that can be evicted here.
fn earliest(reader: &dyn Read) -> Result<Option<i64>> {
    let mut earliest: Option<i64> = None;
    for (partition, entry) in catalog::tables(reader)? {
        if !table::can_evict(&partition, &entry.definition) {
            continue;
        }
        let index = Partition::from_stored(&format!("{INDEX}{partition}"));
        reader.scan(&index, KeyRange::ALL, Direction::Forward, &mut |key, _| {
            if let Some(expiry) = expiry_of(key) {
                earliest = Some(earliest.map_or(expiry, |earliest| earliest.min(expiry)));
            }
            ControlFlow::Break(())
        })?;
    }
    Ok(earliest)
}

impl Database {
    /// Deletes expired entities of all tables, and sets the alarm for the others, in one transaction. Writes the number of the
    /// deleted ones.
    #[inline(never)]
    pub(crate) fn evict(&self, mut request: Request<'_>, out: &mut Response<'_>) -> failure::Result<()> {
        let alarm = self.alarm.as_ref().ok_or_else(|| {
            Failure::argument("the database sets no alarm: open it with `{ alarm: true }`, or call `evictExpired` of each table")
        })?;
        let (now, max) = (request.i64()?, request.count()?);
        let (deleted, next) = self.backend.transaction(|tx| {
            let mut left = max;
            for (partition, entry) in catalog::tables(&*tx)? {
                let Some((table, index)) = table::evicted(&self.backend, &partition, entry.definition) else {
                    continue;
                };
                let expired = Query::range(..=now.encode().into_owned()).limit(left);
                let deleted = table.within(tx).delete_by(&index, expired)?;
                left = left.saturating_sub(usize::try_from(deleted).unwrap_or(left));
            }
            let next = earliest(&*tx)?;
            if let Some(time) = next {
                alarm.backend.set_alarm(time);
            }
            Ok((max - left, next))
        })?;
        // Without entities, the next one that expires sets the alarm.
        alarm.time.set(next.or(Some(i64::MAX)));
        out.u64(u64::try_from(deleted).unwrap_or(u64::MAX));
        Ok(())
    }
}
