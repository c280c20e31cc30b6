//! The numbers that all JSON parsers read as the same value, and the texts of other floats.

use alloc::format;
use alloc::string::String;
use core::ops::RangeInclusive;

/// The integers that a parser can store in a float without loss: JavaScript's safe integers.
pub(crate) const SAFE_INTS: RangeInclusive<i64> = -0x1F_FFFF_FFFF_FFFF..=0x1F_FFFF_FFFF_FFFF;

/// 2⁶³, the smallest number that parsers may read as a float even if it is written as an integer.
pub(crate) const TOO_LARGE: f64 = 9_223_372_036_854_775_808.0;

/// The largest number of digits that always form an integer below 2⁵³, which a float stores without loss.
///
/// A parser that divides such an integer by a power of ten up to [`EXACT_POWER`] gets the nearest float.
const EXACT_DIGITS: usize = 15;
/// The exponent of the largest power of ten that a float stores without loss.
const EXACT_POWER: i32 = 22;

const NAN: &str = "NaN";
const INFINITY: &str = "Infinity";
const MINUS_INFINITY: &str = "-Infinity";

/// Returns `true` if all parsers read the JSON number as this float: it has a fraction and few enough digits.
pub(crate) fn is_plain(float: f64) -> bool {
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

/// Returns the text of a float that is not plain.
pub(crate) fn to_text(float: f64) -> String {
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

/// Parses the text of a float. Returns `None` if it is not a number or too large for a float.
pub(crate) fn from_text(text: &str) -> Option<f64> {
    match text {
        NAN => Some(f64::NAN),
        INFINITY => Some(f64::INFINITY),
        MINUS_INFINITY => Some(f64::NEG_INFINITY),
        _ => text.parse().ok().filter(|float: &f64| float.is_finite()),
    }
}
