//! [`Select`]: a query over one table with conditions, an order, a limit and a projection.

use alloc::borrow::ToOwned as _;
use alloc::boxed::Box;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::mem;
use core::ops::ControlFlow;

use super::condition::{Condition, Order};
use super::plan::{Plan, Source};
use super::run::{Parts, Take};
use crate::backend::{Direction, KeySpan};
use crate::error::{ErrorKind, Place, Result};
use crate::key::StorageKey;
use crate::store::Query;
use crate::store::access::Access;
use crate::store::index::{IndexOn, TableIndex};
use crate::store::read::decode_key;

/// A query over one table: conditions on its keys, indexes and fields, an order, a limit, and a projection. It comes from
/// [`EntityReader::select`](crate::EntityReader::select).
///
/// ```
/// use std::sync::Arc;
/// use keyloft::prelude::*;
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Serialize, Deserialize)]
/// struct Issue {
///     title: String,
///     is_open: bool,
///     day: u32,
///     votes: u32,
/// }
///
/// const OPEN: Index<Issue, bool> = Index::new("open", |issue| Some(issue.is_open));
/// const DAY: Index<Issue, u32> = Index::new("day", |issue| Some(issue.day));
///
/// # let backend = Arc::new(keyloft_memory::MemoryBackend::new());
/// let issues = Table::<u32, Issue>::with_schema(backend, Schema::new("issues").index(OPEN).index(DAY));
/// for (id, title, is_open, day, votes) in
///     [(1, "slow", true, 7, 5), (2, "crash", true, 3, 9), (3, "typo", false, 5, 9), (4, "docs", true, 9, 1)]
/// {
///     issues.put(&id, &Issue { title: title.into(), is_open, day, votes })?;
/// }
///
/// let popular = issues
///     .select()
///     .by(&OPEN, Query::exactly(&true))
///     .filter(|issue| issue.votes > 2)
///     .order_by(&DAY)
///     .limit(20)
///     .map(|_, issue| issue.title);
/// assert_eq!(
///     popular.explain()?.to_string(),
///     "reads the index `open`, checks 1 condition on each entity, sorts in memory"
/// );
/// assert_eq!(popular.all()?, ["crash", "slow"]);
/// # Ok::<(), keyloft::Error>(())
/// ```
///
/// # What is read
///
/// One condition finds the entities, and the others are checked on each of them. Fixed rules choose it, not statistics:
///
/// 1. a single key, or a single value of a unique index;
/// 2. otherwise a single value of an index;
/// 3. otherwise a range of keys or of an index;
/// 4. otherwise the index of the order;
/// 5. otherwise the whole table.
///
/// Of several conditions of the same kind it is the one that has the selection's order, then the first one. If the read
/// entries don't have the order, all selected entities are read and sorted in memory, which keeps no more of them than twice
/// the limit. [`explain`](Select::explain) says what is read.
///
/// Without an order, the result is in the order of the read entries. An entity is in it once, also if it has several values in
/// an index.
#[must_use = "a selection reads nothing until its results are asked for"]
pub struct Select<'a, K, V, T = (K, V)> {
    access: Access<'a, V>,
    parts: Parts<'a, V>,
    /// An index that the schema does not have.
    unknown: Option<String>,
    project: Box<dyn Fn(K, V) -> T + 'a>,
}

impl<'a, K: StorageKey, V: 'static> Select<'a, K, V> {
    pub(crate) fn new(access: Access<'a, V>) -> Self {
        let parts = Parts {
            conditions: Vec::new(),
            order: Order::Unsorted,
            direction: Direction::Forward,
            limit: usize::MAX,
        };
        Self { access, parts, unknown: None, project: Box::new(|key, entity| (key, entity)) }
    }
}

impl<'a, K: StorageKey, V: 'static, T> Select<'a, K, V, T> {
    /// Selects the entities whose keys the query selects. Its direction and limit have no effect.
    pub fn keys(mut self, query: impl Into<Query<K>>) -> Self {
        self.parts.conditions.push(Condition::Keys(query.into().span));
        self
    }

    /// Selects the entities that have a value in the index that the query selects. Its direction and limit have no effect.
    pub fn by<I: StorageKey>(mut self, index: &impl IndexOn<V, I>, query: impl Into<Query<I>>) -> Self {
        if let Some(index) = self.index(index) {
            self.parts.conditions.push(Condition::Values(index, query.into().span));
        }
        self
    }

    /// Selects the entities that have no value in the index. No entry finds them, so this is a condition to check only.
    pub fn missing<I: StorageKey>(mut self, index: &impl IndexOn<V, I>) -> Self {
        if let Some(index) = self.index(index) {
            self.parts.conditions.push(Condition::Missing(index));
        }
        self
    }

    /// Selects the entities for which the function returns `true`.
    pub fn filter(mut self, filter: impl Fn(&V) -> bool + 'a) -> Self {
        self.parts.conditions.push(Condition::Filter(Box::new(filter)));
        self
    }

    /// Sorts by the values in the index, then by key. Entities without a value in it are not selected.
    ///
    /// An entity with several values is at the lowest one, or in the [reverse](Select::reverse) order at the highest one.
    pub fn order_by<I: StorageKey>(mut self, index: &impl IndexOn<V, I>) -> Self {
        if let Some(index) = self.index(index) {
            self.parts.order = Order::Values(index);
        }
        self
    }

    /// Sorts by the result of the function, then by key.
    ///
    /// ```
    /// # use std::sync::Arc;
    /// use keyloft::prelude::*;
    ///
    /// # let backend = Arc::new(keyloft_memory::MemoryBackend::new());
    /// let scores = Table::<UserId, u32>::new(backend, "scores");
    /// scores.put_many(&[("ada".into(), 7), ("bob".into(), 9), ("eve".into(), 8)])?;
    /// let best = scores.select().keys(..UserId::new("f")).order_with(|score| *score).reverse().limit(2);
    /// assert_eq!(best.all()?, [("bob".into(), 9), ("eve".into(), 8)]);
    /// # Ok::<(), keyloft::Error>(())
    /// ```
    pub fn order_with<I: StorageKey>(mut self, value: impl Fn(&V) -> I + 'a) -> Self {
        self.parts.order = Order::Function(Box::new(move |entity| value(entity).encode().into_owned()));
        self
    }

    /// Reverses the order.
    pub fn reverse(mut self) -> Self {
        self.parts.direction = match self.parts.direction {
            Direction::Forward => Direction::Backward,
            Direction::Backward => Direction::Forward,
        };
        self
    }

    /// Limits the result to its first `limit` entities.
    pub fn limit(mut self, limit: usize) -> Self {
        self.parts.limit = limit;
        self
    }

    /// Sets the function that makes a result of each selected entity, such as the few fields that a view shows.
    pub fn map<U>(self, project: impl Fn(K, V) -> U + 'a) -> Select<'a, K, V, U> {
        let Self { access, parts, unknown, .. } = self;
        Select { access, parts, unknown, project: Box::new(project) }
    }

    /// Returns what the selection reads.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::UnknownIndex`] if the schema does not have an index of the selection.
    pub fn explain(&self) -> Result<Plan> {
        self.check()?;
        let Parts { conditions, order, .. } = &self.parts;
        Ok(Source::choose(conditions, order).plan(conditions.len()))
    }

    /// Returns the results.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::UnknownIndex`] if the schema does not have an index of the selection, or the errors of
    /// [`get`](crate::EntityReader::get) and of [`find`](crate::IndexReader::find).
    pub fn all(self) -> Result<Vec<T>> {
        let mut results = Vec::new();
        self.each(|result| {
            results.push(result);
            Ok(ControlFlow::Continue(()))
        })?;
        Ok(results)
    }

    /// Returns the first result.
    ///
    /// # Errors
    ///
    /// The errors of [`all`](Select::all).
    pub fn first(mut self) -> Result<Option<T>> {
        self.parts.limit = self.parts.limit.min(1);
        Ok(self.all()?.pop())
    }

    /// Returns the number of results. It sorts nothing, and decodes no entity if no condition needs it.
    ///
    /// # Errors
    ///
    /// The errors of [`all`](Select::all).
    pub fn count(mut self) -> Result<u64> {
        if let Order::Values(index) = mem::replace(&mut self.parts.order, Order::Unsorted) {
            self.parts.conditions.push(Condition::Values(index, KeySpan::ALL));
        }
        self.check()?;
        let pinned = self.access.pin()?;
        self.parts.count(&self.access.reads(&pinned))
    }

    /// Passes each result to `visit`, until it breaks or fails.
    ///
    /// # Errors
    ///
    /// The errors of [`all`](Select::all) and of `visit`.
    pub fn each(self, mut visit: impl FnMut(T) -> Result<ControlFlow<()>>) -> Result<()> {
        let (layout, scope) = (self.access.layout, self.access.scope.len());
        let project = &self.project;
        self.visit(&mut |key, entity| visit(project(decode_key(layout, scope, &key)?, entity)))
    }

    fn visit(&self, take: &mut Take<'_, V>) -> Result<()> {
        self.check()?;
        let pinned = self.access.pin()?;
        self.parts.run(&self.access.reads(&pinned), take)
    }

    /// Refuses a selection by an index that the schema does not have.
    fn check(&self) -> Result<()> {
        match &self.unknown {
            Some(index) => Err(ErrorKind::UnknownIndex {
                place: Place::of(self.access.partition()),
                index: index.clone(),
            }
            .into()),
            None => Ok(()),
        }
    }

    fn index<I: StorageKey>(&mut self, index: &impl IndexOn<V, I>) -> Option<Arc<TableIndex<V>>> {
        let found = self.access.layout.find_index(index).ok().cloned();
        if found.is_none() {
            self.unknown = Some(index.name().to_owned());
        }
        found
    }
}
