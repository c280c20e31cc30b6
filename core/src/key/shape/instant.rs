//! The text of a timestamp: the time in UTC, or the seconds since the Unix epoch where a calendar has no such time.

use alloc::format;
use alloc::string::String;

/// The nanoseconds of a second. In a leap second of chrono there are more.
const SECOND: u32 = 1_000_000_000;

/// The seconds of a day.
const DAY: i64 = 86_400;

/// The days from the first one of the year 0 to the Unix epoch.
const EPOCH: i64 = 719_528;

/// Returns the text of an instant: `2026-11-05T10:00:00.5Z`, or `@{seconds}+{nanoseconds}` outside of the years 0 to 9999 and
/// in a leap second.
pub(super) fn to_text(seconds: i64, nanoseconds: u32) -> String {
    let day = seconds.div_euclid(DAY) + EPOCH;
    if !(0..days_before(10_000)).contains(&day) || nanoseconds >= SECOND {
        return if nanoseconds == 0 { format!("@{seconds}") } else { format!("@{seconds}+{nanoseconds}") };
    }
    let mut year = day / 366;
    while days_before(year + 1) <= day {
        year += 1;
    }
    let mut day = day - days_before(year);
    let mut month = 1;
    while day >= days_of(year, month) {
        day -= days_of(year, month);
        month += 1;
    }
    let time = seconds.rem_euclid(DAY);
    let (hour, minute, second) = (time / 3600, time / 60 % 60, time % 60);
    let mut text = format!("{year:04}-{month:02}-{:02}T{hour:02}:{minute:02}:{second:02}", day + 1);
    if nanoseconds != 0 {
        text.push_str(format!(".{nanoseconds:09}").trim_end_matches('0'));
    }
    text.push('Z');
    text
}

/// Returns the seconds and the nanoseconds of an instant in the form of [`to_text`].
pub(super) fn from_text(text: &str) -> Option<(i64, u32)> {
    if let Some(numbers) = text.strip_prefix('@') {
        let (seconds, nanoseconds) = numbers.split_once('+').unwrap_or((numbers, "0"));
        return Some((seconds.parse().ok()?, nanoseconds.parse().ok()?));
    }
    let text = text.strip_suffix('Z')?;
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let (date, time) = whole.split_once('T')?;
    let [year, month, day] = numbers(date, '-', [4, 2, 2])?;
    let [hour, minute, second] = numbers(time, ':', [2, 2, 2])?;
    let fits = (1..=12).contains(&month)
        && (1..=days_of(year, month)).contains(&day)
        && hour < 24
        && minute < 60
        && second < 60;
    if !fits || !(1..=9).contains(&fraction.len()) {
        return None;
    }
    let days =
        days_before(year) + (1..month).map(|month| days_of(year, month)).sum::<i64>() + day - 1 - EPOCH;
    let nanoseconds = digits(&format!("{fraction:0<9}"))?;
    Some((days * DAY + hour * 3600 + minute * 60 + second, u32::try_from(nanoseconds).ok()?))
}

/// Returns three numbers of these widths.
fn numbers(text: &str, separator: char, widths: [usize; 3]) -> Option<[i64; 3]> {
    let mut found = [0; 3];
    let mut pieces = text.split(separator);
    for (number, width) in found.iter_mut().zip(widths) {
        *number = pieces.next().filter(|piece| piece.len() == width).and_then(digits)?;
    }
    if pieces.next().is_none() { Some(found) } else { None }
}

fn digits(text: &str) -> Option<i64> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) { text.parse().ok() } else { None }
}

/// Returns the number of days in the years from 0 up to this one.
fn days_before(year: i64) -> i64 {
    365 * year + (year + 3) / 4 - (year + 99) / 100 + (year + 399) / 400
}

fn days_of(year: i64, month: i64) -> i64 {
    match month {
        2 => days_before(year + 1) - days_before(year) - 337,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}
