//! [`Merged`]: reads of the committed entries under changes that hide them.

use std::cmp::Ordering;
use std::ops::{Bound, ControlFlow};

use keyloft::backend::{Direction, KeyRange, KeySpan, Visit};
use keyloft::error::Place;
use keyloft::{Error, ErrorKind, Partition, Read, Result};

use crate::rows::Rows;
use crate::shared::{Shared, State};
use crate::storage::MOST_KEYS;
use crate::writes::{Hidden, Writes};

/// The numbers of entries in the first page of a scan, and in the largest. The storage leaves out values that would make a page
/// of this many too large.
const FIRST_PAGE: u32 = 16;
const LARGEST_PAGE: u32 = 256;
/// The bytes of a page after the first. Of more entries, the storage would leave out shorter values, and each of them costs a second
/// read.
const PAGE_BYTES: usize = 64 << 10;

/// The changes that hide committed entries.
#[derive(Clone, Copy)]
pub(crate) enum Hiding<'a> {
    /// The writes of the transaction that reads.
    Writes(&'a Writes),
    /// The values that commits after this one have replaced.
    Since(u64),
}

/// A reader of the committed entries and of the changes that hide them.
///
/// It reads pages. An open cursor would see the writes of later commits, and end when one of them is rolled back.
pub(crate) struct Merged<'a> {
    pub(crate) shared: &'a Shared,
    pub(crate) hiding: Hiding<'a>,
}

impl Hiding<'_> {
    /// Returns the value of a key that is hidden, or `None` if the committed one counts.
    fn at<'s>(&'s self, state: &'s State, partition: &Partition, key: &[u8]) -> Option<Hidden<'s>> {
        match self {
            Self::Writes(writes) => writes.get(partition, key),
            Self::Since(commit) => state.history.at(*commit, partition, key),
        }
    }

    /// Returns the first `limit` changes of a range.
    fn page(
        &self,
        state: &State,
        partition: &Partition,
        range: KeyRange<'_>,
        direction: Direction,
        limit: usize,
    ) -> Vec<(Vec<u8>, Option<Vec<u8>>)> {
        match self {
            Self::Writes(writes) => first(writes.range(partition, range), direction, limit),
            Self::Since(commit) => first(state.history.range(*commit, partition, range), direction, limit),
        }
    }

    fn partitions(&self, state: &State) -> Vec<Partition> {
        match self {
            Self::Writes(writes) => writes.partitions().map(|(partition, _)| partition.clone()).collect(),
            Self::Since(_) => state.history.partitions(),
        }
    }
}

fn first<'k>(
    changes: impl DoubleEndedIterator<Item = (&'k [u8], Option<&'k [u8]>)>,
    direction: Direction,
    limit: usize,
) -> Vec<(Vec<u8>, Option<Vec<u8>>)> {
    let owned = |(key, value): (&[u8], Option<&[u8]>)| (key.to_vec(), value.map(<[u8]>::to_vec));
    match direction {
        Direction::Forward => changes.take(limit).map(owned).collect(),
        Direction::Backward => changes.rev().take(limit).map(owned).collect(),
    }
}

/// A visitor that may fail. Without values it gets empty ones.
type Walk<'a> = dyn FnMut(&[u8], &[u8]) -> Result<ControlFlow<()>> + 'a;

impl Read for Merged<'_> {
    fn get(&self, partition: &Partition, key: &[u8], visit: &mut dyn FnMut(&[u8])) -> Result<bool> {
        // A written value is lent, not copied.
        if let Hiding::Writes(writes) = self.hiding
            && let Some(written) = writes.get(partition, key)
        {
            return Ok(written.0.map(visit).is_some());
        }
        Ok(self.value(partition, key)?.map(|value| visit(&value)).is_some())
    }

    fn get_many(
        &self,
        partition: &Partition,
        keys: &[&[u8]],
        visit: &mut dyn FnMut(usize, &[u8]),
    ) -> Result<()> {
        for (chunk, some) in keys.chunks(MOST_KEYS).enumerate() {
            let first = chunk * MOST_KEYS;
            self.get_some(partition, some, &mut |position, value| visit(first + position, value))?;
        }
        Ok(())
    }

    fn scan(
        &self,
        partition: &Partition,
        range: KeyRange<'_>,
        direction: Direction,
        visit: &mut Visit<'_>,
    ) -> Result<()> {
        self.walk(partition, range, direction, true, &mut |key, value| Ok(visit(key, value)))
    }

    fn partitions(&self) -> Result<Vec<Partition>> {
        let mut names = self.shared.names()?;
        let hiding = self.hiding.partitions(&self.shared.state());
        for partition in hiding {
            let mut is_empty = true;
            self.walk(&partition, KeyRange::ALL, Direction::Forward, false, &mut |_, _| {
                is_empty = false;
                Ok(ControlFlow::Break(()))
            })?;
            match (names.binary_search(&partition), is_empty) {
                (Ok(index), true) => drop(names.remove(index)),
                (Err(index), false) => names.insert(index, partition),
                (Ok(_), false) | (Err(_), true) => {}
            }
        }
        Ok(names)
    }

    fn contains(&self, partition: &Partition, key: &[u8]) -> Result<bool> {
        let mut state = self.shared.state();
        if let Some(hidden) = self.hiding.at(&state, partition, key) {
            return Ok(hidden.0.is_some());
        }
        self.shared.contains(&mut state, partition, key)
    }

    fn count(&self, partition: &Partition, range: KeyRange<'_>) -> Result<u64> {
        if range.is_empty() {
            return Ok(0);
        }
        let mut state = self.shared.state();
        if self.hiding.page(&state, partition, range, Direction::Forward, 1).is_empty() {
            return self.shared.count(&mut state, partition, range);
        }
        drop(state);
        let mut count = 0;
        self.walk(partition, range, Direction::Forward, false, &mut |_, _| {
            count += 1;
            Ok(ControlFlow::Continue(()))
        })?;
        Ok(count)
    }
}

impl Merged<'_> {
    fn value(&self, partition: &Partition, key: &[u8]) -> Result<Option<Vec<u8>>> {
        let mut state = self.shared.state();
        if let Some(hidden) = self.hiding.at(&state, partition, key) {
            return Ok(hidden.0.map(<[u8]>::to_vec));
        }
        self.shared.get(&mut state, partition, key)
    }

    /// Visits the values of keys, of which there are at most [`MOST_KEYS`].
    fn get_some(
        &self,
        partition: &Partition,
        keys: &[&[u8]],
        visit: &mut dyn FnMut(usize, &[u8]),
    ) -> Result<()> {
        let mut hidden = Vec::new();
        let (mut positions, mut committed) = (Vec::new(), Vec::new());
        let mut state = self.shared.state();
        for (position, key) in keys.iter().enumerate() {
            if let Some(value) = self.hiding.at(&state, partition, key) {
                hidden.extend(value.0.map(|value| (position, value.to_vec())));
            } else {
                positions.push(position);
                committed.push(*key);
            }
        }
        let rows = if committed.is_empty() {
            Rows::default()
        } else {
            self.shared.get_many(&mut state, partition, &committed)?
        };
        drop(state);
        for (position, value) in hidden {
            visit(position, &value);
        }
        let mut rows = rows.entries().peekable();
        for (position, wanted) in positions.into_iter().zip(committed) {
            match rows.next_if(|(key, _)| *key == wanted) {
                Some((_, Some(value))) => visit(position, value),
                Some((key, None)) => drop(self.get(partition, key, &mut |value| visit(position, value))?),
                None => {}
            }
        }
        Ok(())
    }

    /// Visits the entries of a range, page by page.
    pub(crate) fn walk(
        &self,
        partition: &Partition,
        range: KeyRange<'_>,
        direction: Direction,
        values: bool,
        visit: &mut Walk<'_>,
    ) -> Result<()> {
        if range.is_empty() {
            return Ok(());
        }
        let mut rest = KeySpan::from(range);
        let mut limit = FIRST_PAGE;
        while let Some((last, fitting)) =
            self.walk_page(partition, (rest.as_range(), direction), limit, values, visit)?
        {
            match direction {
                Direction::Forward => rest.lower = Bound::Excluded(last),
                Direction::Backward => rest.upper = Bound::Excluded(last),
            }
            limit = fitting.min(limit.saturating_mul(4)).clamp(FIRST_PAGE, LARGEST_PAGE);
        }
        Ok(())
    }

    /// Visits the entries of a page. Returns its last key and the number of entries that fit into the next one, or `None` at the
    /// end of the scan.
    fn walk_page(
        &self,
        partition: &Partition,
        (range, direction): (KeyRange<'_>, Direction),
        limit: u32,
        values: bool,
        visit: &mut Walk<'_>,
    ) -> Result<Option<(Vec<u8>, u32)>> {
        let max = usize::try_from(limit).unwrap_or(usize::MAX);
        // Both halves are of one state, and a visitor may commit.
        let mut state = self.shared.state();
        let rows = self.shared.page(&mut state, partition, (range, direction), limit, values)?;
        let changes = self.hiding.page(&state, partition, range, direction, max);
        drop(state);
        let (more_rows, more_changes) = (rows.len() >= limit, changes.len() >= max);
        let fitting = rows.fitting(PAGE_BYTES);
        let mut unread = rows.len();
        let mut rows = rows.entries().peekable();
        let mut changes = changes.iter().peekable();
        let mut last: Option<&[u8]> = None;
        loop {
            let row = rows.peek().copied();
            let change = changes.peek().copied();
            // Where one half ends early, the other half may not go on: the rest of the first may come before it.
            let ends_early = row.is_none() && more_rows || change.is_none() && more_changes;
            let order = match (row, change) {
                _ if ends_early => break,
                (None, None) => break,
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (Some((key, _)), Some((other, _))) => match direction {
                    Direction::Forward => key.cmp(other),
                    Direction::Backward => other.as_slice().cmp(key),
                },
            };
            if order != Ordering::Greater {
                rows.next();
                unread = unread.saturating_sub(1);
            }
            let flow = if order == Ordering::Less {
                let Some((key, value)) = row else { break };
                last = Some(key);
                match value {
                    Some(value) => visit(key, value)?,
                    None if values => match self.value(partition, key)? {
                        Some(value) => visit(key, &value)?,
                        None => return Err(malformed(partition)),
                    },
                    None => visit(key, &[])?,
                }
            } else {
                let Some((key, value)) = changes.next() else { break };
                last = Some(key);
                match value {
                    Some(value) => visit(key, value)?,
                    None => ControlFlow::Continue(()),
                }
            };
            if flow.is_break() {
                return Ok(None);
            }
        }
        if rows.peek().is_none() && unread > 0 {
            return Err(malformed(partition));
        }
        Ok(last.filter(|_| more_rows || more_changes).map(|last| (last.to_vec(), fitting)))
    }
}

#[cold]
fn malformed(partition: &Partition) -> Error {
    let detail = "the storage returned fewer entries than it announced".to_owned();
    Error::from(ErrorKind::Corrupted { place: Place::of(partition), detail })
}
