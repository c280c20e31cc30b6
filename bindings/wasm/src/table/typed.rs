//! [`Typed`]: a typed store as a [`Table`].

use std::marker::PhantomData;

use keyloft::store::{Entity, Hidden};
use keyloft::value::decode_payload;
use keyloft::{EntityStore, Partition, Principal, Read, Result, StorageKey, Transaction};

use super::{Access, Action, Table};
use crate::failure;
use crate::raw::payload;
use crate::wire::{Request, Response};

/// What a kind of table has beside what every store has.
pub(super) trait Special<K: StorageKey, V: Entity>: EntityStore<K, V> {
    /// The indexes that JavaScript may read.
    const INDEXES: &[(&str, bool)] = &[];

    fn allow(&self, principal: &Principal, access: Access) -> Result<()>;

    fn indexes(&self) -> Vec<(String, bool)> {
        Self::INDEXES.iter().map(|&(name, unique)| (name.to_owned(), unique)).collect()
    }

    /// What hides entities besides the mark of deletion.
    fn hidden_otherwise(&self) -> Option<&dyn Hidden> {
        None
    }

    /// Refuses an entity that the schema's guard would let pass.
    fn check(&self, key: &K, entity: &V) -> Result<()> {
        let _ = (key, entity);
        Ok(())
    }

    fn ask(&self, reader: &dyn Read, question: u8, request: Request<'_>, out: &mut Response<'_>) -> failure::Result<()> {
        let _ = (reader, question, request, out);
        Err(failure::Failure::argument("this table has no such question"))
    }

    fn act(
        &self,
        tx: &mut dyn Transaction,
        action: Action<'_>,
        out: &mut Response<'_>,
    ) -> failure::Result<()> {
        let _ = (tx, action, out);
        Err(failure::Failure::argument("this table has no such action"))
    }

    /// Writes an entity as the last thing of a response.
    fn respond(&self, entity: &V, out: &mut Response<'_>) -> failure::Result<()> {
        let stored = self.serialize(entity)?;
        out.last(payload(&stored).map_err(keyloft::Error::from)?);
        Ok(())
    }
}

/// A typed store.
pub(super) struct Typed<S, K, V> {
    store: S,
    types: PhantomData<fn() -> (K, V)>,
}

impl<S, K, V> Typed<S, K, V> {
    pub(super) fn new(store: S) -> Self {
        Self { store, types: PhantomData }
    }
}

impl<S: Special<K, V>, K: StorageKey, V: Entity> Table for Typed<S, K, V> {
    fn partition(&self) -> &Partition {
        self.store.partition()
    }

    fn version(&self) -> Option<u32> {
        Some(self.store.schema_version())
    }

    fn indexes(&self) -> Vec<(String, bool)> {
        self.store.indexes()
    }

    fn hidden(&self, deleted_too: bool) -> Option<&dyn Hidden> {
        if deleted_too { self.store.hidden_otherwise() } else { self.store.hidden() }
    }

    fn upgraded(&self, key: &[u8], stored: &[u8]) -> Result<Vec<u8>> {
        let upgraded = self.store.deserialize(stored).and_then(|entity| self.store.serialize(&entity));
        let stored = upgraded.map_err(|error| at(error, self.partition(), key))?;
        Ok(payload(&stored)?.to_vec())
    }

    fn allow(&self, principal: &Principal, access: Access) -> Result<()> {
        self.store.allow(principal, access)
    }

    fn put(&self, tx: &mut dyn Transaction, key: &[u8], payload: &[u8], anew: bool) -> Result<()> {
        let id = K::decode(key)?;
        let entity: V =
            decode_payload(payload).map_err(|reason| at(reason.into(), self.partition(), key))?;
        Special::check(&self.store, &id, &entity)?;
        let mut store = self.store.within(tx);
        if anew { store.insert(&id, &entity) } else { store.put(&id, &entity) }
    }

    fn delete(&self, tx: &mut dyn Transaction, key: &[u8]) -> Result<bool> {
        self.store.within(tx).delete(&K::decode(key)?)
    }

    fn ask(&self, reader: &dyn Read, question: u8, request: Request<'_>, out: &mut Response<'_>) -> failure::Result<()> {
        self.store.ask(reader, question, request, out)
    }

    fn act(
        &self,
        tx: &mut dyn Transaction,
        action: Action<'_>,
        out: &mut Response<'_>,
    ) -> failure::Result<()> {
        self.store.act(tx, action, out)
    }
}

/// Adds the partition and the key to an error of decoding, which does not know them.
fn at(error: keyloft::Error, in_partition: &Partition, at_key: &[u8]) -> keyloft::Error {
    use keyloft::Error::{Decode, NewerVersion};
    let partition = in_partition.as_str().to_owned();
    let key = super::for_people(at_key);
    match error {
        Decode { reason, .. } => Decode { partition, key, reason },
        NewerVersion { found, known, .. } => NewerVersion { partition, key, found, known },
        other => other,
    }
}
