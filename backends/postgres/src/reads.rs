//! The reads, over a [`Session`].

use std::ops::ControlFlow;

use keyloft::backend::{Direction, KeyRange, Visit};
use keyloft::error::Place;
use keyloft::{Error, ErrorKind, Partition, Result};
use tokio_postgres::{Error as PgError, Row};

use crate::bounds::{Bounds, after, after_group};
use crate::client::Connection;
use crate::stored::{head_of_long, stored_key, stored_name};

/// The numbers of entries in the first page of a scan, and in the largest.
const FIRST_PAGE: usize = 128;
const LARGEST_PAGE: usize = 16_384;
/// A page has about this many bytes at most, unless its entries are larger than those of the page before.
const PAGE_BYTES: usize = 8 << 20;
/// The most keys that one statement looks up.
const KEYS: usize = 4_096;

/// A connection in one state of the database.
pub(crate) trait Session {
    /// Runs a statement that reads ranges of keys. Errors get the place.
    fn run<T>(
        &self,
        place: &Partition,
        statement: impl AsyncFn(&Connection) -> Result<T, PgError>,
    ) -> Result<T>;

    /// Runs a statement that reads single keys.
    fn run_on_keys<T>(
        &self,
        place: &Partition,
        statement: impl AsyncFn(&Connection) -> Result<T, PgError>,
    ) -> Result<T> {
        self.run(place, statement)
    }

    /// Returns the error of a row that does not have the expected columns.
    fn malformed(&self, partition: &Partition, error: PgError) -> Error {
        Error::from(ErrorKind::Corrupted { place: Place::of(partition), detail: error.to_string() })
    }
}

/// Passes the value of a key to `visit`.
pub(crate) fn get(
    session: &impl Session,
    partition: &Partition,
    key: &[u8],
    visit: &mut dyn FnMut(&[u8]),
) -> Result<bool> {
    let (name, key) = (stored_name(partition), stored_key(key));
    let row = session.run_on_keys(partition, async |on| {
        on.client.query_opt(&on.statements.get, &[&&*name, &&*key]).await
    })?;
    let Some(row) = row else { return Ok(false) };
    visit(row.try_get(0).map_err(|error| session.malformed(partition, error))?);
    Ok(true)
}

pub(crate) fn contains(session: &impl Session, partition: &Partition, key: &[u8]) -> Result<bool> {
    let (name, key) = (stored_name(partition), stored_key(key));
    let row = session.run_on_keys(partition, async |on| {
        on.client.query_opt(&on.statements.contains, &[&&*name, &&*key]).await
    })?;
    Ok(row.is_some())
}

/// Passes the values of the keys to `visit`, each with its position.
pub(crate) fn get_many(
    session: &impl Session,
    partition: &Partition,
    keys: &[&[u8]],
    visit: &mut dyn FnMut(usize, &[u8]),
) -> Result<()> {
    let name = stored_name(partition);
    for (chunk, first) in keys.chunks(KEYS).zip((0..).step_by(KEYS)) {
        let stored: Vec<_> = chunk.iter().map(|key| stored_key(key)).collect();
        let stored: Vec<&[u8]> = stored.iter().map(|key| &**key).collect();
        let rows = session.run_on_keys(partition, async |on| {
            on.client.query(&on.statements.get_many, &[&&*name, &stored]).await
        })?;
        visit_found(session, partition, &rows, first, visit)?;
    }
    Ok(())
}

/// Passes the values of the keys, which may be of several partitions, to `visit`, each with its position.
pub(crate) fn get_batch(
    session: &impl Session,
    keys: &[(&Partition, &[u8])],
    visit: &mut dyn FnMut(usize, &[u8]),
) -> Result<()> {
    let Some(&(place, _)) = keys.first() else { return Ok(()) };
    if keys.iter().all(|(partition, _)| *partition == place) {
        let keys: Vec<&[u8]> = keys.iter().map(|(_, key)| *key).collect();
        return get_many(session, place, &keys, visit);
    }
    for (chunk, first) in keys.chunks(KEYS).zip((0..).step_by(KEYS)) {
        let stored = |(partition, key): &(&'_ Partition, &'_ [u8])| {
            (stored_name(partition).into_owned(), stored_key(key).into_owned())
        };
        let (names, stored): (Vec<_>, Vec<_>) = chunk.iter().map(stored).unzip();
        let rows = session.run_on_keys(place, async |on| {
            on.client.query(&on.statements.get_batch, &[&names, &stored]).await
        })?;
        visit_found(session, place, &rows, first, visit)?;
    }
    Ok(())
}

/// Passes the values of the found keys to `visit`. The first key of the statement has the position `first`.
fn visit_found(
    session: &impl Session,
    place: &Partition,
    rows: &[Row],
    first: usize,
    visit: &mut dyn FnMut(usize, &[u8]),
) -> Result<()> {
    for row in rows {
        let entry = row.try_get::<_, i64>(0).and_then(|ordinal| Ok((ordinal, row.try_get(1)?)));
        let (ordinal, value) = entry.map_err(|error| session.malformed(place, error))?;
        // Ordinals begin at 1.
        let position = usize::try_from(ordinal).ok().and_then(|ordinal| (first + ordinal).checked_sub(1));
        visit(position.unwrap_or(usize::MAX), value);
    }
    Ok(())
}

/// Returns the number of entries of a range.
pub(crate) fn count(session: &impl Session, partition: &Partition, range: KeyRange<'_>) -> Result<u64> {
    if range.is_empty() {
        return Ok(0);
    }
    let bounds = Bounds::of(range);
    if !bounds.is_exact {
        let mut count = 0;
        scan(session, partition, range, Direction::Forward, &mut |_, _| {
            count += 1;
            ControlFlow::Continue(())
        })?;
        return Ok(count);
    }
    let name = stored_name(partition);
    let row = session.run(partition, async |on| match &bounds.upper {
        None => on.client.query_one(&on.statements.count, &[&&*name, &bounds.lower]).await,
        Some(upper) => {
            on.client.query_one(&on.statements.count_below, &[&&*name, &bounds.lower, upper]).await
        }
    })?;
    let count: i64 = row.try_get(0).map_err(|error| session.malformed(partition, error))?;
    Ok(u64::try_from(count).unwrap_or_default())
}

/// Returns the partitions that have a key, in the order of their names.
pub(crate) fn partitions(session: &impl Session) -> Result<Vec<Partition>> {
    let all = Partition::from("all partitions");
    let rows = session.run(&all, async |on| on.client.query(&on.statements.partitions, &[]).await)?;
    let mut partitions = Vec::with_capacity(rows.len());
    for row in &rows {
        let name = row.try_get(0).map_err(|error| session.malformed(&all, error))?;
        let name = std::str::from_utf8(name).map_err(|error| ErrorKind::Corrupted {
            place: Place::at_path("the names of the partitions"),
            detail: error.to_string(),
        })?;
        partitions.push(Partition::from_stored(name));
    }
    // The names that are too long to be stored in the table are in another order there.
    partitions.sort_unstable();
    Ok(partitions)
}

/// Passes the entries of a range to `visit`, page by page.
///
/// A page is read whole before its first entry is visited, because a visitor may read from the same connection.
pub(crate) fn scan(
    session: &impl Session,
    partition: &Partition,
    range: KeyRange<'_>,
    direction: Direction,
    visit: &mut Visit<'_>,
) -> Result<()> {
    if range.is_empty() {
        return Ok(());
    }
    let mut scan = Scan { session, partition, name: &stored_name(partition), range, direction };
    let mut rest = Bounds::of(range);
    let mut limit = FIRST_PAGE;
    loop {
        let page = scan.page(&rest, limit)?;
        let is_last = page.len() < limit;
        limit = next_limit(&page, limit);
        match scan.visit_page(&page, &mut rest, visit)? {
            ControlFlow::Continue(()) if !is_last => {}
            _ => return Ok(()),
        }
    }
}

/// Returns the limit of the page after this one.
fn next_limit(page: &[Row], limit: usize) -> usize {
    let bytes: usize = page.iter().map(Row::raw_size_bytes).sum();
    let most = PAGE_BYTES / (bytes / page.len().max(1)).max(1);
    limit.saturating_mul(8).min(LARGEST_PAGE).min(most.max(FIRST_PAGE))
}

struct Scan<'a, S> {
    session: &'a S,
    partition: &'a Partition,
    name: &'a [u8],
    range: KeyRange<'a>,
    direction: Direction,
}

impl<S: Session> Scan<'_, S> {
    /// Returns the first rows in these bounds.
    fn page(&mut self, bounds: &Bounds, limit: usize) -> Result<Vec<Row>> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let (name, lower) = (&self.name, &bounds.lower);
        self.session.run(self.partition, async |on| {
            let (all, below) = match self.direction {
                Direction::Forward => (&on.statements.page_forward, &on.statements.page_forward_below),
                Direction::Backward => (&on.statements.page_backward, &on.statements.page_backward_below),
            };
            match &bounds.upper {
                None => on.client.query(all, &[name, lower, &limit]).await,
                Some(upper) => on.client.query(below, &[name, lower, &limit, upper]).await,
            }
        })
    }

    /// Visits the entries of a page, and narrows the bounds to the keys after it.
    fn visit_page(&self, page: &[Row], rest: &mut Bounds, visit: &mut Visit<'_>) -> Result<ControlFlow<()>> {
        let mut last: &[u8] = &[];
        let mut group: Option<&[u8]> = None;
        for (position, row) in page.iter().enumerate() {
            let entry = row.try_get::<_, &[u8]>(0).and_then(|key| Ok((key, row.try_get(1)?)));
            let (key, value) = entry.map_err(|error| self.session.malformed(self.partition, error))?;
            let advances = match self.direction {
                _ if position == 0 => true,
                Direction::Forward => key > last,
                Direction::Backward => key < last,
            };
            if !advances {
                let detail = "the server returned this key out of order".to_owned();
                return Err(ErrorKind::Corrupted { place: Place::entry(self.partition, key), detail }.into());
            }
            last = key;
            let flow = match head_of_long(key) {
                // The whole group was visited at its first row.
                Some(head) if group == Some(head) => ControlFlow::Continue(()),
                Some(head) => {
                    group = Some(head);
                    self.visit_group(head, visit)?
                }
                None => self.visit_entry(key, value, visit)?,
            };
            if flow.is_break() {
                return Ok(flow);
            }
        }
        let head = head_of_long(last);
        match self.direction {
            Direction::Forward => rest.lower = head.map_or_else(|| after(last), after_group),
            Direction::Backward => rest.upper = Some(head.map_or_else(|| last.to_vec(), after)),
        }
        Ok(ControlFlow::Continue(()))
    }

    /// Visits the long keys that begin with these bytes. Their stored forms are not in their order.
    fn visit_group(&self, head: &[u8], visit: &mut Visit<'_>) -> Result<ControlFlow<()>> {
        let end = after_group(head);
        let rows = self.session.run(self.partition, async |on| {
            on.client.query(&on.statements.group, &[&self.name, &head, &end]).await
        })?;
        let mut entries = Vec::with_capacity(rows.len());
        for row in &rows {
            let entry = row.try_get::<_, &[u8]>(0).and_then(|tail| Ok((tail, row.try_get(1)?)));
            let (tail, value) = entry.map_err(|error| self.session.malformed(self.partition, error))?;
            entries.push(([head, tail].concat(), value));
        }
        if self.direction == Direction::Backward {
            entries.reverse();
        }
        for (key, value) in entries {
            if self.range.contains(&key) && self.visit_entry(&key, value, visit)?.is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
        Ok(ControlFlow::Continue(()))
    }

    /// Visits an entry. A page leaves out the value if it is large.
    fn visit_entry(
        &self,
        key: &[u8],
        value: Option<&[u8]>,
        visit: &mut Visit<'_>,
    ) -> Result<ControlFlow<()>> {
        if let Some(value) = value {
            return Ok(visit(key, value));
        }
        let mut flow = ControlFlow::Continue(());
        if get(self.session, self.partition, key, &mut |value| flow = visit(key, value))? {
            return Ok(flow);
        }
        let detail = "the server does not find this key again".to_owned();
        Err(ErrorKind::Corrupted { place: Place::entry(self.partition, key), detail }.into())
    }
}
