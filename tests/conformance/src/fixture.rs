//! [`Fixture`]: the source of the suite's backends.

use std::sync::Arc;

use keyloft::StorageBackend;

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
