//! [`Subject`]: a backend or a layer over one.

use std::sync::Arc;

use keyloft::StorageBackend;
use keyloft::layers::{Feed, Observed, Scoped};
use keyloft_memory::MemoryBackend;
use keyloft_redb::{Durability, RedbBackend};

use crate::failure::Outcome;
use crate::layers::ViaStaged;
use crate::power::options;
use crate::storage::Disk;

/// A backend or a layer over one.
pub(super) struct Subject {
    pub(super) name: &'static str,
    pub(super) backend: Arc<dyn StorageBackend>,
    /// The change feed of the layer.
    pub(super) feed: Option<Feed>,
    /// A backend beside it, in the same engine, that it must not change.
    pub(super) neighbour: Option<Arc<dyn StorageBackend>>,
}

/// Returns every backend and layer, empty.
pub(super) fn all() -> Outcome<Vec<Subject>> {
    let redb = || -> Outcome<RedbBackend> { Ok(RedbBackend::in_memory()?) };
    let disk = options(Durability::OnFlush).with_storage(Disk::holding(Vec::new()))?;
    Ok(vec![
        plain("memory", MemoryBackend::new()),
        plain("redb in memory", redb()?),
        plain("redb on a disk", disk),
        plain("staged over memory", ViaStaged(MemoryBackend::new())),
        plain("staged over redb", ViaStaged(redb()?)),
        observed("observed memory", MemoryBackend::new()),
        observed("observed redb", redb()?),
        scoped("scoped memory", Arc::new(MemoryBackend::new())),
        scoped("scoped redb", Arc::new(redb()?)),
        scoped("scoped in a scope", Arc::new(Scoped::new(redb()?, "outer/%"))),
        observed("observed scope", Scoped::new(MemoryBackend::new(), "inner")),
    ])
}

fn plain(name: &'static str, backend: impl StorageBackend + 'static) -> Subject {
    Subject { name, backend: Arc::new(backend), feed: None, neighbour: None }
}

fn observed(name: &'static str, backend: impl StorageBackend + 'static) -> Subject {
    let backend = Observed::new(backend);
    Subject { name, feed: Some(backend.feed()), backend: Arc::new(backend), neighbour: None }
}

fn scoped(name: &'static str, backend: Arc<dyn StorageBackend>) -> Subject {
    let neighbour: Arc<dyn StorageBackend> = Arc::new(Scoped::new(backend.clone(), "a"));
    Subject { name, backend: Arc::new(Scoped::new(backend, "a/b")), feed: None, neighbour: Some(neighbour) }
}
