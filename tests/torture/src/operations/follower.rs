//! [`Follower`]: copies of a table that only the change feed keeps up to date.

use std::collections::BTreeMap;

use keyloft::layers::Feed;
use keyloft::prelude::*;
use keyloft::{Changes, Watch};

use crate::failure::{Failure, Outcome, same};
use crate::workload::{Item, Model, Tables};

/// The length of the list.
const FIRST: usize = 5;

/// Copies of a table that only the change feed keeps up to date: all of it, and the first items of an index.
pub(super) struct Follower {
    items: BTreeMap<u32, Item>,
    changes: Changes<u32, Item>,
    list: Vec<(u32, Item)>,
    list_changes: Changes<u32, Item>,
}

impl Follower {
    pub(super) fn of(tables: &Tables, feed: &Feed) -> Outcome<Self> {
        let Watch { current, changes, .. } = tables.items.watch(feed, ..)?;
        let list = tables.items.watch_by(feed, &Item::GROUP, Query::all().limit(FIRST))?;
        let items = current.into_iter().collect();
        Ok(Self { items, changes, list: list.current, list_changes: list.changes })
    }

    /// Applies the changes so far, and compares the copies.
    pub(super) fn follow(&mut self, model: &Model) -> Outcome {
        while let Some(event) = self.changes.try_recv().transpose()? {
            match event {
                Event::Inserted { key, new, .. } => {
                    same("the item before an insertion", &self.items.insert(key, new), &None)?;
                }
                Event::Updated { key, old, new, .. } => {
                    same("the item before an update", &self.items.insert(key, new), &Some(old))?;
                }
                Event::Deleted { key, old, .. } => {
                    same("the item before a deletion", &self.items.remove(&key), &Some(old))?;
                }
                other => return Err(Failure::from(format!("the feed has {other:?}"))),
            }
        }
        same("the items by the feed", &self.items, &model.items)?;
        while let Some(event) = self.list_changes.try_recv().transpose()? {
            match event {
                Event::Entered { key, new, at, .. } => self.list.insert(at, (key, new)),
                Event::Changed { key, new, from, to, .. } => {
                    self.list.remove(from);
                    self.list.insert(to, (key, new));
                }
                Event::Left { at, .. } => drop(self.list.remove(at)),
                other => return Err(Failure::from(format!("the list has {other:?}"))),
            }
        }
        let mut first: Vec<(u32, Item)> = model.items.clone().into_iter().collect();
        first.sort_by(|(one_id, one), (two_id, two)| (&one.group, one_id).cmp(&(&two.group, two_id)));
        first.truncate(FIRST);
        same("the list by the feed", &self.list, &first)
    }
}
