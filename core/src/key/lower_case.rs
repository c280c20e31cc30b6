//! The lower case of text, the same whatever compiler built the library.
//!
//! Names in lower case are stored, as the values of an index. The mapping of the standard library changes with its version
//! of Unicode, and its table is larger, which matters in a browser. So the table of Unicode 17.0 is a part of the library,
//! in [`runs`], which the tests generate.

mod runs;

use alloc::string::String;

use runs::RUNS;

/// Capital letters at equal distances whose small letters are equally far away: the first, the distance from it to the last,
/// the distance between two, and the distance to the small letters.
type Run = (u32, u8, u8, i32);

/// Returns each character in lower case, whatever its neighbours are. A final sigma becomes a plain one.
pub(super) fn lower_case(text: &str) -> String {
    let mut lower = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            // The only character whose lower case has more than one, says SpecialCasing.txt.
            'İ' => lower.push_str("i\u{307}"),
            // Which of the two small sigmas is right depends on the neighbours.
            'ς' => lower.push('σ'),
            char => lower.push(lower_of(char)),
        }
    }
    lower
}

fn lower_of(char: char) -> char {
    let code = u32::from(char);
    let after = RUNS.partition_point(|&(first, ..)| first <= code);
    let run = after.checked_sub(1).and_then(|last| RUNS.get(last));
    let lower = run.and_then(|&(first, length, step, distance)| {
        let within = code - first <= length.into() && (code - first).is_multiple_of(step.into());
        if within { code.checked_add_signed(distance) } else { None }
    });
    lower.and_then(char::from_u32).unwrap_or(char)
}

#[cfg(test)]
mod tests;
