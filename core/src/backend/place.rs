//! The places of errors that name a partition.

use alloc::borrow::ToOwned;
use alloc::string::String;
use core::mem;

use super::Partition;
use crate::error::{Error, Place};
use crate::excerpt;

impl Place {
    /// Creates the place of the entity under `key`, which is a key as its type describes it.
    pub fn entity(partition: &Partition, key: impl Into<String>) -> Self {
        Self::Entity { partition: partition.as_str().to_owned(), key: key.into() }
    }

    /// Creates the place of a partition.
    pub fn of(partition: &Partition) -> Self {
        Self::Partition(partition.as_str().to_owned())
    }

    /// Creates the place of the entry under these bytes of a key.
    pub fn entry(partition: &Partition, key: &[u8]) -> Self {
        Self::entity(partition, excerpt::excerpt(key))
    }
}

impl Error {
    /// Adds the partition to a place that is a key without a partition. Other places stay.
    #[must_use]
    pub fn in_partition(mut self, partition: &Partition) -> Self {
        if let Some(place) = self.kind_mut().place_mut()
            && let Place::Key(key) = place
        {
            let key: String = mem::take(key);
            *place = Place::Entity { partition: partition.as_str().to_owned(), key };
        }
        self
    }
}
