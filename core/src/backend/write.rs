//! [`Write`]: a write of a batch.

use super::Partition;

/// A write of a [batch](super::Transaction::write_batch).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Write<'a> {
    /// The partition.
    pub partition: &'a Partition,
    /// The key.
    pub key: &'a [u8],
    /// The new value, or `None` to delete the key.
    pub value: Option<&'a [u8]>,
}

impl<'a> Write<'a> {
    /// Stores `value` under `key`, and replaces an existing value.
    ///
    /// ```
    /// use keyloft::{Partition, backend::Write};
    ///
    /// let notes = Partition::from("notes");
    /// assert_eq!(Write::put(&notes, b"1", b"milk").value, Some(b"milk".as_slice()));
    /// ```
    pub fn put(partition: &'a Partition, key: &'a [u8], value: &'a [u8]) -> Self {
        Self { partition, key, value: Some(value) }
    }

    /// Deletes `key`, if it exists.
    ///
    /// ```
    /// use keyloft::{Partition, backend::Write};
    ///
    /// let notes = Partition::from("notes");
    /// assert_eq!(Write::delete(&notes, b"1").value, None);
    /// ```
    pub fn delete(partition: &'a Partition, key: &'a [u8]) -> Self {
        Self { partition, key, value: None }
    }
}
