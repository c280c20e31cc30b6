//! `time::UtcDateTime` as a key.

use alloc::string::ToString;

use time::UtcDateTime;

super::timestamp!(
    UtcDateTime,
    |key| Instant { seconds: key.unix_timestamp(), nanoseconds: key.nanosecond() },
    |instant| UtcDateTime::from_unix_timestamp(instant.seconds)
        .and_then(|second| second.replace_nanosecond(instant.nanoseconds))
        .ok(),
    |key| key.to_string()
);
