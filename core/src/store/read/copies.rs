//! [`Copies`]: the stored values of many keys.

use alloc::vec::Vec;
use core::ops::Range;

use crate::backend::{Partition, Read};
use crate::error::Result;

/// The stored values of many keys, in one allocation. A caller that decodes them one after the other keeps no more than one
/// entity in memory.
#[derive(Default)]
pub(crate) struct Copies {
    bytes: Vec<u8>,
    places: Vec<Option<Range<usize>>>,
}

impl Copies {
    /// Reads the values of the keys together.
    pub(crate) fn read(reader: &dyn Read, partition: &Partition, keys: &[&[u8]]) -> Result<Self> {
        let mut places: Vec<Option<Range<usize>>> = Vec::new();
        places.resize(keys.len(), None);
        let mut bytes = Vec::new();
        // A backend answers in any order.
        reader.get_many(partition, keys, &mut |position, stored| {
            if let Some(place) = places.get_mut(position) {
                let start = bytes.len();
                bytes.extend_from_slice(stored);
                *place = Some(start..bytes.len());
            }
        })?;
        Ok(Self { bytes, places })
    }

    /// Returns the value of the key at this position, or `None` if the key is absent.
    pub(crate) fn get(&self, position: usize) -> Option<&[u8]> {
        self.bytes.get(self.places.get(position)?.clone()?)
    }
}
