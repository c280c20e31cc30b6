//! [`Registry`]: who is told of what.

use alloc::sync::Arc;
use alloc::vec::Vec;

use super::log::{Entries, Log};
use super::queue::Queue;
use super::{Filter, RawChange, Scopes};
use crate::backend::{KeyRange, KeySpan, Partition};
use crate::layers::per_partition::PerPartition;

/// The subscribers of a hub.
#[derive(Default)]
pub(super) struct Registry {
    commits: u64,
    everywhere: Vec<Subscriber>,
    of_partition: PerPartition<Vec<Subscriber>>,
}

struct Subscriber {
    queue: Arc<Queue>,
    scopes: Scopes,
    span: KeySpan,
}

impl Registry {
    /// Adds a subscriber that sees the backend through these scopes.
    pub(super) fn add(&mut self, filter: Filter, scopes: Scopes, queue: Arc<Queue>) {
        let Filter { partition, span, .. } = filter;
        let partition = partition.map(|partition| scopes.outside(partition));
        let subscriber = Subscriber { queue, scopes, span };
        match partition {
            None => self.everywhere.push(subscriber),
            Some(partition) => {
                self.of_partition.change(&partition, |subscribers| subscribers.push(subscriber));
            }
        }
    }

    /// Forgets the subscribers that have gone.
    pub(super) fn prune(&mut self) {
        let stays = |subscriber: &Subscriber| subscriber.queue.is_open();
        self.everywhere.retain(stays);
        self.of_partition.retain(|subscribers| {
            subscribers.retain(stays);
            !subscribers.is_empty()
        });
    }

    pub(super) fn len(&self) -> usize {
        self.everywhere.len() + self.of_partition.iter().map(|(_, of_one)| of_one.len()).sum::<usize>()
    }

    /// Whether anyone is to be told of a change to this key.
    pub(super) fn wants(&self, partition: &Partition, key: &[u8]) -> bool {
        self.has(partition, &|subscriber| subscriber.span.as_range().contains(key))
    }

    /// Whether anyone is to be told of a change to a key of this range.
    pub(super) fn wants_any(&self, partition: &Partition, range: KeyRange<'_>) -> bool {
        self.has(partition, &|subscriber| {
            let span = subscriber.span.as_range();
            let is_apart = |low: KeyRange<'_>, high: KeyRange<'_>| {
                KeyRange { lower: high.lower, upper: low.upper }.is_empty()
            };
            !is_apart(span, range) && !is_apart(range, span)
        })
    }

    /// Queues what was committed; the queues whose listeners are to be called.
    pub(super) fn publish(&mut self, log: &Log) -> Vec<Arc<Queue>> {
        if log.is_empty() {
            return Vec::new();
        }
        self.commits += 1;
        let commit = self.commits;
        let mut told = Vec::new();
        let mut tell = |subscriber: &Subscriber, changes: Vec<RawChange>| {
            if !changes.is_empty() {
                subscriber.queue.append(changes);
                told.push(Arc::clone(&subscriber.queue));
            }
        };
        for subscriber in &self.everywhere {
            let mut changes = Vec::new();
            for (partition, entries) in log.partitions().filter(|(partition, _)| subscriber.sees(partition)) {
                subscriber.pick(commit, partition, entries, &mut changes);
            }
            tell(subscriber, changes);
        }
        for (partition, entries) in log.partitions() {
            for subscriber in self.of_partition.get(partition).into_iter().flatten() {
                let mut changes = Vec::new();
                subscriber.pick(commit, partition, entries, &mut changes);
                tell(subscriber, changes);
            }
        }
        told
    }

    /// Ends every subscription.
    pub(super) fn end(&self) {
        let partitions = self.of_partition.iter().map(|(_, of_one)| of_one);
        for subscriber in partitions.chain([&self.everywhere]).flatten() {
            subscriber.queue.end();
        }
    }

    /// Whether one of the partition's subscribers is so.
    fn has(&self, partition: &Partition, is_so: &dyn Fn(&Subscriber) -> bool) -> bool {
        self.of_partition.get(partition).is_some_and(|of_one| of_one.iter().any(is_so))
            || self.everywhere.iter().any(|subscriber| subscriber.sees(partition) && is_so(subscriber))
    }
}

impl Subscriber {
    /// Whether one that asked for every partition means this one.
    fn sees(&self, partition: &Partition) -> bool {
        !partition.is_index() && self.scopes.inside(partition).is_some()
    }

    /// Appends the changes of a partition that it is told of, under the name that it knows the partition by.
    fn pick(&self, commit: u64, partition: &Partition, entries: &Entries, changes: &mut Vec<RawChange>) {
        let range = self.span.as_range();
        let Some(partition) = self.scopes.inside(partition).filter(|_| !range.is_empty()) else { return };
        for (key, net) in entries.range::<[u8], _>((range.lower, range.upper)) {
            if net.is_change() {
                changes.push(RawChange {
                    commit,
                    partition: partition.clone(),
                    key: Arc::clone(key),
                    old: net.old.clone(),
                    new: net.new.clone(),
                });
            }
        }
    }
}
