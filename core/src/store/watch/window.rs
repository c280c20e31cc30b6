//! [`Window`]: the known rows of a query with a limit.

use alloc::sync::Arc;
use alloc::vec::Vec;
use core::cmp::Ordering;
use core::mem;

use crate::backend::Direction;
use crate::store::read::Hit;

pub(super) type Bytes = Arc<[u8]>;

/// The largest number of rows to know beyond the limit.
const RESERVE: usize = 32;

/// A row of a query's result: an entity at its place in the query's order.
pub(super) struct Row {
    /// The indexed value, or nothing in a query by key.
    pub(super) value: Vec<u8>,
    /// The key, with the scope.
    pub(super) key: Bytes,
    /// The entity in its envelope.
    pub(super) stored: Bytes,
}

impl Row {
    pub(super) fn of(hit: Hit<'_>) -> Arc<Self> {
        let stored = hit.stored.unwrap_or_default().into();
        Arc::new(Self { value: hit.value().to_vec(), key: hit.key().into(), stored })
    }
}

/// The first rows of a query's result, in its order.
///
/// The invariant: `rows` are all rows of the state of the last applied commit up to the last one of them, or all rows if
/// there are no `more`. A commit that changes rows behind the last one therefore needs no read, and does not change them.
///
/// There are more rows than the limit. They take the places of rows that leave, so that most commits need no read.
pub(super) struct Window {
    rows: Vec<Arc<Row>>,
    /// `true` if the query may have rows after the last one here.
    pub(super) more: bool,
    pub(super) limit: usize,
    direction: Direction,
}

/// An entity that a commit has changed.
pub(super) struct Touched<'a> {
    key: &'a Bytes,
    /// Its rows in the query before the commit, as far as they are known.
    pub(super) old: Vec<Arc<Row>>,
    /// Its rows in the query after the commit.
    pub(super) new: Vec<Arc<Row>>,
}

/// The rows that leave a list, and those that enter it, each with the row in whose place it comes.
#[derive(Default)]
struct Moves {
    left: Vec<Arc<Row>>,
    entered: Vec<(Option<Arc<Row>>, Arc<Row>)>,
}

impl Moves {
    /// Adds an entity with the rows of the list that it had before, and those that it has now.
    fn add<'r>(&mut self, mut before: Vec<Arc<Row>>, new: impl Iterator<Item = &'r Arc<Row>>) {
        let mut moved = Vec::new();
        for new in new {
            // An entity has several rows if the index has several values of it. A row with its old value stays.
            match before.iter().position(|old| old.value == new.value) {
                Some(same) => self.entered.push((Some(before.remove(same)), Arc::clone(new))),
                None => moved.push(new),
            }
        }
        for new in moved {
            self.entered.push((before.pop(), Arc::clone(new)));
        }
        self.left.append(&mut before);
    }
}

/// A change to the first rows, up to the limit.
pub(super) struct Step<'a> {
    /// The row before the commit, or `None` if it enters.
    pub(super) old: Option<&'a Row>,
    /// The row after the commit, or `None` if it leaves.
    pub(super) new: Option<&'a Row>,
    /// The position before. That of a row that enters is `to`.
    pub(super) from: usize,
    /// The position after the removal from the earlier one. That of a row that leaves is `from`.
    pub(super) to: usize,
}

impl<'a> Touched<'a> {
    pub(super) fn new(key: &'a Bytes) -> Self {
        Self { key, old: Vec::new(), new: Vec::new() }
    }

    /// Returns the position of the entity in a list that is in the order of the keys.
    fn position(list: &[Self], key: &Bytes) -> Option<usize> {
        list.binary_search_by(|touched| touched.key.cmp(key)).ok()
    }
}

impl Window {
    /// Creates the window of the first rows: as many as [`size`](Self::size) says, unless there are no more.
    pub(super) fn new(rows: Vec<Arc<Row>>, more: bool, limit: usize, direction: Direction) -> Self {
        Self { rows, more, limit, direction }
    }

    /// Returns the number of rows to know for a limit.
    pub(super) fn size(limit: usize) -> usize {
        limit.saturating_add(limit.min(RESERVE))
    }

    /// Returns the rows after a commit, as far as they are known. `touched` are its entities, in the order of their keys.
    pub(super) fn known(&self, touched: &mut [Touched<'_>]) -> Vec<Arc<Row>> {
        let mut rows = Vec::with_capacity(self.rows.len());
        for row in &self.rows {
            let position = Touched::position(touched, &row.key);
            match position.and_then(|position| touched.get_mut(position)) {
                Some(touched) => touched.old.push(Arc::clone(row)),
                None => rows.push(Arc::clone(row)),
            }
        }
        for touched in touched {
            for row in &touched.new {
                // A row behind the edge is known only once it is fetched.
                if self.edge().is_none_or(|edge| self.order(row, edge).is_le()) {
                    self.add(row, &mut rows);
                }
            }
        }
        rows
    }

    /// Returns the row after which rows must be read, if `rows` of the state after a commit are too few.
    pub(super) fn lacks(&self, rows: &[Arc<Row>]) -> Option<&Row> {
        self.edge().filter(|_| rows.len() < self.limit)
    }

    /// Adds the row at its place, unless it is among `rows`.
    pub(super) fn add(&self, row: &Arc<Row>, rows: &mut Vec<Arc<Row>>) {
        if let Err(place) = self.place(rows, row) {
            rows.insert(place, Arc::clone(row));
        }
    }

    /// Moves to the rows after a commit, after which there may be `more`. Passes the changes to the first rows to `step`.
    pub(super) fn advance(
        &mut self,
        mut rows: Vec<Arc<Row>>,
        more: bool,
        touched: &[Touched<'_>],
        step: &mut dyn FnMut(Step<'_>),
    ) {
        let size = Self::size(self.limit);
        self.more = more || rows.len() > size;
        rows.truncate(size);
        self.steps(touched, &rows, step);
        self.rows = rows;
    }

    /// Returns `true` if the window has all rows before and after the commit. Then no row but those of `touched` moves.
    pub(super) fn stays_whole(&self, touched: &[Touched<'_>]) -> bool {
        let entering: usize = touched.iter().map(|entity| entity.new.len()).sum();
        !self.more && self.rows.len().saturating_add(entering) <= self.limit
    }

    /// Returns the row itself, if the window has it.
    pub(super) fn find(&self, row: &Row) -> Option<&Arc<Row>> {
        self.place(&self.rows, row).ok().and_then(|place| self.rows.get(place))
    }

    /// Applies a commit after which the window [stays whole](Self::stays_whole). It costs what the commit changes, and not the
    /// length of the list. Passes the changes to `step`.
    pub(super) fn splice(&mut self, touched: &[Touched<'_>], step: &mut dyn FnMut(Step<'_>)) {
        let mut moves = Moves::default();
        for Touched { old, new, .. } in touched {
            moves.add(old.clone(), new.iter());
        }
        let mut rows = mem::take(&mut self.rows);
        self.walk(&mut rows, &moves, step);
        self.rows = rows;
    }

    /// Passes the steps from the first rows of this window to the first of `rows`.
    fn steps(&self, touched: &[Touched<'_>], rows: &[Arc<Row>], step: &mut dyn FnMut(Step<'_>)) {
        let mut shown = self.first(&self.rows);
        let target = self.first(rows);
        let (last, end) = (shown.last().cloned(), target.last().cloned());
        // Rows that leave or enter because others enter or leave are at the end.
        let mut moves = Moves { left: self.tail(&shown, end.as_deref(), touched), entered: Vec::new() };
        for new in self.tail(&target, last.as_deref(), touched) {
            moves.entered.push((None, new));
        }
        for Touched { old, new, .. } in touched {
            let mut before = Vec::new();
            for old in old {
                if !self.is_after(old, last.as_deref()) {
                    before.push(Arc::clone(old));
                }
            }
            // A row that moved behind the edge may have expired since, so that no fetch returned it.
            moves.add(before, new.iter().filter(|new| self.place(&target, new).is_ok()));
        }
        self.walk(&mut shown, &moves, step);
    }

    /// Makes the moves in `shown`, which is a list in the order of the query.
    fn walk(&self, shown: &mut Vec<Arc<Row>>, moves: &Moves, step: &mut dyn FnMut(Step<'_>)) {
        for old in &moves.left {
            if let Ok(at) = self.place(shown, old) {
                shown.remove(at);
                step(Step { old: Some(old), new: None, from: at, to: at });
            }
        }
        for (old, new) in &moves.entered {
            let from = old.as_ref().and_then(|old| self.place(shown, old).ok());
            if let Some(from) = from {
                shown.remove(from);
            }
            let (Ok(to) | Err(to)) = self.place(shown, new);
            shown.insert(to, Arc::clone(new));
            let old = old.as_deref().filter(|_| from.is_some());
            step(Step { old, new: Some(new), from: from.unwrap_or(to), to });
        }
    }

    /// Returns the rows after `end` that the commit has not changed, the last one first.
    fn tail(&self, rows: &[Arc<Row>], end: Option<&Row>, touched: &[Touched<'_>]) -> Vec<Arc<Row>> {
        let mut tail = Vec::new();
        for row in rows.iter().rev() {
            if !self.is_after(row, end) {
                break;
            }
            if Touched::position(touched, &row.key).is_none() {
                tail.push(Arc::clone(row));
            }
        }
        tail
    }

    /// Returns the last row, if rows may follow it.
    fn edge(&self) -> Option<&Row> {
        if self.more { self.rows.last().map(|edge| &**edge) } else { None }
    }

    /// Returns `true` if the row is after `end`, or if there is no `end`.
    pub(super) fn is_after(&self, row: &Row, end: Option<&Row>) -> bool {
        end.is_none_or(|end| self.order(row, end).is_gt())
    }

    /// Returns the rows up to the limit.
    fn first(&self, rows: &[Arc<Row>]) -> Vec<Arc<Row>> {
        rows.iter().take(self.limit).cloned().collect()
    }

    /// Returns the place of the row in `rows`, or the place where it belongs.
    fn place(&self, rows: &[Arc<Row>], row: &Row) -> Result<usize, usize> {
        rows.binary_search_by(|other| self.order(other, row))
    }

    fn order(&self, one: &Row, other: &Row) -> Ordering {
        let order = (&one.value, &one.key).cmp(&(&other.value, &other.key));
        if self.direction == Direction::Forward { order } else { order.reverse() }
    }
}
