//! The suite on the layer whose feed is read from the log.

#![allow(clippy::unwrap_used)] // every item is of a test

use std::sync::Arc;

use keyloft::backend::{BackendId, TransactionBody};
use keyloft::layers::{Followed, Observed};
use keyloft::{Read, Result, Snapshot, StorageBackend, delegate_reads};
use keyloft_conformance::{Fed, Fixture, suite};
use keyloft_memory::MemoryBackend;

type Layer = Followed<Arc<MemoryBackend>>;

suite!(followed, Here);
suite!(followed_from_elsewhere, Elsewhere);
suite!(followed_and_observed, || Observed::new(layer(&Arc::default())));

fn layer(database: &Arc<MemoryBackend>) -> Layer {
    Followed::new(Arc::clone(database), Arc::new(|| 7))
}

/// The layer, and its own feed.
struct Here;

impl Fixture for Here {
    fn open(&self) -> Arc<dyn StorageBackend> {
        Arc::new(layer(&Arc::default()))
    }

    fn fed(&self) -> Fed {
        let backend = layer(&Arc::default());
        Fed { feed: backend.feed(), backend: Arc::new(backend) }
    }
}

/// A feed of commits that all come from another handle to the database, as from another process.
struct Elsewhere;

impl Fixture for Elsewhere {
    fn open(&self) -> Arc<dyn StorageBackend> {
        self.fed().backend
    }

    fn fed(&self) -> Fed {
        let database = Arc::default();
        let (here, there) = (layer(&database), layer(&database));
        Fed { feed: here.feed(), backend: Arc::new(TwoHandles { here, there }) }
    }
}

/// Reads through one handle and writes through another.
struct TwoHandles {
    here: Layer,
    there: Layer,
}

impl Read for TwoHandles {
    delegate_reads!(
        self => self.here;
        get, scan, partitions, get_many, get_batch, contains, count, catalog_stamp, read_time
    );

    fn backend_id(&self) -> Option<BackendId> {
        self.there.backend_id()
    }
}

impl StorageBackend for TwoHandles {
    fn snapshot(&self) -> Result<Arc<dyn Snapshot>> {
        self.here.snapshot()
    }

    fn transact(&self, body: &mut TransactionBody<'_>) -> Result<()> {
        self.there.transact(body)?;
        self.here.poll()
    }
}
