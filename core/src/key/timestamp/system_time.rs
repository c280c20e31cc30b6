//! `std::time::SystemTime` as a key.

use alloc::format;
use core::time::Duration;
use std::time::{SystemTime, UNIX_EPOCH};

/// Returns the instant of a time.
///
/// A time that is later than an `i64` of seconds becomes the last such second. Only a target without an operating system
/// has these times, from 292 billion years after the epoch on.
fn instant(time: &SystemTime) -> Instant {
    match time.duration_since(UNIX_EPOCH) {
        Ok(after) => Instant {
            seconds: 0_i64.saturating_add_unsigned(after.as_secs()),
            nanoseconds: after.subsec_nanos(),
        },
        Err(before) => {
            let before = before.duration();
            Instant::before_epoch(before.as_secs(), before.subsec_nanos())
        }
    }
}

/// Returns the time of an instant, if the target's `SystemTime` has it.
fn time(instant: Instant) -> Option<SystemTime> {
    if instant.nanoseconds >= super::SECOND {
        return None;
    }
    let seconds = Duration::from_secs(instant.seconds.unsigned_abs());
    let second = if instant.seconds < 0 {
        UNIX_EPOCH.checked_sub(seconds)?
    } else {
        UNIX_EPOCH.checked_add(seconds)?
    };
    let time = second.checked_add(Duration::from_nanos(instant.nanoseconds.into()))?;
    // On Windows the sum is rounded to 100 ns.
    (self::instant(&time) == instant).then_some(time)
}

super::timestamp!(SystemTime, |key| instant(key), |instant| time(instant), |key| {
    let (sign, distance) = match key.duration_since(UNIX_EPOCH) {
        Ok(after) => ("", after),
        Err(before) => ("-", before.duration()),
    };
    format!("{sign}{}.{:09} s since the Unix epoch", distance.as_secs(), distance.subsec_nanos())
});
