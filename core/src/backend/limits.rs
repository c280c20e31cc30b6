//! The limits on the sizes of names, keys and values, the same for every backend.

use super::Partition;
use crate::error::{Error, ErrorKind, Place, Result};
use crate::excerpt;

/// The length limit of an entity's key, in bytes.
pub const MAX_KEY_LEN: usize = 2048;

/// The length limit of a key in the partition of an index, in bytes. It holds an indexed value and the key of its entity.
pub const MAX_INDEX_KEY_LEN: usize = 2 * MAX_KEY_LEN;

/// The length limit of a value, in bytes.
pub const MAX_VALUE_LEN: usize = 256 << 20;

/// The length limit of a partition's stored name, in bytes.
pub const MAX_PARTITION_LEN: usize = 1024;

/// Checks an entry against the limits. Every backend calls it first in [`Transaction::put`], so that all backends refuse
/// the same entries.
///
/// ```
/// use keyloft::{Partition, backend::{MAX_KEY_LEN, check_entry}};
///
/// let partition = Partition::from("notes");
/// assert!(check_entry(&partition, &[0; MAX_KEY_LEN], b"").is_ok());
/// assert_eq!(check_entry(&partition, &[0; MAX_KEY_LEN + 1], b"").unwrap_err().code(), "KeyTooLong");
/// ```
///
/// # Errors
///
/// [`ErrorKind::InvalidPartition`], [`ErrorKind::KeyTooLong`] or [`ErrorKind::ValueTooLong`].
///
/// [`Transaction::put`]: super::Transaction::put
pub fn check_entry(partition: &Partition, key: &[u8], value: &[u8]) -> Result<()> {
    let name = partition.as_str();
    let invalid = |reason| {
        let place = Place::Partition(excerpt::excerpt(name.as_bytes()));
        Error::from(ErrorKind::InvalidPartition { place, reason })
    };
    if name.is_empty() {
        return Err(invalid("its name is empty"));
    }
    if name.len() > MAX_PARTITION_LEN {
        return Err(invalid("its name is longer than 1024 bytes"));
    }
    let place = || Place::entry(partition, key);
    let max = if partition.is_index() { MAX_INDEX_KEY_LEN } else { MAX_KEY_LEN };
    if key.len() > max {
        return Err(ErrorKind::KeyTooLong { place: place(), len: key.len(), max }.into());
    }
    if value.len() > MAX_VALUE_LEN {
        return Err(ErrorKind::ValueTooLong { place: place(), len: value.len(), max: MAX_VALUE_LEN }.into());
    }
    Ok(())
}
