//! [`Fixture`]: how the suite comes by backends.

use std::sync::Arc;

use keyloft::StorageBackend;

/// Opens the database of one place: every call the same data, in the state that the last commit left.
///
/// The suite drops all handles to it before it calls again.
pub type Place = Box<dyn Fn() -> Arc<dyn StorageBackend>>;

/// A backend whose engine can be made to fail.
pub struct Faulty {
    /// The backend, empty.
    pub backend: Arc<dyn StorageBackend>,
    /// While this was last called with `true`, every read and write of the engine's medium fails.
    pub fail: Box<dyn Fn(bool)>,
}

/// How the suite comes by backends. A function that makes one is a fixture already; what your engine can do beyond
/// that, say with a type of your own.
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
    /// A backend that holds nothing; each call another.
    fn open(&self) -> Arc<dyn StorageBackend>;

    /// What the read cases read through, while they write through `backend`: the same, unless the backend under test
    /// refuses writes.
    fn view(&self, backend: &Arc<dyn StorageBackend>) -> Arc<dyn StorageBackend> {
        Arc::clone(backend)
    }

    /// A place that holds nothing, each call another; `None` where nothing outlives the backend.
    fn place(&self) -> Option<Place> {
        None
    }

    /// A backend whose engine can be made to fail; `None` where nothing can.
    fn faulty(&self) -> Option<Faulty> {
        None
    }
}

impl<B: StorageBackend + 'static, F: Fn() -> B> Fixture for F {
    fn open(&self) -> Arc<dyn StorageBackend> {
        Arc::new(self())
    }
}
