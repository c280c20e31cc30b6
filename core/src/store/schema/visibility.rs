//! [`Visibility`]: the stored rows that reads skip.

use crate::maybe_send::{MaybeSend, MaybeSync};

/// The kinds of hidden rows that a read sees. The default is none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sight {
    /// Tombstones: rows that are deleted but still stored.
    pub tombstones: bool,
    /// Expired rows.
    pub expired: bool,
}

/// The rule that hides stored rows from reads.
///
/// For every read, and for [`insert`](super::super::EntityWriter::insert) and
/// [`update`](super::super::EntityWriter::update), a hidden row does not exist. It keeps its index entries, including its
/// value in a unique index. Deletions remove and count it. So a visibility may also hide a row from every sight.
pub trait Visibility: MaybeSend + MaybeSync {
    /// Returns `true` if reads with this sight see the stored row, given in its [envelope](crate::value).
    ///
    /// A row that can't be decoded must be visible, so that reads report it.
    fn is_visible(&self, stored: &[u8], sight: Sight) -> bool;
}
