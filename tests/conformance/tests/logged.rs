//! The suite on the layer with a change log.

#![allow(clippy::unwrap_used)] // every item is of a test

use std::sync::Arc;

use keyloft::layers::{Logged, Observed, Scoped};
use keyloft_conformance::suite;
use keyloft_memory::MemoryBackend;

suite!(logged, || Logged::new(MemoryBackend::new(), Arc::new(|| 7)));
suite!(logged_scoped_and_observed, || {
    let logged = Logged::with_values(MemoryBackend::new(), Arc::new(|| 7));
    Observed::new(Scoped::new(logged, "tenant"))
});
