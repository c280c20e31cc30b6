//! [`Fixture`]: the source of the suite's backends.

use std::sync::{Arc, Weak};

use keyloft::backend::{Notify, TransactionBody};
use keyloft::layers::{Feed, Observed};
use keyloft::{Read, Result, Snapshot, StorageBackend, delegate_reads};

/// Opens the database of one place. Each call opens the same data, as of the last commit.
///
/// The suite drops all handles to the database before the next call.
pub type Place = Box<dyn Fn() -> Arc<dyn StorageBackend>>;

/// A backend whose engine can be made to fail.
pub struct Faulty {
    /// The backend, empty.
    pub backend: Arc<dyn StorageBackend>,
    /// Makes every read and write of the engine's medium fail after a call with `true`, and none after a call with `false`.
    pub fail: Box<dyn Fn(bool)>,
}

/// A backend and the feed of its changes.
pub struct Fed {
    /// The backend, empty.
    pub backend: Arc<dyn StorageBackend>,
    /// The feed of all commits to the backend. A commit is reported before it returns.
    pub feed: Feed,
}

impl Fed {
    pub(crate) fn observed(backend: impl StorageBackend + 'static) -> Self {
        let observed = Observed::new(backend);
        Self { feed: observed.feed(), backend: Arc::new(observed) }
    }

    pub(crate) fn feed(&self) -> Feed {
        self.feed.clone()
    }
}

impl Read for Fed {
    delegate_reads!(self => *self.backend);
}

impl StorageBackend for Fed {
    fn snapshot(&self) -> Result<Arc<dyn Snapshot>> {
        self.backend.snapshot()
    }

    fn transact(&self, body: &mut TransactionBody<'_>) -> Result<()> {
        self.backend.transact(body)
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
}

/// The source of the suite's backends. A function that creates an empty backend is a fixture. A type of your own can also
/// reopen a database and make an engine fail.
///
/// ```
/// use std::sync::Arc;
/// use keyloft::StorageBackend;
/// use keyloft_conformance::{Fixture, run};
/// use keyloft_memory::MemoryBackend;
///
/// struct Memory;
///
/// impl Fixture for Memory {
///     fn open(&self) -> Arc<dyn StorageBackend> {
///         Arc::new(MemoryBackend::new())
///     }
/// }
///
/// run("point::a_value_reads_back", &Memory);
/// ```
pub trait Fixture {
    /// Creates an empty backend, another one with each call.
    fn open(&self) -> Arc<dyn StorageBackend>;

    /// Returns the backend that cases read through when they write through `backend`. It is the same one, unless the backend
    /// under test refuses writes.
    fn view(&self, backend: &Arc<dyn StorageBackend>) -> Arc<dyn StorageBackend> {
        Arc::clone(backend)
    }

    /// Creates an empty place, another one with each call. Returns `None` if no data outlives the backend.
    fn place(&self) -> Option<Place> {
        None
    }

    /// Creates an empty backend with a feed. It is an observed one, unless a layer with another feed is under test.
    fn fed(&self) -> Fed {
        Fed::observed(self.open())
    }

    /// Creates a backend whose engine can be made to fail. Returns `None` if no engine can.
    fn faulty(&self) -> Option<Faulty> {
        None
    }
}

impl<B: StorageBackend + 'static, F: Fn() -> B> Fixture for F {
    fn open(&self) -> Arc<dyn StorageBackend> {
        Arc::new(self())
    }
}
