//! [`Reading`]: reads with names of partitions, results in vectors, and a panic on an error.

use std::ops::{Bound, ControlFlow, RangeBounds};

use keyloft::backend::{Direction, KeyRange};
use keyloft::error::Place;
use keyloft::{Partition, Read};

/// Keys with their values.
pub(crate) type Entries = Vec<(Vec<u8>, Vec<u8>)>;

/// The reads of the cases on a backend, a snapshot or a transaction.
pub(crate) trait Reading: Read {
    #[track_caller]
    fn value(&self, partition: &str, key: &[u8]) -> Option<Vec<u8>> {
        let mut value = None;
        let mut calls = 0;
        let there = self.get(&Partition::from(partition), key, &mut |bytes| {
            value = Some(bytes.to_vec());
            calls += 1;
        });
        let there = there.unwrap();
        assert_eq!(
            (there, calls),
            (value.is_some(), usize::from(there)),
            "`get` returns whether it lends a value"
        );
        value
    }

    #[track_caller]
    fn values(&self, partition: &str, keys: &[&[u8]]) -> Vec<Option<Vec<u8>>> {
        let mut values = vec![None; keys.len()];
        let done = self.get_many(&Partition::from(partition), keys, &mut |place, bytes| {
            let before = values[place].replace(bytes.to_vec());
            assert_eq!(before, None, "place {place} was visited twice");
        });
        done.unwrap();
        values
    }

    #[track_caller]
    fn batch(&self, keys: &[(&str, &[u8])]) -> Vec<Option<Vec<u8>>> {
        let partitions: Vec<Partition> = keys.iter().map(|(name, _)| Partition::from(*name)).collect();
        let wanted: Vec<_> =
            partitions.iter().zip(keys).map(|(partition, (_, key))| (partition, *key)).collect();
        let mut values = vec![None; keys.len()];
        let done = self.get_batch(&wanted, &mut |place, bytes| {
            let before = values[place].replace(bytes.to_vec());
            assert_eq!(before, None, "place {place} was visited twice");
        });
        done.unwrap();
        values
    }

    #[track_caller]
    fn has(&self, partition: &str, key: &[u8]) -> bool {
        self.contains(&Partition::from(partition), key).unwrap()
    }

    #[track_caller]
    fn entries(&self, partition: &str, range: KeyRange<'_>, direction: Direction) -> Entries {
        let mut entries = Vec::new();
        let done = self.scan(&Partition::from(partition), range, direction, &mut |key, value| {
            entries.push((key.to_vec(), value.to_vec()));
            ControlFlow::Continue(())
        });
        done.unwrap();
        entries
    }

    /// Returns every entry of the partition, forward.
    #[track_caller]
    fn all(&self, partition: &str) -> Entries {
        self.entries(partition, KeyRange::ALL, Direction::Forward)
    }

    #[track_caller]
    fn keys(&self, partition: &str, range: KeyRange<'_>, direction: Direction) -> Vec<Vec<u8>> {
        self.entries(partition, range, direction).into_iter().map(|(key, _)| key).collect()
    }

    /// Returns the first `limit` keys. The visitor breaks at the last one, and panics if it is called again.
    #[track_caller]
    fn first_keys(&self, partition: &str, direction: Direction, limit: usize) -> Vec<Vec<u8>> {
        let mut keys = Vec::new();
        let done = self.scan(&Partition::from(partition), KeyRange::ALL, direction, &mut |key, _| {
            assert!(keys.len() < limit, "the visitor was called after it broke");
            keys.push(key.to_vec());
            if keys.len() == limit { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        done.unwrap();
        keys
    }

    #[track_caller]
    fn size(&self, partition: &str, range: KeyRange<'_>) -> u64 {
        self.count(&Partition::from(partition), range).unwrap()
    }

    /// Returns the names of the partitions, as they are stored.
    #[track_caller]
    fn names(&self) -> Vec<String> {
        self.partitions().unwrap().iter().map(|partition| partition.as_str().to_owned()).collect()
    }

    /// Returns the names of the partitions without the catalog, which keeps the definition of an empty table.
    #[track_caller]
    fn names_of_data(&self) -> Vec<String> {
        let partitions = self.partitions().unwrap().into_iter().filter(|partition| !partition.is_catalog());
        partitions.map(|partition| partition.as_str().to_owned()).collect()
    }

    /// Returns all entries of all partitions.
    #[track_caller]
    fn dump(&self) -> Vec<(String, Entries)> {
        let entries = |partition: &Partition| {
            let mut entries = Vec::new();
            let done = self.scan(partition, KeyRange::ALL, Direction::Forward, &mut |key, value| {
                entries.push((key.to_vec(), value.to_vec()));
                ControlFlow::Continue(())
            });
            done.unwrap();
            entries
        };
        let partitions = self.partitions().unwrap();
        partitions.iter().map(|partition| (partition.as_str().to_owned(), entries(partition))).collect()
    }
}

impl<R: Read + ?Sized> Reading for R {}

/// Returns every range between two bounds at these keys, of every kind of bound, reversed ranges included.
pub(crate) fn every_range<'a>(points: &[&'a [u8]]) -> Vec<KeyRange<'a>> {
    let mut bounds = vec![Bound::Unbounded];
    bounds.extend(points.iter().flat_map(|&point| [Bound::Included(point), Bound::Excluded(point)]));
    let pairs = bounds.iter().flat_map(|&lower| bounds.iter().map(move |&upper| (lower, upper)));
    pairs.map(|(lower, upper)| KeyRange { lower, upper }).collect()
}

/// Returns those of the keys that the range contains, by the standard library's definition of a range.
pub(crate) fn keys_within(keys: &[&[u8]], range: KeyRange<'_>) -> Vec<Vec<u8>> {
    let within = |key: &&&[u8]| RangeBounds::<[u8]>::contains(&(range.lower, range.upper), **key);
    keys.iter().filter(within).map(|key| key.to_vec()).collect()
}

/// Checks that the place is in the partition of this name, to which a layer may have added a prefix.
#[track_caller]
pub(crate) fn is_in(place: &Place, partition: &str) {
    assert!(place.partition().is_some_and(|named| named.ends_with(partition)), "{place}");
}
