//! [`History`]: the values that open snapshots see and later commits have replaced.

use std::collections::BTreeMap;
use std::ops::Bound;

use keyloft::Partition;
use keyloft::backend::KeyRange;

use crate::sorted::Sorted;
use crate::writes::Hidden;

/// The replaced values of a key, oldest first, each with the number of the commit that replaced it. `None` is the value of a key
/// that was absent.
type Images = Vec<(u64, Option<Vec<u8>>)>;

/// The open snapshots, and the values that they need.
///
/// A value is kept only if a snapshot is open when a commit replaces it. So it costs nothing while no snapshot is.
#[derive(Default)]
pub(crate) struct History {
    /// The number of the newest commit.
    now: u64,
    /// The commits that snapshots show, oldest first, with the number of the snapshots of each.
    open: Vec<(u64, usize)>,
    partitions: Sorted<BTreeMap<Vec<u8>, Images>>,
}

impl History {
    /// Opens a snapshot of the newest commit, and returns the commit's number.
    pub(crate) fn open(&mut self) -> u64 {
        match self.open.last_mut() {
            Some((commit, count)) if *commit == self.now => *count += 1,
            _ => self.open.push((self.now, 1)),
        }
        self.now
    }

    /// Closes a snapshot of this commit, and drops the values that no other one needs.
    pub(crate) fn close(&mut self, commit: u64) {
        let Some(index) = self.open.iter().position(|(open, _)| *open == commit) else { return };
        let Some((_, count)) = self.open.get_mut(index) else { return };
        *count -= 1;
        if *count > 0 {
            return;
        }
        self.open.remove(index);
        // Values are dropped with the oldest snapshot. Those that only this one needed wait for that.
        if index > 0 || self.partitions.is_empty() {
            return;
        }
        let oldest = self.open.first().map_or(u64::MAX, |(oldest, _)| *oldest);
        self.partitions.retain(|keys| {
            keys.retain(|_, images| {
                images.retain(|(replaced, _)| *replaced > oldest);
                !images.is_empty()
            });
            !keys.is_empty()
        });
    }

    /// Returns `true` if a snapshot needs the present value of the key, should the next commit replace it.
    pub(crate) fn needs(&self, partition: &Partition, key: &[u8]) -> bool {
        let Some((newest, _)) = self.open.last() else { return false };
        let last = self.images(partition, key).and_then(|images| images.last());
        last.is_none_or(|(replaced, _)| replaced <= newest)
    }

    /// Counts a commit, which has replaced these values.
    pub(crate) fn commit(&mut self, replaced: Vec<(Partition, Vec<u8>, Option<Vec<u8>>)>) {
        self.now += 1;
        for (partition, key, value) in replaced {
            if let Some(keys) = self.partitions.or_default(&partition) {
                keys.entry(key).or_default().push((self.now, value));
            }
        }
    }

    /// Returns the value that a key had at this commit, or `None` if it was not replaced since.
    pub(crate) fn at(&self, commit: u64, partition: &Partition, key: &[u8]) -> Option<Hidden<'_>> {
        value_at(commit, self.images(partition, key)?)
    }

    /// Returns the keys of a range that were replaced since this commit, with their values.
    pub(crate) fn range<'a>(
        &'a self,
        commit: u64,
        partition: &Partition,
        range: KeyRange<'a>,
    ) -> impl DoubleEndedIterator<Item = (&'a [u8], Option<&'a [u8]>)> {
        let keys = self.partitions.get(partition).filter(|_| !range.is_empty());
        keys.into_iter().flat_map(move |keys| {
            let bounds: (Bound<&[u8]>, Bound<&[u8]>) = (range.lower, range.upper);
            keys.range::<[u8], _>(bounds)
                .filter_map(move |(key, images)| Some((key.as_slice(), value_at(commit, images)?.0)))
        })
    }

    /// Returns the partitions in which a key was replaced.
    pub(crate) fn partitions(&self) -> Vec<Partition> {
        self.partitions.iter().map(|(partition, _)| partition.clone()).collect()
    }

    fn images(&self, partition: &Partition, key: &[u8]) -> Option<&Images> {
        self.partitions.get(partition)?.get(key)
    }
}

/// Returns the oldest value that was replaced after this commit.
fn value_at(commit: u64, images: &Images) -> Option<Hidden<'_>> {
    images.iter().find(|(replaced, _)| *replaced > commit).map(|(_, value)| Hidden(value.as_deref()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn replace(history: &mut History, key: &[u8], old: &[u8]) {
        let table = Partition::from("notes");
        let replaced = if history.needs(&table, key) {
            vec![(table, key.to_vec(), Some(old.to_vec()))]
        } else {
            Vec::new()
        };
        history.commit(replaced);
    }

    #[test]
    fn values_are_kept_for_the_snapshots_that_see_them_and_no_longer() {
        let (mut history, table) = (History::default(), Partition::from("notes"));
        replace(&mut history, b"a", b"0");
        assert!(history.partitions.is_empty(), "no snapshot is open");
        let first = history.open();
        replace(&mut history, b"a", b"1");
        replace(&mut history, b"a", b"2");
        let second = history.open();
        replace(&mut history, b"a", b"3");
        assert_eq!(history.at(first, &table, b"a"), Some(Hidden(Some(b"1"))));
        assert_eq!(history.at(second, &table, b"a"), Some(Hidden(Some(b"3"))));
        assert_eq!(history.images(&table, b"a").unwrap().len(), 2, "one value for each snapshot");
        history.close(first);
        assert_eq!(history.images(&table, b"a").unwrap().len(), 1);
        assert_eq!(history.at(second, &table, b"a"), Some(Hidden(Some(b"3"))));
        history.close(second);
        assert!(history.partitions.is_empty());
    }
}
