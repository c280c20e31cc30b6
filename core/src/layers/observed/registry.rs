//! [`Registry`]: the subscribers of a hub.

use alloc::sync::Arc;
use alloc::vec::Vec;

use super::change_set::{ChangeSet, Entries};
use super::partition_map::PartitionMap;
use super::queue::Queue;
use super::scopes::Scopes;
use super::{Filter, RawChange};
use crate::backend::{KeyRange, KeySpan, Partition};

/// The subscribers of a hub, and the number of its last reported commit.
#[derive(Default)]
pub(super) struct Registry {
    commits: u64,
    all: Vec<Subscriber>,
    by_partition: PartitionMap<Vec<Subscriber>>,
}

struct Subscriber {
    queue: Arc<Queue>,
    scopes: Scopes,
    span: KeySpan,
}

impl Registry {
    /// Adds a subscriber. Its filter has the local names of the scopes.
    pub(super) fn add(&mut self, filter: Filter, scopes: Scopes, queue: Arc<Queue>) {
        let Filter { partition, span, .. } = filter;
        let partition = partition.map(|partition| scopes.full(partition));
        let subscriber = Subscriber { queue, scopes, span };
        match partition {
            None => self.all.push(subscriber),
            Some(partition) => {
                self.by_partition.update(&partition, |subscribers| subscribers.push(subscriber));
            }
        }
    }

    /// Removes the subscribers whose queues are closed.
    pub(super) fn prune(&mut self) {
        let is_open = |subscriber: &Subscriber| subscriber.queue.is_open();
        self.all.retain(is_open);
        self.by_partition.retain(|subscribers| {
            subscribers.retain(is_open);
            !subscribers.is_empty()
        });
    }

    pub(super) fn len(&self) -> usize {
        self.all.len() + self.by_partition.iter().map(|(_, subscribers)| subscribers.len()).sum::<usize>()
    }

    /// Returns `true` if a subscriber watches the key.
    pub(super) fn watches_key(&self, partition: &Partition, key: &[u8]) -> bool {
        self.any(partition, &|subscriber| subscriber.span.as_range().contains(key))
    }

    /// Returns `true` if a subscriber may watch a key of the range.
    pub(super) fn watches_range(&self, partition: &Partition, range: KeyRange<'_>) -> bool {
        self.any(partition, &|subscriber| {
            let span = subscriber.span.as_range();
            // Two ranges have no key in common if one ends before the other begins.
            let ends_before = |low: KeyRange<'_>, high: KeyRange<'_>| {
                KeyRange { lower: high.lower, upper: low.upper }.is_empty()
            };
            !ends_before(span, range) && !ends_before(range, span)
        })
    }

    /// Queues the changes of a commit for the subscribers that watch them, and returns the queues that were filled.
    pub(super) fn publish(&mut self, committed: &ChangeSet) -> Vec<Arc<Queue>> {
        if committed.is_empty() {
            return Vec::new();
        }
        self.commits += 1;
        let commit = self.commits;
        let mut filled = Vec::new();
        let mut append = |subscriber: &Subscriber, changes: Vec<RawChange>| {
            if !changes.is_empty() {
                subscriber.queue.append(changes);
                filled.push(Arc::clone(&subscriber.queue));
            }
        };
        for subscriber in &self.all {
            let mut changes = Vec::new();
            for (partition, entries) in
                committed.partitions().filter(|(partition, _)| subscriber.includes(partition))
            {
                subscriber.select(commit, partition, entries, &mut changes);
            }
            append(subscriber, changes);
        }
        for (partition, entries) in committed.partitions() {
            for subscriber in self.by_partition.get(partition).into_iter().flatten() {
                let mut changes = Vec::new();
                subscriber.select(commit, partition, entries, &mut changes);
                append(subscriber, changes);
            }
        }
        filled
    }

    /// Ends every subscription.
    pub(super) fn end(&self) {
        let by_partition = self.by_partition.iter().map(|(_, subscribers)| subscribers);
        for subscriber in by_partition.chain([&self.all]).flatten() {
            subscriber.queue.end();
        }
    }

    /// Returns `true` if `is_match` accepts a subscriber of the partition.
    fn any(&self, partition: &Partition, is_match: &dyn Fn(&Subscriber) -> bool) -> bool {
        self.by_partition.get(partition).is_some_and(|subscribers| subscribers.iter().any(is_match))
            || self.all.iter().any(|subscriber| subscriber.includes(partition) && is_match(subscriber))
    }
}

impl Subscriber {
    /// Returns `true` if a subscriber to all partitions receives the changes in this one: it is not an index, and is
    /// inside the subscriber's scopes.
    fn includes(&self, partition: &Partition) -> bool {
        !partition.is_index() && self.scopes.local(partition).is_some()
    }

    /// Appends the changes in the subscriber's range, with the partition's local name.
    fn select(&self, commit: u64, partition: &Partition, entries: &Entries, changes: &mut Vec<RawChange>) {
        let range = self.span.as_range();
        // `BTreeMap::range` panics on reversed bounds.
        let Some(partition) = self.scopes.local(partition).filter(|_| !range.is_empty()) else { return };
        for (key, change) in entries.range::<[u8], _>((range.lower, range.upper)) {
            if change.is_change() {
                changes.push(RawChange {
                    commit,
                    partition: partition.clone(),
                    key: Arc::clone(key),
                    old: change.old.clone(),
                    new: change.new.clone(),
                });
            }
        }
    }
}
