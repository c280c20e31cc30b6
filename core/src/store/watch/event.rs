//! [`Event`]: one change to a watched query.

/// The net effect of one commit on one entity of a query, from [`Changes`](super::Changes).
///
/// A query without a limit has the events `Inserted`, `Updated`, `Deleted`, `Unreadable` and `Discarded`. A query with a
/// limit has the events `Entered`, `Changed` and `Left`, because an entity can enter or leave its result without a change
/// to it. Their positions keep a list of the result up to date, if they are applied in their order:
///
/// ```
/// use keyloft::Event;
///
/// fn apply<K, V>(event: Event<K, V>, list: &mut Vec<(K, V)>) {
///     match event {
///         Event::Entered { key, new, at, .. } => list.insert(at, (key, new)),
///         Event::Changed { key, new, from, to, .. } => {
///             list.remove(from);
///             list.insert(to, (key, new));
///         }
///         Event::Left { at, .. } => drop(list.remove(at)),
///         _ => {}
///     }
/// }
///
/// let mut list = vec![("a", 1), ("b", 2)];
/// apply(Event::Changed { commit: 7, key: "a", old: 1, new: 3, from: 0, to: 1 }, &mut list);
/// assert_eq!(list, [("b", 2), ("a", 3)]);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event<K, V> {
    /// An entity that enters the query's result.
    Inserted {
        /// The number of the commit. Later commits have higher numbers.
        commit: u64,
        /// The entity's key.
        key: K,
        /// The entity.
        new: V,
    },
    /// An entity that stays in the query's result with another value.
    Updated {
        /// The number of the commit.
        commit: u64,
        /// The entity's key.
        key: K,
        /// The entity before the commit.
        old: V,
        /// The entity after the commit.
        new: V,
    },
    /// An entity that leaves the query's result.
    Deleted {
        /// The number of the commit.
        commit: u64,
        /// The entity's key.
        key: K,
        /// The entity before the commit.
        old: V,
    },
    /// An entity that leaves the query's result because it can't be decoded after the commit. The error follows.
    Unreadable {
        /// The number of the commit.
        commit: u64,
        /// The entity's key.
        key: K,
        /// The entity before the commit.
        old: V,
    },
    /// An entity that could not be decoded, and that the query does not select any more.
    Discarded {
        /// The number of the commit.
        commit: u64,
        /// The entity's key.
        key: K,
    },
    /// An entity that enters the result of a query with a limit.
    Entered {
        /// The number of the commit.
        commit: u64,
        /// The entity's key.
        key: K,
        /// The entity.
        new: V,
        /// Its position in the result.
        at: usize,
    },
    /// An entity that stays in the result of a query with a limit, with another value, and may move.
    Changed {
        /// The number of the commit.
        commit: u64,
        /// The entity's key.
        key: K,
        /// The entity before the commit.
        old: V,
        /// The entity after the commit.
        new: V,
        /// Its position in the result before.
        from: usize,
        /// Its position in the result after its removal from the earlier one. They are equal if it has not moved.
        to: usize,
    },
    /// An entity that leaves the result of a query with a limit.
    Left {
        /// The number of the commit.
        commit: u64,
        /// The entity's key.
        key: K,
        /// The entity before the commit.
        old: V,
        /// Its position in the result.
        at: usize,
    },
    /// A gap, where changes are missing because the queue was full, or because the engine was opened again after a failure.
    /// The known result of the query is out of date until a [`resync`](super::Changes::resync). A query with a limit has no
    /// more events until then.
    Lagged {
        /// The number of dropped changes, including those to hidden entities, or 0 if it is not known.
        missed: u64,
    },
}
