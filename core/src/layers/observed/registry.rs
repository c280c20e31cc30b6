//! [`Registry`]: who is told of what.

use alloc::collections::BTreeMap;
use alloc::sync::Arc;
use alloc::vec::Vec;

use super::log::{Entries, Log};
use super::queue::Queue;
use super::{Filter, RawChange, Scopes};
use crate::backend::{KeyRange, KeySpan, Partition};

/// The subscribers of a hub.
#[derive(Default)]
pub(super) struct Registry {
    commits: u64,
    everywhere: Vec<Subscriber>,
    of_partition: BTreeMap<Partition, Vec<Subscriber>>,
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
        let subscribers = match partition {
            None => &mut self.everywhere,
            Some(partition) => self.of_partition.entry(scopes.outside(partition)).or_default(),
        };
        subscribers.push(Subscriber { queue, scopes, span });
    }

    /// Forgets the subscribers that have gone.
    pub(super) fn prune(&mut self) {
        let stays = |subscriber: &Subscriber| subscriber.queue.is_open();
        self.everywhere.retain(stays);
        self.of_partition.retain(|_, subscribers| {
            subscribers.retain(stays);
            !subscribers.is_empty()
        });
    }

    pub(super) fn len(&self) -> usize {
        self.everywhere.len() + self.of_partition.values().map(Vec::len).sum::<usize>()
    }

    /// Whether anyone is to be told of a change to this key.
    pub(super) fn wants(&self, partition: &Partition, key: &[u8]) -> bool {
        self.of(partition).any(|subscriber| subscriber.span.as_range().contains(key))
    }

    /// Whether anyone is to be told of a change to a key of this range.
    pub(super) fn wants_any(&self, partition: &Partition, range: KeyRange<'_>) -> bool {
        self.of(partition).any(|subscriber| {
            let span = subscriber.span.as_range();
            let is_apart = |low: KeyRange<'_>, high: KeyRange<'_>| {
                KeyRange { lower: high.lower, upper: low.upper }.is_empty()
            };
            !is_apart(span, range) && !is_apart(range, span)
        })
    }

    /// Queues what was committed; the queues whose listeners are to be called.
    pub(super) fn publish(&mut self, log: Log) -> Vec<Arc<Queue>> {
        let log = log.into_net();
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
            let seen = log.iter().filter(|(partition, _)| subscriber.sees(partition));
            let changes = seen.flat_map(|(partition, entries)| subscriber.pick(commit, partition, entries));
            tell(subscriber, changes.collect());
        }
        for (partition, entries) in &log {
            for subscriber in self.of_partition.get(partition).into_iter().flatten() {
                tell(subscriber, subscriber.pick(commit, partition, entries).collect());
            }
        }
        told
    }

    /// Ends every subscription.
    pub(super) fn end(&self) {
        let of_partitions = self.of_partition.values().flatten();
        self.everywhere.iter().chain(of_partitions).for_each(|subscriber| subscriber.queue.end());
    }

    fn of(&self, partition: &Partition) -> impl Iterator<Item = &Subscriber> {
        let everywhere = self.everywhere.iter().filter(|subscriber| subscriber.sees(partition));
        self.of_partition.get(partition).into_iter().flatten().chain(everywhere)
    }
}

impl Subscriber {
    /// Whether one that asked for every partition means this one.
    fn sees(&self, partition: &Partition) -> bool {
        !partition.is_index() && self.scopes.inside(partition).is_some()
    }

    /// The changes of a partition that it is told of, under the name that it knows the partition by.
    fn pick<'a>(
        &'a self,
        commit: u64,
        partition: &Partition,
        entries: &'a Entries,
    ) -> impl Iterator<Item = RawChange> + 'a {
        let range = self.span.as_range();
        let shown = self.scopes.inside(partition).filter(|_| !range.is_empty());
        shown.into_iter().flat_map(move |partition| {
            entries.range::<[u8], _>((range.lower, range.upper)).map(move |(key, net)| RawChange {
                commit,
                partition: partition.clone(),
                key: Arc::clone(key),
                old: net.old.clone(),
                new: net.new.clone(),
            })
        })
    }
}
