//! The places of errors that name a partition.

use alloc::borrow::ToOwned;
use alloc::string::String;
use core::mem;

use super::Partition;
use crate::error::{Error, Place};
use crate::excerpt;

impl Place {
    /// The entity of this key in this partition.
    pub fn entity(partition: &Partition, key: impl Into<String>) -> Self {
        Self::Entity { partition: partition.as_str().to_owned(), key: key.into() }
    }

    /// The partition.
    pub fn of(partition: &Partition) -> Self {
        Self::Partition(partition.as_str().to_owned())
    }

    /// The entry of these bytes of a key in this partition.
    pub fn entry(partition: &Partition, key: &[u8]) -> Self {
        Self::entity(partition, excerpt::excerpt(key))
    }
}

impl Error {
    /// Completes a place that is only a key: it is in this partition.
    #[must_use]
    pub fn in_partition(mut self, partition: &Partition) -> Self {
        if let Some(place) = self.place_mut()
            && let Place::Key(key) = place
        {
            let key: String = mem::take(key);
            *place = Place::Entity { partition: partition.as_str().to_owned(), key };
        }
        self
    }
}
