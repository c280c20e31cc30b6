//! The rule for the names of users.

use crate::key::UserName;

const WHITE_SPACE: &str = "`username` begins or ends with white space; remove it";

/// Returns the reason why a user can't have this name, or `None` if it is allowed.
///
/// The rule keeps two users from having names that look the same because of characters that nobody sees.
pub(super) fn objection(name: &UserName) -> Option<&'static str> {
    if name.as_str().is_empty() {
        return Some("`username` is empty");
    }
    // The loop is smaller than `trim`: browsers load this code.
    let (mut first, mut last_is_white) = (true, false);
    for character in name.as_str().chars() {
        last_is_white = character.is_whitespace();
        if first && last_is_white {
            return Some(WHITE_SPACE);
        }
        if is_invisible(character) {
            return Some("`username` contains a character without width, such as U+200B; remove it");
        }
        first = false;
    }
    last_is_white.then_some(WHITE_SPACE)
}

/// The first and last characters of the ranges with the property `Default_Ignorable_Code_Point` of Unicode 17.0.
const INVISIBLE: [(char, char); 17] = [
    ('\u{AD}', '\u{AD}'),
    ('\u{34F}', '\u{34F}'),
    ('\u{61C}', '\u{61C}'),
    ('\u{115F}', '\u{1160}'),
    ('\u{17B4}', '\u{17B5}'),
    ('\u{180B}', '\u{180F}'),
    ('\u{200B}', '\u{200F}'),
    ('\u{202A}', '\u{202E}'),
    ('\u{2060}', '\u{206F}'),
    ('\u{3164}', '\u{3164}'),
    ('\u{FE00}', '\u{FE0F}'),
    ('\u{FEFF}', '\u{FEFF}'),
    ('\u{FFA0}', '\u{FFA0}'),
    ('\u{FFF0}', '\u{FFF8}'),
    ('\u{1BCA0}', '\u{1BCA3}'),
    ('\u{1D173}', '\u{1D17A}'),
    ('\u{E0000}', '\u{E0FFF}'),
];

/// Returns true if the character shows nothing and takes no space.
fn is_invisible(character: char) -> bool {
    INVISIBLE.iter().any(|&(first, last)| (first..=last).contains(&character))
}

#[cfg(test)]
mod tests {
    use alloc::format;

    use super::*;

    fn is_allowed(name: &str) -> bool {
        objection(&UserName::new(name)).is_none()
    }

    #[test]
    fn visible_names_are_allowed() {
        for name in ["a", "Alice", "alice b", "a\u{A0}b", "ÅSA", "鍵", "José", "Jose\u{301}", "a\0b", "👍"]
        {
            assert!(is_allowed(name), "{name:?}");
        }
    }

    #[test]
    fn empty_names_and_white_space_around_a_name_are_refused() {
        for name in
            ["", " ", "\t", " alice", "alice ", "alice\n", "\u{A0}alice", "alice\u{3000}", "\u{2028}a"]
        {
            assert!(!is_allowed(name), "{name:?}");
        }
    }

    #[test]
    fn a_character_without_width_is_refused_wherever_it_is() {
        let ends = [
            '\u{AD}',
            '\u{34F}',
            '\u{61C}',
            '\u{115F}',
            '\u{1160}',
            '\u{17B4}',
            '\u{17B5}',
            '\u{180B}',
            '\u{180F}',
            '\u{200B}',
            '\u{200D}',
            '\u{200F}',
            '\u{202A}',
            '\u{202E}',
            '\u{2060}',
            '\u{206F}',
            '\u{3164}',
            '\u{FE00}',
            '\u{FE0F}',
            '\u{FEFF}',
            '\u{FFA0}',
            '\u{FFF0}',
            '\u{FFF8}',
            '\u{1BCA0}',
            '\u{1BCA3}',
            '\u{1D173}',
            '\u{1D17A}',
            '\u{E0000}',
            '\u{E0FFF}',
        ];
        for hidden in ends {
            for name in [format!("{hidden}alice"), format!("al{hidden}ice"), format!("alice{hidden}")] {
                assert!(!is_allowed(&name), "{name:?}");
            }
        }
    }
}
