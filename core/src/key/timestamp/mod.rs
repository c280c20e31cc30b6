//! Timestamps as keys: the seconds since the Unix epoch as an `i64`, then the nanoseconds of that second as a `u32`.
//!
//! Seconds are rounded down, so a time before the epoch has positive nanoseconds and byte order is the order of time. All
//! types have the same bytes for the same instant. A table keeps its keys when the program moves from one crate to another.

#[cfg(feature = "chrono")]
mod chrono;
#[cfg(feature = "jiff")]
mod jiff;
#[cfg(feature = "std")]
mod system_time;
#[cfg(feature = "time")]
mod time;

/// The nanoseconds of a second.
#[cfg(any(feature = "jiff", feature = "std"))]
const SECOND: u32 = 1_000_000_000;

/// An instant, as keys contain it.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Instant {
    /// The whole seconds since the Unix epoch, rounded down.
    seconds: i64,
    /// The nanoseconds since that second. They are below 10⁹, except in a leap second of chrono.
    nanoseconds: u32,
}

impl Instant {
    fn to_bytes(self) -> [u8; 12] {
        // With the sign bit flipped, times before the epoch precede those after it in byte order.
        let [s0, s1, s2, s3, s4, s5, s6, s7] = (self.seconds ^ i64::MIN).to_be_bytes();
        let [n0, n1, n2, n3] = self.nanoseconds.to_be_bytes();
        [s0, s1, s2, s3, s4, s5, s6, s7, n0, n1, n2, n3]
    }

    fn from_bytes([s0, s1, s2, s3, s4, s5, s6, s7, nanoseconds @ ..]: [u8; 12]) -> Self {
        Self {
            seconds: i64::from_be_bytes([s0, s1, s2, s3, s4, s5, s6, s7]) ^ i64::MIN,
            nanoseconds: u32::from_be_bytes(nanoseconds),
        }
    }

    /// Returns the instant this long before the Unix epoch.
    #[cfg(any(feature = "jiff", feature = "std"))]
    fn before_epoch(seconds: u64, nanoseconds: u32) -> Self {
        match nanoseconds {
            0 => Self { seconds: 0_i64.saturating_sub_unsigned(seconds), nanoseconds },
            _ => Self {
                seconds: (-1_i64).saturating_sub_unsigned(seconds),
                nanoseconds: SECOND.saturating_sub(nanoseconds),
            },
        }
    }
}

/// Implements [`StorageKey`](super::StorageKey) for a type by its conversions to an [`Instant`], from it, and to text.
macro_rules! timestamp {
    ($type:ty, |$key:ident| $to:expr, |$instant:ident| $from:expr, |$described:ident| $text:expr) => {
        use alloc::borrow::Cow;
        use alloc::string::String;
        use alloc::vec::Vec;

        use super::Instant;
        use crate::error::Result;
        use crate::key::fixed_width::{fixed_width, take};
        use crate::key::storage_key::invalid;
        use crate::key::{KeyShape, StorageKey};

        fixed_width!(
            $type,
            Timestamp,
            |$key| Instant::to_bytes($to),
            |bytes| {
                let $instant = Instant::from_bytes(bytes);
                $from.ok_or_else(|| invalid(stringify!($type), "the type has no such time", &bytes))
            },
            |$described| $text
        );
    };
}

use timestamp;
