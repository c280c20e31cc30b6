//! [`MemoryGrowth`]: the growth of the module's memory in large steps.

use std::cell::Cell;
use std::hint::black_box;

/// The bytes of a page of WebAssembly.
const PAGE: usize = 1 << 16;

/// Grows the module's memory ahead of its use.
///
/// After each growth JavaScript gets another buffer as large as all of the memory, and collects its garbage because of
/// that. Page by page, that takes longer than the writes that need the memory.
#[derive(Default)]
pub(crate) struct MemoryGrowth {
    pages: Cell<usize>,
}

impl MemoryGrowth {
    /// Grows the memory by a quarter if it has grown since the last call.
    pub(crate) fn keep_ahead(&self) {
        let now = pages();
        if now == self.pages.get() {
            return;
        }
        let mut ahead = Vec::<u8>::new();
        // The allocator keeps what is freed. Without memory for a quarter, there may still be enough for what comes.
        if ahead.try_reserve_exact(now * (PAGE / 4)).is_ok() {
            drop(black_box(ahead));
        }
        self.pages.set(pages());
    }
}

#[cfg(target_arch = "wasm32")]
fn pages() -> usize {
    std::arch::wasm32::memory_size::<0>()
}

/// Other targets only check this crate's types, and their memory grows by itself.
#[cfg(not(target_arch = "wasm32"))]
fn pages() -> usize {
    0
}
