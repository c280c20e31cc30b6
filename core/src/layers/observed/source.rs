//! [`Shared`] and [`Source`]: an observed backend, as its handles and its feeds share it.

use alloc::sync::{Arc, Weak};
use alloc::vec::Vec;

use super::commit_order::Turn;
use super::hub::{Hub, Reopened};
use super::probe;
use super::queue::{Queue, deliver_all};
use super::recorder::Recorder;
use super::registry::Registry;
use crate::backend::{
    BackendId, Direction, KeyRange, Notify, Partition, Read, Snapshot, StorageBackend, TransactionBody, Visit,
};
use crate::delegate_reads;
use crate::error::Result;

/// A backend and its hub. The handles of the layer own it, and its feeds refer to it.
pub(super) struct Shared<B> {
    /// The first field, so that the engine is closed when the subscriptions end by a drop.
    inner: B,
    hub: Arc<Hub>,
    /// The listener to reopenings of the engine.
    _reopened: Arc<dyn Notify>,
}

/// An observed backend, for a feed, which does not know the type of the backend.
pub(super) trait Source: StorageBackend {
    fn hub(&self) -> &Arc<Hub>;

    /// Queues the commits that subscribers have to know before one joins, or before a state is read or after. The gate is held
    /// exclusively. Returns the queues that were filled.
    ///
    /// The default does nothing: a layer that sees all commits has queued them already.
    fn catch_up(&self, _registry: &Registry, _until: Until) -> Result<Vec<Arc<Queue>>> {
        Ok(Vec::new())
    }
}

/// The end of the commits that a source queues.
pub(super) enum Until {
    /// The newest commit.
    Newest,
    /// The commit of the snapshot that this thread has taken since the last call.
    Read,
}

impl<B: StorageBackend> Shared<B> {
    pub(super) fn new(inner: B) -> Self {
        let hub = Arc::new(Hub::new(&inner));
        let reopened = Reopened::listen(&inner, &hub);
        Self { inner, hub, _reopened: reopened }
    }

    pub(super) fn inner(&self) -> &B {
        &self.inner
    }
}

impl<B: StorageBackend> Source for Shared<B> {
    fn hub(&self) -> &Arc<Hub> {
        &self.hub
    }
}

impl<B: StorageBackend> Read for Shared<B> {
    delegate_reads!(self => self.inner; get, partitions, get_many, get_batch, contains, count, catalog_stamp);

    fn scan(
        &self,
        partition: &Partition,
        range: KeyRange<'_>,
        direction: Direction,
        visit: &mut Visit<'_>,
    ) -> Result<()> {
        if probe::arrives(&self.hub, partition, range) {
            return Ok(());
        }
        self.inner.scan(partition, range, direction, visit)
    }

    fn backend_id(&self) -> Option<BackendId> {
        self.hub.id()
    }
}

impl<B: StorageBackend> StorageBackend for Shared<B> {
    fn snapshot(&self) -> Result<Arc<dyn Snapshot>> {
        self.inner.snapshot()
    }

    fn transact(&self, body: &mut TransactionBody<'_>) -> Result<()> {
        let entered = self.hub.enter()?;
        // The gate is held until the changes are queued, so no subscriber can join in between (no gap).
        let gate = self.hub.pass(&entered);
        let registry = self.hub.has_subscribers().then_some(&*gate);
        let mut turn = Turn::new(self.hub.order(), &gate);
        self.inner.transact(&mut |tx| {
            // The engine may run the body again. Only the writes of the last run are committed.
            turn.give_up();
            let mut recorder = Recorder::new(tx, registry, self.hub.id());
            body(&mut recorder)?;
            if registry.is_none() {
                return Ok(());
            }
            // Inside the engine, so that the places are in the order of the commits.
            let (tx, changes) = recorder.into_parts();
            turn.take(tx, changes);
            Ok(())
        })?;
        let filled = turn.commit();
        // Callbacks run with the gate open and outside the transaction, so that they may read, write and subscribe.
        drop((gate, entered));
        deliver_all(&filled);
        Ok(())
    }

    fn commits_in_order(&self) -> bool {
        self.hub.is_ordered()
    }

    fn on_close(&self, listener: Weak<dyn Notify>) {
        self.inner.on_close(listener);
    }

    fn on_reopen(&self, listener: Weak<dyn Notify>) {
        self.inner.on_reopen(listener);
    }

    fn on_foreign_commit(&self, listener: Weak<dyn Notify>) {
        self.inner.on_foreign_commit(listener);
    }
}
