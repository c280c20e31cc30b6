//! Detection of a creation that a crash interrupted.
//!
//! redb writes its magic number last when it creates a database. A file without the magic number therefore has no data.
//! Only this crate writes files with these names.

/// The length of redb's magic number, at the beginning of the file.
pub(crate) const MAGIC_LEN: usize = 9;

/// Returns `true` if a file that begins with `head` is empty or holds an interrupted creation.
pub(crate) fn holds_no_database(head: &[u8]) -> bool {
    head.iter().take(MAGIC_LEN).all(|byte| *byte == 0)
}
