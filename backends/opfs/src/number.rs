//! Lengths and offsets: `u64` here, a JavaScript number there.

use std::io;

/// The first integer above which a JavaScript number can't tell all integers apart.
const LIMIT: u64 = 1 << 53;

/// The number of a length or an offset.
pub(crate) fn to_js(value: u64) -> io::Result<f64> {
    if value > LIMIT {
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, "a browser's file ends at 2^53 bytes"));
    }
    // Every integer up to the limit is a number of its own.
    #[allow(clippy::as_conversions, clippy::cast_precision_loss)]
    Ok(value as f64)
}

/// The length that a number says.
pub(crate) fn from_js(number: f64) -> io::Result<u64> {
    // Only what the limits below let through is cast, and of that every bit is kept.
    #[allow(clippy::as_conversions, clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let value = number as u64;
    if number >= 0.0 && value <= LIMIT && number.fract() == 0.0 {
        Ok(value)
    } else {
        Err(io::Error::other("the browser gave a number that is no length"))
    }
}

/// The number of bytes that were read or written, which is at most `len`.
pub(crate) fn part_of(len: usize, number: f64) -> io::Result<usize> {
    match usize::try_from(from_js(number)?) {
        Ok(part) if part <= len => Ok(part),
        _ => Err(io::Error::other("the browser says more bytes than there were")),
    }
}

/// Whether it is what Chromium says to have written where files are in memory, as in a private window, and there is no room:
/// eight less than 2^32.
pub(crate) fn is_no_room(number: f64) -> bool {
    from_js(number).is_ok_and(|number| number == (1 << 32) - 8)
}
