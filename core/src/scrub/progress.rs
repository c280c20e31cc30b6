//! [`Progress`] and [`Position`] of a scrub.

use alloc::vec::Vec;
use core::time::Duration;

use crate::backend::Partition;

/// The progress of a [`Scrub`](super::Scrub) after a step. The numbers are those of all its steps so far.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress {
    /// The partition that the step has read.
    pub partition: Partition,
    /// The number of entries that were read.
    pub entries: u64,
    /// The number of bytes in their keys and values.
    pub bytes: u64,
    /// The number of damaged entries.
    pub damaged: u64,
    /// The position from which the scrub, or a [later one](super::Scrub::resume), goes on, or `None` at the end.
    pub position: Option<Position>,
}

impl Progress {
    /// Returns the time to wait before the next step, so that not more than this number of bytes is read in a second. `elapsed` is
    /// the time since the scrub began.
    ///
    /// ```
    /// # use std::sync::Arc;
    /// use std::ops::ControlFlow;
    /// use std::thread;
    /// use std::time::Instant;
    /// use keyloft::prelude::*;
    /// use keyloft::scrub::Scrub;
    ///
    /// # let backend: Arc<dyn StorageBackend> = Arc::new(keyloft_memory::MemoryBackend::new());
    /// # let notes = Table::<u32, String>::new(backend.clone(), "notes");
    /// # notes.load((0..10).map(|id| (id, "milk".into())))?;
    /// let begun = Instant::now();
    /// Scrub::new(backend).run_with(|progress| {
    ///     thread::sleep(progress.delay(10 << 20, begun.elapsed()));
    ///     ControlFlow::Continue(())
    /// })?;
    /// # Ok::<(), keyloft::Error>(())
    /// ```
    pub fn delay(&self, bytes_per_second: u64, elapsed: Duration) -> Duration {
        let nanos = u128::from(self.bytes) * 1_000_000_000 / u128::from(bytes_per_second.max(1));
        Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX)).saturating_sub(elapsed)
    }
}

/// A position between two entries of a database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Position {
    /// The partition.
    pub partition: Partition,
    /// The key before the position, or `None` at the beginning of the partition.
    pub after: Option<Vec<u8>>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_delay_is_what_is_left_of_the_time_that_the_bytes_take() {
        let progress =
            |bytes| Progress { partition: "a".into(), entries: 1, bytes, damaged: 0, position: None };
        let delay = |bytes, rate, elapsed| progress(bytes).delay(rate, Duration::from_millis(elapsed));
        assert_eq!(delay(1_000, 500, 0), Duration::from_secs(2));
        assert_eq!(delay(1_000, 500, 1_500), Duration::from_millis(500));
        assert_eq!(delay(1_000, 500, 2_500), Duration::ZERO);
        assert_eq!(delay(0, 0, 0), Duration::ZERO);
        assert_eq!(delay(u64::MAX, 0, 0), Duration::from_nanos(u64::MAX));
    }
}
