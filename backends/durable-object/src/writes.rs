//! [`Writes`]: the changes of a transaction before its commit.

use std::collections::BTreeMap;
use std::ops::Bound;

use keyloft::Partition;
use keyloft::backend::KeyRange;

use crate::sorted::Sorted;

/// The new values of keys. `None` is a deleted key.
pub(crate) type Keys = BTreeMap<Vec<u8>, Option<Vec<u8>>>;

/// The value that changes give to a key.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Hidden<'a>(pub(crate) Option<&'a [u8]>);

/// The changes of a transaction.
#[derive(Default)]
pub(crate) struct Writes {
    partitions: Sorted<Keys>,
}

impl Writes {
    pub(crate) fn set(&mut self, partition: &Partition, key: Vec<u8>, value: Option<Vec<u8>>) {
        if let Some(keys) = self.partitions.or_default(partition) {
            keys.insert(key, value);
        }
    }

    /// Returns the new value of a key, or `None` if it was not written.
    pub(crate) fn get(&self, partition: &Partition, key: &[u8]) -> Option<Hidden<'_>> {
        self.partitions.get(partition)?.get(key).map(|value| Hidden(value.as_deref()))
    }

    /// Returns the written keys of a range.
    pub(crate) fn range<'a>(
        &'a self,
        partition: &Partition,
        range: KeyRange<'a>,
    ) -> impl DoubleEndedIterator<Item = (&'a [u8], Option<&'a [u8]>)> {
        let keys = self.partitions.get(partition).filter(|_| !range.is_empty());
        keys.into_iter().flat_map(move |keys| {
            let bounds: (Bound<&[u8]>, Bound<&[u8]>) = (range.lower, range.upper);
            keys.range::<[u8], _>(bounds).map(|(key, value)| (key.as_slice(), value.as_deref()))
        })
    }

    pub(crate) fn partitions(&self) -> impl Iterator<Item = &(Partition, Keys)> {
        self.partitions.iter()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.partitions.is_empty()
    }
}
