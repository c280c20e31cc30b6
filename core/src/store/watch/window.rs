//! [`Window`]: the known rows of a query with a limit.

use alloc::sync::Arc;
use alloc::vec::Vec;
use core::cmp::Ordering;

use crate::backend::Direction;

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

/// The first rows of a query's result, in its order.
///
/// The invariant: `rows` are all rows of the state of the last applied commit up to the last one of them, or all rows if
/// there are no `more`. A commit that changes rows behind the last one therefore needs no read, and does not change them.
///
/// There are more rows than the limit. They take the places of rows that leave, so that most commits need no read.
pub(super) struct Window {
    rows: Vec<Arc<Row>>,
    /// `true` if the query may have rows after the last one here.
    more: bool,
    limit: usize,
    direction: Direction,
}

/// An entity that a commit has changed.
pub(super) struct Touched {
    pub(super) key: Bytes,
    /// Its rows in the query before the commit, as far as they are known.
    old: Vec<Arc<Row>>,
    /// Its rows in the query after the commit.
    new: Vec<Arc<Row>>,
}

/// A change to the first rows, up to the limit.
pub(super) enum Step {
    Enter { new: Arc<Row>, at: usize },
    Change { old: Arc<Row>, new: Arc<Row>, from: usize, to: usize },
    Leave { old: Arc<Row>, at: usize },
}

/// Rows that follow each other, and `true` if more may follow them.
pub(super) type Rows = (Vec<Arc<Row>>, bool);

impl Touched {
    pub(super) fn new(key: Bytes, rows: Vec<Row>) -> Self {
        Self { key, old: Vec::new(), new: rows.into_iter().map(Arc::new).collect() }
    }
}

impl Window {
    /// Creates the window of the first rows: as many as [`size`](Self::size) says, unless there are no more.
    pub(super) fn new((rows, more): Rows, limit: usize, direction: Direction) -> Self {
        Self { rows, more, limit, direction }
    }

    /// Returns the number of rows to know for a limit.
    pub(super) fn size(limit: usize) -> usize {
        limit.saturating_add(limit.min(RESERVE))
    }

    /// Applies the changes of one commit, in the order of their keys, and returns the changes to the first rows.
    ///
    /// `fetch` reads rows of the state after the commit: those after the given row, as many as it is told. If it returns
    /// `None`, so does this, and the window is out of date.
    pub(super) fn apply(
        &mut self,
        mut touched: Vec<Touched>,
        fetch: &mut dyn FnMut(&Row, usize) -> Option<Rows>,
    ) -> Option<Vec<Step>> {
        if self.limit == 0 {
            return Some(Vec::new());
        }
        let mut rows = Vec::with_capacity(self.rows.len());
        for row in &self.rows {
            match touched.binary_search_by(|touched| touched.key.cmp(&row.key)) {
                Ok(place) => touched.get_mut(place)?.old.push(Arc::clone(row)),
                Err(_) => rows.push(Arc::clone(row)),
            }
        }
        let edge = self.rows.last().filter(|_| self.more);
        for row in touched.iter().flat_map(|touched| &touched.new) {
            // A row behind the edge is known only once it is fetched.
            if edge.is_none_or(|edge| self.order(row, edge).is_le())
                && let Err(place) = self.place(&rows, row)
            {
                rows.insert(place, Arc::clone(row));
            }
        }
        let mut more = self.more;
        let size = Self::size(self.limit);
        if let Some(edge) = edge
            && rows.len() < self.limit
        {
            let fetched = fetch(edge, size - rows.len())?;
            rows.extend(fetched.0);
            more = fetched.1;
        }
        if rows.len() > size {
            rows.truncate(size);
            more = true;
        }
        let steps = self.steps(&touched, &rows);
        (self.rows, self.more) = (rows, more);
        Some(steps)
    }

    /// Returns the steps from the first rows of this window to the first of `rows`.
    fn steps(&self, touched: &[Touched], rows: &[Arc<Row>]) -> Vec<Step> {
        let mut shown = self.first(&self.rows).to_vec();
        let target = self.first(rows);
        let (last, end) = (shown.last().cloned(), target.last());
        let is_after =
            |row: &Row, last: Option<&Arc<Row>>| last.is_none_or(|last| self.order(row, last).is_gt());
        let is_untouched =
            |row: &&Arc<Row>| touched.binary_search_by(|touched| touched.key.cmp(&row.key)).is_err();
        // Rows that leave or enter because others enter or leave are at the end.
        let tail = shown.iter().rev().take_while(|row| is_after(row, end));
        let mut left: Vec<Arc<Row>> = tail.filter(is_untouched).cloned().collect();
        let tail = target.iter().rev().take_while(|row| is_after(row, last.as_ref()));
        let mut entered: Vec<(Option<Arc<Row>>, Arc<Row>)> =
            tail.filter(is_untouched).map(|row| (None, Arc::clone(row))).collect();
        for Touched { old, new, .. } in touched {
            let mut old: Vec<_> = old.iter().filter(|row| !is_after(row, last.as_ref())).cloned().collect();
            let mut moved = Vec::new();
            // A row that moved behind the edge may have expired since, so that no fetch returned it.
            for new in new.iter().filter(|row| self.place(target, row).is_ok()).cloned() {
                // An entity has several rows if the index has several values of it. A row with its old value stays.
                match old.iter().position(|old| old.value == new.value) {
                    Some(same) => entered.push((Some(old.remove(same)), new)),
                    None => moved.push(new),
                }
            }
            entered.extend(moved.into_iter().map(|new| (old.pop(), new)));
            left.extend(old);
        }
        let mut steps = Vec::new();
        for old in left {
            if let Ok(at) = self.place(&shown, &old) {
                shown.remove(at);
                steps.push(Step::Leave { old, at });
            }
        }
        for (old, new) in entered {
            let from = old.as_ref().and_then(|old| self.place(&shown, old).ok());
            from.map(|from| shown.remove(from));
            let (Ok(to) | Err(to)) = self.place(&shown, &new);
            shown.insert(to, Arc::clone(&new));
            steps.push(match old.zip(from) {
                Some((old, from)) => Step::Change { old, new, from, to },
                None => Step::Enter { new, at: to },
            });
        }
        steps
    }

    /// Returns the rows up to the limit.
    fn first<'a>(&self, rows: &'a [Arc<Row>]) -> &'a [Arc<Row>] {
        rows.get(..self.limit).unwrap_or(rows)
    }

    /// Returns the place of the row in `rows`, or the place where it belongs.
    fn place(&self, rows: &[Arc<Row>], row: &Row) -> Result<usize, usize> {
        rows.binary_search_by(|other| self.order(other, row))
    }

    fn order(&self, one: &Row, other: &Row) -> Ordering {
        one.order(other, self.direction)
    }
}

impl Row {
    /// Compares the places of two rows in a query of this direction.
    pub(super) fn order(&self, other: &Self, direction: Direction) -> Ordering {
        let order = (&self.value, &self.key).cmp(&(&other.value, &other.key));
        if direction == Direction::Forward { order } else { order.reverse() }
    }
}
