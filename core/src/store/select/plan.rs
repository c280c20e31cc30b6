//! [`Plan`]: the entries that a selection reads, and its work on them.

use alloc::string::String;
use alloc::sync::Arc;
use core::fmt;

use super::condition::{Condition, Order, Rank};
use crate::backend::KeySpan;
use crate::store::index::TableIndex;

/// The work of a selection, from [`Select::explain`](super::Select::explain). [`Display`](fmt::Display) writes it in words.
///
/// Programs can check it in their tests, so that a query that must be fast does not begin to read the whole table.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Plan {
    /// The entries that it reads.
    pub reads: Reads,
    /// The number of conditions that it checks on each entity that it reads.
    pub checks: usize,
    /// `true` if it reads all selected entities and sorts them in memory. Otherwise it ends at its limit.
    pub sorts: bool,
}

/// The entries that a selection reads.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reads {
    /// All entities of the table.
    Table,
    /// The entities of a range of keys.
    Keys,
    /// The entries of the index of this name.
    Index(String),
}

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.reads {
            Reads::Table => f.write_str("reads the whole table")?,
            Reads::Keys => f.write_str("reads a range of keys")?,
            Reads::Index(name) => write!(f, "reads the index `{name}`")?,
        }
        match self.checks {
            0 => {}
            1 => f.write_str(", checks 1 condition on each entity")?,
            checks => write!(f, ", checks {checks} conditions on each entity")?,
        }
        f.write_str(if self.sorts { ", sorts in memory" } else { "" })
    }
}

/// The entries that a selection reads, and the condition that they fulfil by themselves.
pub(super) struct Source<'s, V> {
    pub(super) index: Option<&'s Arc<TableIndex<V>>>,
    pub(super) span: KeySpan,
    /// The position of the condition that all read entries fulfil.
    pub(super) condition: Option<usize>,
    /// `true` if the entries are in the order of the selection.
    pub(super) is_ordered: bool,
}

impl<'s, V> Source<'s, V> {
    /// Chooses by fixed rules what is read: see [`Select`](super::Select).
    pub(super) fn choose(conditions: &'s [Condition<'_, V>], order: &'s Order<'_, V>) -> Self {
        let ordered_by = match order {
            Order::Values(index) => Some(index),
            Order::Unsorted | Order::Function(_) => None,
        };
        let ranked = conditions.iter().enumerate().filter_map(|(position, condition)| {
            let (index, span) = match condition {
                Condition::Keys(span) => (None, span),
                Condition::Values(index, span) => (Some(index), span),
                Condition::Missing(_) | Condition::Filter(_) => return None,
            };
            let rank = condition.rank()?;
            let is_ordered = match (order, index, ordered_by) {
                (Order::Unsorted, ..) => true,
                (_, Some(index), Some(ordered_by)) => {
                    // An entity is at its lowest value of all, and the range may begin at another one.
                    Arc::ptr_eq(index, ordered_by) && (!index.definition.is_each() || rank == Rank::All)
                }
                _ => false,
            };
            let source = Self { index, span: span.clone(), condition: Some(position), is_ordered };
            Some(((rank, !is_ordered), source))
        });
        // The first one of several equal ones.
        let best = ranked.min_by_key(|(rank, _)| *rank);
        match (best, ordered_by) {
            (Some(((rank, _), source)), _) if rank < Rank::All => source,
            (Some((_, source)), None) => source,
            (_, Some(index)) => {
                Self { index: Some(index), span: KeySpan::ALL, condition: None, is_ordered: true }
            }
            (None, None) => Self {
                index: None,
                span: KeySpan::ALL,
                condition: None,
                is_ordered: matches!(order, Order::Unsorted),
            },
        }
    }

    pub(super) fn plan(&self, conditions: usize) -> Plan {
        let reads = match self.index {
            Some(index) => Reads::Index(index.entries.name.clone()),
            None if self.span == KeySpan::ALL => Reads::Table,
            None => Reads::Keys,
        };
        let checks = conditions - usize::from(self.condition.is_some());
        Plan { reads, checks, sorts: !self.is_ordered }
    }
}
