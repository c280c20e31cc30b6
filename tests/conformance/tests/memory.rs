//! The suite over the in-memory backend, and over the layers.

use keyloft_memory::MemoryBackend;

keyloft_conformance::suite!(memory, MemoryBackend::new);
