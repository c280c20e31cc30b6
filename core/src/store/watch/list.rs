//! [`List`]: the treatment of a query with a limit.

use alloc::collections::VecDeque;
use alloc::vec::Vec;

use super::changes::State;
use super::fetch::FirstRows;
use super::window::{Row, Step, Touched, Window};
use super::{Changes, Event};
use crate::error::{Error, Result};
use crate::key::StorageKey;
use crate::layers::{RawChange, RawEvent};
use crate::store::read::RawReader;

/// The treatment of a query with a limit.
///
/// These are pointers, so that a program that watches no such query does not contain their code.
pub(super) struct List<K, V> {
    pub(super) read: Read<K, V>,
    pub(super) receive: Receive<K, V>,
}

/// Adds the events of a commit to the state.
type Receive<K, V> = fn(&Changes<K, V>, &mut State<K, V>, Vec<RawChange>);

/// Reads the entities and the window of the query.
type Read<K, V> =
    fn(&Changes<K, V>, &RawReader<'_, V>, &mut State<K, V>, &mut Vec<Error>) -> Result<Vec<(K, V)>>;

impl<K: StorageKey, V: 'static> List<K, V> {
    pub(super) fn new() -> Self {
        Self { read: Changes::read_list, receive: Changes::receive_list }
    }
}

impl<K: StorageKey, V: 'static> Changes<K, V> {
    fn read_list(
        &self,
        reads: &RawReader<'_, V>,
        state: &mut State<K, V>,
        errors: &mut Vec<Error>,
    ) -> Result<Vec<(K, V)>> {
        let query = &self.watched.query;
        let limit = query.limit.unwrap_or(usize::MAX);
        let FirstRows { entities, rows } =
            self.watched.first_rows(reads, Window::size(limit), limit, errors)?;
        state.window = Some(Window::new(rows, limit, query.direction));
        Ok(entities)
    }

    /// Adds the events of a commit to the state.
    fn receive_list(&self, state: &mut State<K, V>, changes: Vec<RawChange>) {
        if let Some(window) = state.window.take() {
            state.window = self.receive_window(window, changes, &mut state.ready);
        }
    }

    /// Adds the events of a commit to `ready`. Returns the window after the commit, or `None` if it is lost.
    fn receive_window(
        &self,
        mut window: Window,
        changes: Vec<RawChange>,
        ready: &mut VecDeque<Result<Event<K, V>>>,
    ) -> Option<Window> {
        let mut missed = u64::try_from(changes.len()).unwrap_or(u64::MAX);
        let mut errors = Vec::new();
        let mut commit = 0;
        let mut touched = Vec::new();
        for change in changes {
            commit = change.commit;
            let stored = change.new.filter(|stored| self.watched.shows(stored));
            let rows = stored.map_or(Ok(Vec::new()), |stored| self.watched.rows::<K>(&change.key, &stored));
            let rows = rows.map_err(|error| errors.push(error)).unwrap_or_default();
            touched.push(Touched::new(change.key, rows));
        }
        let steps = window.apply(touched, &mut |after, max| {
            let peeked = self.subscription.peek(|| self.watched.snapshot());
            let fetched = peeked.and_then(|(snapshot, waiting)| {
                let lost = waiting.iter().map(|event| match event {
                    RawEvent::Change(_) => 0,
                    RawEvent::Lagged { missed } => *missed,
                });
                let lost: u64 = lost.sum();
                missed += lost;
                if lost > 0 {
                    return Ok(None);
                }
                let watched = &self.watched;
                let rows = watched.read(&snapshot, |reads| {
                    watched.rows_after::<K>(&reads, &waiting, after, max, &mut errors)
                });
                rows.map(Some)
            });
            fetched.map_err(|error| errors.push(error)).ok().flatten()
        });
        let is_known = steps.is_some();
        ready.extend(steps.into_iter().flatten().filter_map(|step| self.event(commit, step).transpose()));
        ready.extend(errors.into_iter().map(Err));
        if !is_known {
            ready.push_back(Ok(Event::Lagged { missed }));
        }
        is_known.then_some(window)
    }

    /// Returns the event of a step, or `None` if the change is between equal entities.
    fn event(&self, commit: u64, step: Step) -> Result<Option<Event<K, V>>> {
        let key = |row: &Row| self.watched.decode_key(&row.key);
        let entity = |row: &Row| self.watched.layout.decode_at(&row.key, &row.stored);
        Ok(match step {
            Step::Enter { new, at } => {
                Some(Event::Entered { commit, key: key(&new)?, new: entity(&new)?, at })
            }
            Step::Leave { old, at } => Some(Event::Left { commit, key: key(&old)?, old: entity(&old)?, at }),
            Step::Change { old, new, from, to } => {
                let (key, old, new) = (key(&new)?, entity(&old)?, entity(&new)?);
                let is_same = from == to && self.is_same.is_some_and(|is_same| is_same(&old, &new));
                (!is_same).then_some(Event::Changed { commit, key, old, new, from, to })
            }
        })
    }
}
