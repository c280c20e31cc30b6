//! [`List`]: the treatment of a query with a limit.

use alloc::sync::Arc;
use alloc::vec::Vec;

use super::changes::Events;
use super::window::{Row, Step, Touched, Window};
use super::{Changes, Event};
use crate::error::Result;
use crate::key::StorageKey;
use crate::layers::RawEvent;

/// The treatment of a query with a limit.
///
/// It is a pointer, so that a program that watches no such query does not contain its code.
pub(super) struct List<K, V> {
    pub(super) receive: Receive<K, V>,
}

/// Adds the events of a commit. Returns the window after the commit, or `None` if it is lost.
type Receive<K, V> = fn(&Changes<K, V>, Window, &[RawEvent], &mut Events<K, V>) -> Option<Window>;

/// The faults of a commit.
struct Faults<K, V> {
    errors: Events<K, V>,
    /// The number of changes that are not received if the window is lost.
    missed: u64,
}

impl<K: StorageKey, V: 'static> Changes<K, V> {
    pub(super) fn receive_list(
        &self,
        mut window: Window,
        commit: &[RawEvent],
        events: &mut Events<K, V>,
    ) -> Option<Window> {
        let missed = u64::try_from(commit.len()).unwrap_or(u64::MAX);
        let mut faults = Faults { errors: Vec::new(), missed };
        let mut number = 0;
        let mut touched = Vec::new();
        for event in commit {
            let RawEvent::Change(change) = event else { continue };
            number = change.commit;
            let mut entity = Touched::new(&change.key);
            let sight = self.watched.sight_of_changes();
            if let Some(stored) = &change.new
                && let Err(error) = self.watched.rows::<K>(&change.key, stored, sight, &mut entity.new)
            {
                faults.errors.push(Err(error));
            }
            touched.push(entity);
        }
        let mut add = |step: Step<'_>| {
            if let Err(error) = self.add_step(number, &step, events) {
                events.push(Err(error));
            }
        };
        if window.stays_whole(&touched) {
            self.find_old(&window, commit, &mut touched);
            window.splice(&touched, &mut add);
            events.append(&mut faults.errors);
            return Some(window);
        }
        let mut rows = window.known(&mut touched);
        let more = self.complete(&window, &mut rows, &mut faults);
        if let Some(more) = more {
            window.advance(rows, more, &touched, &mut add);
        }
        events.append(&mut faults.errors);
        if more.is_none() {
            events.push(Ok(Event::Lagged { missed: faults.missed }));
            return None;
        }
        Some(window)
    }

    /// Finds the rows of the changed entities by what these were before the commit, without a search through the window.
    fn find_old(&self, window: &Window, commit: &[RawEvent], touched: &mut [Touched<'_>]) {
        let changes = commit.iter().filter_map(|event| match event {
            RawEvent::Change(change) => Some(change),
            RawEvent::Lagged { .. } => None,
        });
        for (change, entity) in changes.zip(touched) {
            let mut old = Vec::new();
            if let Some(stored) = &change.old {
                // The window has no row of an entity that can't be decoded.
                let sight = self.watched.sight_of_changes();
                let _ = self.watched.rows::<K>(&change.key, stored, sight, &mut old);
            }
            entity.old = old.iter().filter_map(|row| window.find(row).cloned()).collect();
        }
    }

    /// Reads rows if the window has too few after a commit. Returns `true` if more may follow, or `None` if they can't be
    /// read.
    fn complete(&self, window: &Window, rows: &mut Vec<Arc<Row>>, faults: &mut Faults<K, V>) -> Option<bool> {
        let Some(after) = window.lacks(rows) else { return Some(window.more) };
        match self.rows_after(window, after, rows, faults) {
            Ok(more) => more,
            Err(error) => {
                faults.errors.push(Err(error));
                None
            }
        }
    }

    /// Reads the rows after a row, as they were before the waiting events.
    ///
    /// The cost depends on the limit and on the number of waiting events, but not on the size of the table.
    fn rows_after(
        &self,
        window: &Window,
        after: &Row,
        rows: &mut Vec<Arc<Row>>,
        faults: &mut Faults<K, V>,
    ) -> Result<Option<bool>> {
        let watched = &self.watched;
        let (snapshot, waiting) = self.subscription.peek(|| watched.snapshot())?;
        let mut earlier = Vec::new();
        let mut has_gap = false;
        for event in &waiting {
            match event {
                RawEvent::Change(change) => earlier.push(change),
                RawEvent::Lagged { missed } => {
                    faults.missed += missed;
                    has_gap = true;
                }
            }
        }
        if has_gap {
            return Ok(None);
        }
        earlier.sort_unstable_by(|one, other| (&one.key, one.commit).cmp(&(&other.key, other.commit)));
        let reads = watched.reads(&*snapshot)?;
        let size = Window::size(window.limit);
        let mut scan = watched.scan.clone();
        scan.query.limit = None;
        scan.query.span.resume_after(&watched.entry(after), scan.query.direction);
        let mut more = true;
        while more && rows.len() < size {
            more = scan.fetch(&reads, size - rows.len(), &mut |hit, entity| {
                if earlier.binary_search_by(|change| (*change.key).cmp(hit.key())).is_err() {
                    match reads.entry::<K>(hit, entity) {
                        Ok(_) => rows.push(Row::of(hit)),
                        Err(error) => faults.errors.push(Err(error)),
                    }
                }
            })?;
        }
        let mut previous = None;
        for change in &earlier {
            // The first waiting change of a key has its value before all of them.
            let is_first = previous.replace(&change.key) != Some(&change.key);
            let Some(stored) = &change.old else { continue };
            if !is_first {
                continue;
            }
            let mut own = Vec::new();
            if let Err(error) = watched.rows::<K>(&change.key, stored, reads.sight, &mut own) {
                faults.errors.push(Err(error));
            }
            for row in &own {
                if window.is_after(row, Some(after)) {
                    window.add(row, rows);
                }
            }
        }
        Ok(Some(more))
    }

    /// Adds the event of a step, unless the change is between equal entities.
    fn add_step(&self, commit: u64, step: &Step<'_>, events: &mut Events<K, V>) -> Result<()> {
        let Some(row) = step.new.or(step.old) else { return Ok(()) };
        let key = self.watched.decode_key(&row.key)?;
        let entities = (self.entity(step.old)?, self.entity(step.new)?);
        self.add_event(commit, key, entities, Some((step.from, step.to)), events);
        Ok(())
    }

    fn entity(&self, row: Option<&Row>) -> Result<Option<V>> {
        let Some(row) = row else { return Ok(None) };
        self.watched.layout.decode_at(&row.key, &row.stored).map(Some)
    }
}
