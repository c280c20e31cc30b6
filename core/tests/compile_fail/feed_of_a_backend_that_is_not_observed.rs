//! Only an observed backend has a feed to watch a store with.

use keyloft_memory::MemoryBackend;

fn main() {
    let _feed = MemoryBackend::new().feed();
}
