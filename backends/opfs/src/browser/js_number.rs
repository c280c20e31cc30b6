//! Lengths and offsets between Rust's `u64` and JavaScript's numbers.

use std::io;

/// The largest integer up to which a JavaScript number represents every integer exactly.
const LIMIT: u64 = 1 << 53;

/// Converts a length or an offset for the browser.
pub(crate) fn to_js(value: u64) -> io::Result<f64> {
    if value > LIMIT {
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, "a browser's file ends at 2^53 bytes"));
    }
    // The cast is exact up to the limit.
    #[allow(clippy::as_conversions, clippy::cast_precision_loss)]
    Ok(value as f64)
}

/// Converts a length from the browser.
pub(crate) fn from_js(number: f64) -> io::Result<u64> {
    // The checks below accept only numbers whose cast is exact.
    #[allow(clippy::as_conversions, clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let value = number as u64;
    if number >= 0.0 && value <= LIMIT && number.fract() == 0.0 {
        Ok(value)
    } else {
        Err(io::Error::other("the browser returned a number that is not a length"))
    }
}

/// Converts the number of bytes that the browser has read or written, of the `len` bytes that were requested.
pub(crate) fn transferred(len: usize, number: f64) -> io::Result<usize> {
    match usize::try_from(from_js(number)?) {
        Ok(count) if count <= len => Ok(count),
        _ => Err(io::Error::other("the browser reports more bytes than were requested")),
    }
}

/// Returns `true` if a write's result means that there is no space.
///
/// In a private window, where files are in memory, Chromium returns 2^32 - 8 and throws nothing.
pub(crate) fn is_no_space(number: f64) -> bool {
    from_js(number).is_ok_and(|number| number == (1 << 32) - 8)
}
