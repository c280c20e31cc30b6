//! [`Tail`]: a logged backend, the end of whose log is reported to subscribers.

use alloc::sync::{Arc, Weak};
use alloc::vec::Vec;
use std::sync::PoisonError;

use crate::backend::{
    BackendId, Direction, KeyRange, Notify, Partition, Read, Snapshot, StorageBackend, TransactionBody, Visit,
};
use crate::delegate_reads;
use crate::error::{ErrorKind, Result};
use crate::layers::logged::LoggedValue;
use crate::layers::observed::RawChange;
use crate::layers::observed::hub::{Hub, Reopened};
use crate::layers::observed::probe;
use crate::layers::observed::queue::{Queue, deliver_all};
use crate::layers::observed::recorder::Recorder;
use crate::layers::observed::registry::Registry;
use crate::layers::observed::source::{Source, Until};
use crate::layers::{ChangeLog, LogEntry, LogScope, Logged, LoggedChange, OldValue};
use crate::sync::{Mutex, MutexGuard};

/// The number of changes that are read from the log at once.
const PORTION: usize = 256;

/// A logged backend and its hub. The handles of the layer own it, and its feeds refer to it.
///
/// The log has the order of the commits, so transactions share the gate. It is passed exclusively only to subscribe and to read
/// between commits. Then the log is reported up to the version that the reader sees, which the snapshot itself tells. So the next
/// event is the first change to what was read, also if other processes commit meanwhile.
pub(super) struct Tail<B> {
    /// The first field, so that the engine is closed when the subscriptions end by a drop.
    inner: Logged<B>,
    hub: Arc<Hub>,
    position: Mutex<Position>,
    /// The version of the last snapshot that was taken inside the layer's gate.
    read: Mutex<Option<u64>>,
    /// The listener to reopenings of the engine.
    _reopened: Arc<dyn Notify>,
}

/// What was reported. It is locked after the gate.
#[derive(Default)]
struct Position {
    /// The version of the last commit in the log that subscribers know.
    version: u64,
    /// The number of the last commit that was reported to any subscriber.
    commits: u64,
}

impl<B: StorageBackend + 'static> Tail<B> {
    pub(super) fn new(inner: Logged<B>) -> Self {
        let hub = Arc::new(Hub::in_order(&inner));
        let reopened = Reopened::listen(&inner, &hub);
        Self { inner, hub, position: Mutex::default(), read: Mutex::default(), _reopened: reopened }
    }

    pub(super) fn inner(&self) -> &Logged<B> {
        &self.inner
    }

    pub(super) fn log(&self) -> ChangeLog {
        self.inner.log()
    }

    #[cfg(any(not(target_family = "wasm"), target_feature = "atomics"))]
    pub(super) fn wakeup(&self) -> &Arc<crate::layers::logged::Wakeup> {
        self.inner.wakeup()
    }

    /// Returns `true` if nothing will be reported any more.
    #[cfg(any(not(target_family = "wasm"), target_feature = "atomics"))]
    pub(super) fn has_ended(&self) -> bool {
        self.hub.has_ended()
    }

    pub(super) fn poll(&self) -> Result<()> {
        let entered = self.hub.enter()?;
        let gate = self.hub.pass(&entered);
        let reported = self.report(&gate, None);
        drop((gate, entered));
        reported.map(|filled| deliver_all(&filled))
    }

    /// Queues the commits up to this version, or to the newest one. Returns the queues that were filled.
    fn report(&self, registry: &Registry, until: Option<u64>) -> Result<Vec<Arc<Queue>>> {
        let mut position = self.position.lock().unwrap_or_else(PoisonError::into_inner);
        let mut filled = Vec::new();
        if !self.hub.has_subscribers() {
            return Ok(filled);
        }
        let end = until.unwrap_or(u64::MAX);
        while position.version < end {
            match self.log().read(&[LogScope::all()], position.version, PORTION) {
                Ok(batch) => {
                    for commit in batch.entries.chunk_by(|one, other| one.version == other.version) {
                        if commit.first().is_some_and(|entry| entry.version <= end) {
                            filled.extend(position.report_commit(registry, commit));
                        }
                    }
                    position.version = batch.position;
                    if !batch.has_more {
                        break;
                    }
                }
                Err(error) => {
                    let &ErrorKind::PositionGone { newest, .. } = error.kind() else { return Err(error) };
                    position.version = newest;
                    filled.extend(with_gap(registry));
                    break;
                }
            }
        }
        Ok(filled)
    }

    fn last_read(&self) -> MutexGuard<'_, Option<u64>> {
        self.read.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Position {
    /// Queues the changes of a commit, or a gap if the log does not have their values.
    fn report_commit(&mut self, registry: &Registry, commit: &[LogEntry]) -> Vec<Arc<Queue>> {
        let watched = |entry: &&LogEntry| registry.watches_key(&entry.partition, &entry.key);
        let changes: Option<Vec<RawChange>> = commit.iter().filter(watched).map(change_of).collect();
        match changes {
            None => with_gap(registry),
            Some(changes) if changes.is_empty() => Vec::new(),
            Some(changes) => {
                self.commits += 1;
                registry.publish(self.commits, changes)
            }
        }
    }
}

/// Returns the change of an entry, or `None` if the log does not have its values.
fn change_of(entry: &LogEntry) -> Option<RawChange> {
    let old = match &entry.old {
        OldValue::NotLogged => return None,
        OldValue::Absent => None,
        OldValue::Value(old) => Some(old.as_slice().into()),
    };
    let new = match &entry.change {
        LoggedChange::Put(LoggedValue::Digest(_)) => return None,
        LoggedChange::Put(LoggedValue::Value(new)) => Some(new.as_slice().into()),
        LoggedChange::Delete => None,
    };
    let (partition, key) = (entry.partition.clone(), entry.key.as_slice().into());
    Some(RawChange { commit: 0, partition, key, old, new })
}

/// Tells every subscriber that changes are missing, and returns their queues.
fn with_gap(registry: &Registry) -> Vec<Arc<Queue>> {
    let queues = registry.queues();
    for queue in &queues {
        queue.add_gap();
    }
    queues
}

impl<B: StorageBackend + 'static> Source for Tail<B> {
    fn hub(&self) -> &Arc<Hub> {
        &self.hub
    }

    fn catch_up(&self, registry: &Registry, until: Until) -> Result<Vec<Arc<Queue>>> {
        let read = self.last_read().take();
        let version = match until {
            Until::Read => read,
            Until::Newest => None,
        };
        let version = match version {
            Some(version) => version,
            None => self.log().newest()?,
        };
        let filled = self.report(registry, Some(version))?;
        // Without subscribers, the commits up to here concern nobody.
        let mut position = self.position.lock().unwrap_or_else(PoisonError::into_inner);
        position.version = version;
        Ok(filled)
    }
}

impl<B: StorageBackend + 'static> Read for Tail<B> {
    delegate_reads!(self => self.inner; get, partitions, get_many, get_batch, contains, count, catalog_stamp, read_time);

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

impl<B: StorageBackend + 'static> StorageBackend for Tail<B> {
    fn snapshot(&self) -> Result<Arc<dyn Snapshot>> {
        if !self.hub.is_inside() {
            return self.inner.snapshot();
        }
        let (snapshot, version) = self.log().snapshot()?;
        *self.last_read() = Some(version);
        Ok(snapshot)
    }

    fn transact(&self, body: &mut TransactionBody<'_>) -> Result<()> {
        let entered = self.hub.enter()?;
        let gate = self.hub.pass(&entered);
        self.inner.transact(&mut |tx| body(&mut Recorder::new(tx, None, self.hub.id())))?;
        // It is committed, so it can't fail any more. What can't be read now is reported by the next commit or poll.
        let filled = self.report(&gate, None).unwrap_or_default();
        // Callbacks run with the gate open, so that they may read, write and subscribe.
        drop((gate, entered));
        deliver_all(&filled);
        Ok(())
    }

    fn commits_in_order(&self) -> bool {
        self.inner.commits_in_order()
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
