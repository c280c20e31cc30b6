//! The grammar of stored names. The documentation of [`Partition`](super::Partition) has the table.
//!
//! A *given* name is the one that an application chooses.

use alloc::format;
use alloc::string::String;
use core::fmt::Write as _;

/// The first character of the partition of an index.
const INDEX: char = '#';
/// The character that ends the name of an index.
const END_OF_INDEX: char = ':';
/// The first character of a partition in a scope, after [`INDEX`] if it is one of an index.
const SCOPE: char = '@';
/// The character that ends the name of a scope.
const END_OF_SCOPE: char = '/';
/// The first character of a stored name whose given name begins with a reserved character. It also begins the
/// hexadecimal code of an escaped character.
const ESCAPE: char = '%';

/// Returns `true` if a given name must be escaped.
pub(super) fn is_reserved(given: &str) -> bool {
    given.starts_with([INDEX, SCOPE, ESCAPE])
}

/// Returns the stored form of a given name that is reserved.
pub(super) fn escaped(given: &str) -> String {
    format!("{ESCAPE}{given}")
}

/// Returns the given form of a stored name.
pub(super) fn given(stored: &str) -> &str {
    stored.strip_prefix(ESCAPE).unwrap_or(stored)
}

pub(super) fn is_index(stored: &str) -> bool {
    stored.starts_with(INDEX)
}

pub(super) fn is_index_of(stored: &str, table: &str) -> bool {
    let parts = stored.strip_prefix(INDEX).and_then(|rest| rest.split_once(END_OF_INDEX));
    // In `#@a/x:jobs` the table is `@a/jobs` and not `jobs`, which is outside the scope.
    parts.is_some_and(|(index, partition)| !index.starts_with(SCOPE) && partition == table)
}

/// Returns `true` for an index of the table as both are known outside their scopes: `#@a/x:jobs` of `@a/jobs`.
pub(super) fn is_full_index_of(stored: &str, table: &str) -> bool {
    let Some(mut index) = stored.strip_prefix(INDEX) else { return false };
    let mut table = table;
    while let Some((scope, local)) = split_scope(table)
        && let Some(rest) = index.strip_prefix(scope)
    {
        (index, table) = (rest, local);
    }
    let parts = index.split_once(END_OF_INDEX);
    parts.is_some_and(|(index, partition)| !index.starts_with(SCOPE) && partition == table)
}

/// Splits a stored name behind its outermost `@scope/`.
fn split_scope(stored: &str) -> Option<(&str, &str)> {
    let end = stored.strip_prefix(SCOPE)?.find(END_OF_SCOPE)?;
    stored.split_at_checked(SCOPE.len_utf8() + end + END_OF_SCOPE.len_utf8())
}

/// Returns the stored name by which the partition is known in its innermost scope.
pub(super) fn innermost(stored: &str) -> &str {
    let mut name = stored;
    while let Some((_, local)) = split_scope(name) {
        name = local;
    }
    name
}

/// Returns `#index:table`.
pub(super) fn of_index(index: &str, table: &str) -> String {
    format!("{INDEX}{}{END_OF_INDEX}{table}", percent_encoded(index, &[END_OF_INDEX, SCOPE]))
}

/// Returns `#%:table`. No index has this partition, because a `%` in the name of an index is written as `%25`.
pub(super) fn of_moved_rows(table: &str) -> String {
    format!("{INDEX}{ESCAPE}{END_OF_INDEX}{table}")
}

/// Returns `@scope/`, which precedes the local names of a scope.
pub(super) fn of_scope(scope: &str) -> String {
    // A colon is escaped too: in `#@scope/index:table`, the first one must end the name of the index.
    format!("{SCOPE}{}{END_OF_SCOPE}", percent_encoded(scope, &[END_OF_SCOPE, END_OF_INDEX]))
}

/// Inserts `@scope/` into a stored name: at the front, or after the `#` of an index. The name of an index must begin
/// with `#`.
pub(super) fn with_scope(scope: &str, stored: &str) -> String {
    let (index, rest) = split_index(stored);
    joined([index, scope, rest])
}

/// Removes `@scope/` from a stored name. Returns `None` if the name is outside the scope.
pub(super) fn without_scope(scope: &str, stored: &str) -> Option<String> {
    let (index, rest) = split_index(stored);
    Some(joined([index, rest.strip_prefix(scope)?, ""]))
}

/// Returns the parts as one text. `concat` would do the same with a kilobyte of code.
fn joined(parts: [&str; 3]) -> String {
    let mut joined = String::with_capacity(parts.iter().map(|part| part.len()).sum());
    joined.extend(parts);
    joined
}

/// Splits a stored name after the `#` of an index, if there is one.
fn split_index(stored: &str) -> (&str, &str) {
    stored.split_at(if is_index(stored) { INDEX.len_utf8() } else { 0 })
}

/// Writes the special characters, and the `%` itself, as `%` and two hexadecimal digits. All of them are ASCII.
fn percent_encoded(text: &str, special: &[char]) -> String {
    let mut encoded = String::with_capacity(text.len());
    for char in text.chars() {
        if char == ESCAPE || special.contains(&char) {
            let _never_fails = write!(encoded, "{ESCAPE}{:02X}", u32::from(char));
        } else {
            encoded.push(char);
        }
    }
    encoded
}
