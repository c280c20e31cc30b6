//! [`Room`]: the module's memory, which grows in large steps.

use std::cell::Cell;
use std::hint::black_box;

/// The bytes of a page of WebAssembly.
const PAGE: usize = 1 << 16;

/// Keeps memory ahead of what is stored. Each time that the memory grows JavaScript gets another buffer, as large as all of it,
/// and collects its garbage because of that: page by page, that takes longer than storing.
#[derive(Default)]
pub(crate) struct Room {
    pages: Cell<usize>,
}

impl Room {
    /// Lets the memory grow by a quarter if it has grown since the last time.
    pub(crate) fn keep_ahead(&self) {
        let now = pages();
        if now == self.pages.get() {
            return;
        }
        let mut ahead = Vec::<u8>::new();
        // What is let go stays the allocator's. If there is no room ahead, there may still be enough for what comes.
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

/// Elsewhere, where only this crate's types are checked, memory grows as it does.
#[cfg(not(target_arch = "wasm32"))]
fn pages() -> usize {
    0
}
