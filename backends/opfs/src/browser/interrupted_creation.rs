//! Detection of a creation that a crash interrupted.
//!
//! redb writes its magic number last when it creates a database. A file without it holds no data of ours, because only
//! this crate writes files of these names.

/// The length of redb's magic number, at the beginning of the file.
pub(crate) const MAGIC_LEN: usize = 9;

/// Returns whether a file that begins with `head` is empty or holds an interrupted creation.
pub(crate) fn holds_no_database(head: &[u8]) -> bool {
    head.iter().take(MAGIC_LEN).all(|byte| *byte == 0)
}
