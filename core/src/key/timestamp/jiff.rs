//! `jiff::Timestamp` as a key.

use alloc::string::ToString;

use jiff::Timestamp;

super::timestamp!(
    Timestamp,
    |key| match (key.as_second(), key.subsec_nanosecond()) {
        // Before the epoch, jiff rounds the seconds up and counts the nanoseconds downwards.
        (seconds, nanoseconds) if seconds < 0 || nanoseconds < 0 => {
            Instant::before_epoch(seconds.unsigned_abs(), nanoseconds.unsigned_abs())
        }
        (seconds, nanoseconds) => Instant { seconds, nanoseconds: nanoseconds.unsigned_abs() },
    },
    |instant| i32::try_from(instant.nanoseconds).ok().and_then(|nanoseconds| Timestamp::new(
        instant.seconds,
        nanoseconds
    )
    .ok()),
    |key| key.to_string()
);
