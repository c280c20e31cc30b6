//! Lengths and offsets between Rust's `u64` and JavaScript's numbers.

use std::io;

/// The end of the range in which a JavaScript number tells all integers apart.
const LIMIT: u64 = 1 << 53;

/// Converts a length or an offset for the browser.
pub(crate) fn to_js(value: u64) -> io::Result<f64> {
    if value > LIMIT {
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, "a browser's file ends at 2^53 bytes"));
    }
    // Exact: every integer up to the limit has its own number.
    #[allow(clippy::as_conversions, clippy::cast_precision_loss)]
    Ok(value as f64)
}

/// Converts a length from the browser.
pub(crate) fn from_js(number: f64) -> io::Result<u64> {
    // The checks below let only numbers through whose cast is exact.
    #[allow(clippy::as_conversions, clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let value = number as u64;
    if number >= 0.0 && value <= LIMIT && number.fract() == 0.0 {
        Ok(value)
    } else {
        Err(io::Error::other("the browser returned a number that is not a length"))
    }
}

/// Converts the number of bytes that the browser has read or written, of the `len` that it was asked for.
pub(crate) fn transferred(len: usize, number: f64) -> io::Result<usize> {
    match usize::try_from(from_js(number)?) {
        Ok(count) if count <= len => Ok(count),
        _ => Err(io::Error::other("the browser says more bytes than it was asked for")),
    }
}

/// Returns whether a write's result means that there is no space.
///
/// Chromium returns 2^32 - 8 for that where files are in memory, as in a private window. It throws nothing.
pub(crate) fn is_no_space(number: f64) -> bool {
    from_js(number).is_ok_and(|number| number == (1 << 32) - 8)
}
