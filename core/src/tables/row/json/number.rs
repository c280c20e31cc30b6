//! Which numbers JSON's readers agree on, and floats as text.

use alloc::format;
use alloc::string::String;
use core::ops::RangeInclusive;

/// The integers that are each a float of their own: JavaScript's safe ones.
pub(super) const SAFE_INTS: RangeInclusive<i64> = -0x1F_FFFF_FFFF_FFFF..=0x1F_FFFF_FFFF_FFFF;

/// From here on a reader may take an integer for a float: 2⁶³.
pub(super) const TOO_LARGE: f64 = 9_223_372_036_854_775_808.0;

/// Digits of which any number is below 2⁵³, and the largest power of ten that is exactly a float. Within both, even a
/// reader that makes a float of the digits and divides it by the power of ten is right.
const EXACT_DIGITS: usize = 15;
const EXACT_POWER: i32 = 22;

const NAN: &str = "NaN";
const INFINITY: &str = "Infinity";
const MINUS_INFINITY: &str = "-Infinity";

/// Whether a float can be a JSON number that is nothing else: it has a fraction, and every reader finds the same float.
pub(super) fn is_plain(float: f64) -> bool {
    let text = format!("{float:e}");
    let Some((mantissa, exponent)) = text.split_once('e') else {
        return false;
    };
    let digits = mantissa.bytes().filter(u8::is_ascii_digit).count();
    let Ok(exponent) = exponent.parse::<i32>() else {
        return false;
    };
    i32::try_from(digits)
        .is_ok_and(|count| digits <= EXACT_DIGITS && (1..=EXACT_POWER).contains(&(count - 1 - exponent)))
}

pub(super) fn to_text(float: f64) -> String {
    if float.is_nan() {
        NAN.into()
    } else if float == f64::INFINITY {
        INFINITY.into()
    } else if float == f64::NEG_INFINITY {
        MINUS_INFINITY.into()
    } else {
        let text = format!("{float:?}");
        text.strip_suffix(".0").map_or_else(|| text.clone(), Into::into)
    }
}

/// The float of a text, unless it is none or too large for one.
pub(super) fn from_text(text: &str) -> Option<f64> {
    match text {
        NAN => Some(f64::NAN),
        INFINITY => Some(f64::INFINITY),
        MINUS_INFINITY => Some(f64::NEG_INFINITY),
        _ => text.parse().ok().filter(|float: &f64| float.is_finite()),
    }
}
