//! [`Clock`]: the source of the time.

use crate::maybe_send::{MaybeSend, MaybeSync};

/// A source of the time, in milliseconds since the Unix epoch.
///
/// A [snapshot](crate::Snapshot) and a [transaction](crate::Transaction) ask it at most once: see
/// [`ReadTime`](crate::backend::ReadTime).
///
/// The library has no clock, because some of its targets have none. A function is one:
///
/// ```
/// use keyloft::Clock;
///
/// let stopped = || 1_700_000_000_000_i64;
/// assert_eq!(stopped.now(), 1_700_000_000_000);
/// ```
pub trait Clock: MaybeSend + MaybeSync {
    /// Returns the present time, in milliseconds since the Unix epoch.
    fn now(&self) -> i64;
}

impl<F: Fn() -> i64 + MaybeSend + MaybeSync> Clock for F {
    fn now(&self) -> i64 {
        self()
    }
}
