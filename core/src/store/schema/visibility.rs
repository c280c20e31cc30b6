//! [`Visibility`]: the stored rows that reads skip.

use crate::maybe_send::{MaybeSend, MaybeSync};

/// The rows that a read sees beside those that are neither deleted nor expired.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sight {
    /// Rows that are deleted but kept, which are called tombstones.
    pub tombstones: bool,
    /// Rows whose time to live has passed.
    pub expired: bool,
}

/// Tells which stored rows reads see.
///
/// A row that is not visible is as if it did not exist, for every read and for
/// [`insert`](super::super::EntityWriter::insert) and [`update`](super::super::EntityWriter::update). It keeps its index
/// entries, its value in a unique index included. Deletions remove it and count it.
pub trait Visibility: MaybeSend + MaybeSync {
    /// Returns whether reads with this sight see the row of these bytes, which are in their [envelope](crate::value).
    ///
    /// Bytes that can't be decoded are visible, so that the read that meets them reports them.
    fn is_visible(&self, stored: &[u8], sight: Sight) -> bool;
}
