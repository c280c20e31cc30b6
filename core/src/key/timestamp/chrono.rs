//! `chrono::DateTime<Utc>` as a key.
//!
//! In a leap second, which chrono counts as part of the second before, the nanoseconds are 10⁹ and more.

use alloc::string::ToString;

use chrono::{DateTime, Timelike, Utc};

super::timestamp!(
    DateTime<Utc>,
    |key| Instant { seconds: key.timestamp(), nanoseconds: key.timestamp_subsec_nanos() },
    // `from_timestamp` refuses a leap second in the middle of a minute, where an offset of some seconds can put it.
    |instant| DateTime::from_timestamp(instant.seconds, 0)
        .and_then(|second| second.naive_utc().with_nanosecond(instant.nanoseconds))
        .map(|time| time.and_utc()),
    |key| key.to_string()
);
