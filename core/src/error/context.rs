//! How errors are made where not all is known, and what is added where it is.

use alloc::borrow::ToOwned;
#[cfg(feature = "std")]
use alloc::boxed::Box;
use alloc::string::String;

use super::{DecodeReason, Error};
use crate::backend::Partition;

impl From<DecodeReason> for Error {
    /// For upgrades, which know the payload only: the store adds the partition and the key.
    fn from(reason: DecodeReason) -> Self {
        Self::Decode { partition: String::new(), key: String::new(), reason }
    }
}

#[cfg(feature = "std")]
impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Self {
        Self::Io { source: Box::new(error) }
    }
}

impl Error {
    /// For what is opened without knowing where it is stored.
    pub(crate) fn newer(found: u32, known: u32) -> Self {
        Self::NewerVersion { partition: String::new(), key: String::new(), found, known }
    }

    /// Adds the partition and the key to an error about an entity's bytes that was found where neither is known; `shown` is the
    /// key for people. Stores do so with what [`deserialize`](crate::EntityStore::deserialize) says.
    ///
    /// ```
    /// use keyloft::error::DecodeReason;
    /// use keyloft::{Error, Partition};
    ///
    /// let error = Error::from(DecodeReason::TrailingBytes(2)).at(&Partition::from("notes"), b"7", |_| "7".to_owned());
    /// assert!(error.to_string().starts_with("the value of key `7` in partition `notes` can't be decoded"));
    /// ```
    #[must_use]
    pub fn at(mut self, in_partition: &Partition, at_key: &[u8], shown: fn(&[u8]) -> String) -> Self {
        if let Self::Decode { partition, key, .. }
        | Self::Encode { partition, key, .. }
        | Self::NewerVersion { partition, key, .. } = &mut self
        {
            if partition.is_empty() {
                in_partition.as_str().clone_into(partition);
            }
            if key.is_empty() {
                *key = shown(at_key);
            }
        }
        self
    }
}
