//! [`Registry`]: the subscribers of a hub.

use alloc::sync::Arc;
use alloc::vec::Vec;

use super::partition_map::PartitionMap;
use super::prefix_index::{PrefixIndex, Subscriber, prefix_of};
use super::queue::Queue;
use super::scopes::Scopes;
use super::{Filter, RawChange};
use crate::backend::{KeyRange, Partition};

/// The subscribers of a hub.
#[derive(Default)]
pub(super) struct Registry {
    /// The number of subscribers, also of those whose queues are closed.
    len: usize,
    /// The subscribers to all partitions, by the part of the partitions' names that their scopes require.
    all: PrefixIndex,
    /// The subscribers to one partition, by their keys.
    by_partition: PartitionMap<PrefixIndex>,
}

impl Registry {
    /// Adds a subscriber. Its filter has the local names of the scopes.
    pub(super) fn add(&mut self, filter: Filter, scopes: Scopes, queue: Arc<Queue>) {
        let Filter { partition, span, .. } = filter;
        // All names in the scopes begin like the one that is empty in the innermost.
        let name = scopes.full(partition.clone().unwrap_or_else(|| Partition::from("")));
        let subscriber = Subscriber { queue, scopes, span };
        self.len += 1;
        if partition.is_none() {
            self.all.add(name.as_str().as_bytes(), subscriber);
        } else {
            let prefix = prefix_of(&subscriber.span).to_vec();
            self.by_partition.update(&name, |index| index.add(&prefix, subscriber));
        }
    }

    /// Removes the subscribers whose queues are closed, if they are more than the open ones. So the cost of a removal does
    /// not depend on the number of subscribers.
    pub(super) fn prune(&mut self, open: usize) {
        if self.len > 2 * open {
            let mut left = self.all.prune();
            self.by_partition.retain(|index| {
                let open = index.prune();
                left += open;
                open > 0
            });
            self.len = left;
        }
    }

    /// Returns `true` if a subscriber watches the key.
    pub(super) fn watches_key(&self, partition: &Partition, key: &[u8]) -> bool {
        self.any(partition, key, &mut |subscriber| subscriber.queue.is_open())
    }

    /// Returns `true` if a subscriber may watch a key of the range.
    pub(super) fn watches_range(&self, partition: &Partition, range: KeyRange<'_>) -> bool {
        self.by_partition.get(partition).is_some_and(|index| index.watches_range(range))
            || self.any_of_all(partition, &mut |subscriber| subscriber.queue.is_open())
    }

    /// Queues the changes of a commit for the subscribers that watch them, and returns the queues that were filled.
    pub(super) fn publish(&self, commit: u64, changes: Vec<RawChange>) -> Vec<Arc<Queue>> {
        let mut filled = Vec::new();
        for change in changes {
            self.any(&change.partition, &change.key, &mut |subscriber| {
                let local = subscriber.scopes.local(&change.partition);
                let is_first = local.is_some_and(|partition| {
                    subscriber.queue.stage(RawChange { commit, partition, ..change.clone() })
                });
                if is_first {
                    filled.push(Arc::clone(&subscriber.queue));
                }
                false
            });
        }
        for queue in &filled {
            queue.publish();
        }
        filled
    }

    /// Returns the queues of all subscribers.
    pub(super) fn queues(&self) -> Vec<Arc<Queue>> {
        let mut queues = Vec::with_capacity(self.len);
        queues.extend(self.all.iter().map(|subscriber| Arc::clone(&subscriber.queue)));
        for (_, index) in self.by_partition.iter() {
            queues.extend(index.iter().map(|subscriber| Arc::clone(&subscriber.queue)));
        }
        queues
    }

    /// Returns `true` if `accept` returns `true` for a subscriber of the key. No later one is tried then.
    fn any(&self, partition: &Partition, key: &[u8], accept: &mut dyn FnMut(&Subscriber) -> bool) -> bool {
        self.by_partition.get(partition).is_some_and(|index| {
            index.any(key, &mut |subscriber| subscriber.span.as_range().contains(key) && accept(subscriber))
        }) || self.any_of_all(partition, accept)
    }

    /// Returns `true` if `accept` returns `true` for a subscriber of all partitions. They receive the changes in this one
    /// if it is in their scopes, and not an index.
    fn any_of_all(&self, partition: &Partition, accept: &mut dyn FnMut(&Subscriber) -> bool) -> bool {
        !partition.is_index() && self.all.any(partition.as_str().as_bytes(), accept)
    }
}
