//! [`Subject`]: a backend or a layer over one.

use std::sync::Arc;

use keyloft::StorageBackend;
use keyloft::layers::{Feed, Observed, Scoped};
use keyloft_fjall::FjallBackend;
use keyloft_memory::MemoryBackend;
use keyloft_redb::{Durability, RedbBackend};
use tempfile::TempDir;

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
    /// The folder of the engine's files.
    pub(super) folder: Option<TempDir>,
}

/// Returns every backend and layer, empty.
pub(super) fn all() -> Outcome<Vec<Subject>> {
    let redb = || -> Outcome<RedbBackend> { Ok(RedbBackend::in_memory()?) };
    let disk = options(Durability::OnFlush).with_storage(Disk::holding(Vec::new()))?;
    Ok(vec![
        plain("memory", MemoryBackend::new()),
        plain("redb in memory", redb()?),
        plain("redb on a disk", disk),
        on_fjall()?,
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

/// Returns fjall in a folder. Its commits are not synced, because nothing ends the process.
fn on_fjall() -> Outcome<Subject> {
    let folder = tempfile::tempdir()?;
    let options = FjallBackend::options().durability(keyloft_fjall::Durability::OnFlush);
    let backend = options.create(folder.path().join("a.fjall"))?;
    Ok(Subject { folder: Some(folder), ..plain("fjall", backend) })
}

fn plain(name: &'static str, backend: impl StorageBackend + 'static) -> Subject {
    Subject { name, backend: Arc::new(backend), feed: None, neighbour: None, folder: None }
}

fn observed(name: &'static str, backend: impl StorageBackend + 'static) -> Subject {
    let backend = Observed::new(backend);
    Subject { feed: Some(backend.feed()), ..plain(name, backend) }
}

fn scoped(name: &'static str, backend: Arc<dyn StorageBackend>) -> Subject {
    let neighbour: Arc<dyn StorageBackend> = Arc::new(Scoped::new(backend.clone(), "a"));
    Subject { neighbour: Some(neighbour), ..plain(name, Scoped::new(backend, "a/b")) }
}
