//! [`ReadTime`]: the time of a snapshot or a transaction.

use crate::clock::Clock;

/// The time of a snapshot or a transaction: the time at which one of its reads first asked a clock.
///
/// Entities [expire](crate::entity::ExpiringEntity) without a commit. With a time of its own, a snapshot shows the same entities
/// in each read, and a transaction finds an entity that it has found before. All tables of the snapshot have this time, also
/// those with other clocks.
///
/// An engine keeps one in each snapshot that [`snapshot`](super::StorageBackend::snapshot) returns and in each transaction that it
/// passes to a body, for their [`read_time`](super::Read::read_time).
///
/// ```
/// use keyloft::backend::ReadTime;
///
/// let time = ReadTime::new();
/// assert_eq!(time.get(&|| 1_000), 1_000);
/// assert_eq!(time.get(&|| 2_000), 1_000);
/// ```
#[derive(Debug)]
pub struct ReadTime {
    #[cfg(target_has_atomic = "64")]
    millis: core::sync::atomic::AtomicI64,
}

/// No clock shows it.
#[cfg(target_has_atomic = "64")]
const UNASKED: i64 = i64::MIN;

#[cfg(target_has_atomic = "64")]
impl ReadTime {
    /// Creates the time of a new snapshot or transaction, which has not asked a clock.
    pub const fn new() -> Self {
        Self { millis: core::sync::atomic::AtomicI64::new(UNASKED) }
    }

    /// Returns the time. The first call asks the clock.
    pub fn get(&self, clock: &dyn Clock) -> i64 {
        use core::sync::atomic::Ordering::Relaxed;

        // The time is a fact of its own: no other memory is read because of it.
        let known = self.millis.load(Relaxed);
        if known != UNASKED {
            return known;
        }
        let now = clock.now();
        // Of several threads that ask at once, all get the time of the first.
        self.millis.compare_exchange(UNASKED, now, Relaxed, Relaxed).err().unwrap_or(now)
    }
}

/// Without atomics of 64 bits, each call asks the clock.
#[cfg(not(target_has_atomic = "64"))]
impl ReadTime {
    /// Creates the time of a new snapshot or transaction.
    pub const fn new() -> Self {
        Self {}
    }

    /// Returns the time.
    pub fn get(&self, clock: &dyn Clock) -> i64 {
        clock.now()
    }
}

impl Default for ReadTime {
    fn default() -> Self {
        Self::new()
    }
}
