//! [`State`]: a transaction's connection, and the statements that are sent on it together.

use std::sync::atomic::Ordering;

use deadpool::managed::Object;
use futures_util::future::join_all;
use futures_util::join;
use keyloft::{Partition, Result};
use tokio_postgres::Error as PgError;

use super::PostgresTransaction;
use crate::client::Connection;
use crate::error::{is_conflict, is_disconnected};
use crate::reads::Session;
use crate::runtime::send;
use crate::shared::Lent;
use crate::writes::{Change, Writes};

/// The most statements that are sent together.
const STATEMENTS: usize = 16;
/// The most times that a run continues after a conflict. A body that never ends must get the error at last.
const CONTINUATIONS: u32 = 8;

pub(super) const BEGIN: &str = "BEGIN ISOLATION LEVEL SERIALIZABLE";
/// The transaction in which a doomed run continues. Its reads don't conflict.
const BEGIN_DOOMED: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ";

/// The connection of a transaction, and its writes that were not sent yet.
#[derive(Default)]
pub(crate) struct State {
    pub(super) lent: Option<Lent>,
    pub(super) has_begun: bool,
    pub(super) writes: Writes,
    /// `true` if a statement that writes was sent.
    pub(super) has_written: bool,
    /// `true` if a statement has failed, so that the transaction can't be committed.
    pub(super) has_failed: bool,
    doom: Option<Doom>,
    continuations: u32,
}

/// The reason why a run's result can't be used.
pub(crate) enum Doom {
    /// Another transaction conflicted with it.
    Conflict(PgError),
    /// The body was told that a version of the catalogs is the present one, which it was not.
    Outdated,
    /// Entries could not be copied. If they can't be inserted either, that has an error to return.
    NotCopied,
    /// The connection was lost, and nothing was committed.
    Lost(PgError),
    /// The connection was closed before the commit.
    Closed,
}

impl PostgresTransaction<'_> {
    /// Returns the reason why the result of this run can't be used.
    pub(crate) fn doom(&self) -> Option<Doom> {
        self.state.borrow_mut().doom.take()
    }

    /// Sends the writes.
    pub(super) fn send_writes(&self, place: &Partition) -> Result<()> {
        self.run(place, async |_| Ok(()))
    }

    /// Runs a statement, after the transaction has begun and, if it depends on them, after the writes.
    fn run_after<T>(
        &self,
        place: &Partition,
        sees_writes: bool,
        statement: &impl AsyncFn(&Connection) -> Result<T, PgError>,
    ) -> Result<T> {
        let state = &mut *self.state.borrow_mut();
        let mut reconnects = true;
        loop {
            let on = match state.lent.take() {
                Some(on) => on,
                None => self.shared.connection()?,
            };
            let was_new = !state.has_begun;
            let done = self.fly(state, &on, sees_writes, statement);
            state.lent = Some(on);
            match done {
                Ok(done) => return Ok(done),
                Err(_) if has_not_copied(state.lent.as_deref()) => {
                    state.writes.copies = false;
                    state.doom.get_or_insert(Doom::NotCopied);
                    state.discard_connection();
                }
                Err(error) if is_conflict(&error) && state.continuations < CONTINUATIONS => {
                    state.continue_doomed(Doom::Conflict(error));
                }
                // A connection that waited in the pool may have been ended meanwhile. Nothing was committed on it.
                Err(error) if was_new && reconnects && is_disconnected(&error) => {
                    reconnects = false;
                    state.discard_connection();
                }
                Err(error) => {
                    state.has_failed = true;
                    return Err(self.shared.read_failed(place, error));
                }
            }
        }
    }

    /// Sends the statements together, and waits for the answers.
    fn fly<T>(
        &self,
        state: &mut State,
        on: &Connection,
        sees_writes: bool,
        statement: &impl AsyncFn(&Connection) -> Result<T, PgError>,
    ) -> Result<T, PgError> {
        let begin_text =
            (!state.has_begun).then_some(if state.doom.is_some() { BEGIN_DOOMED } else { BEGIN });
        state.has_begun = true;
        let changes = if sees_writes { state.writes.changes() } else { Vec::new() };
        state.has_written |= !changes.is_empty();
        let (version, done) = self.shared.runtime.wait(async {
            let begin = async {
                let Some(text) = begin_text else { return Ok(None) };
                let (begun, version) =
                    join!(on.client.batch_execute(text), on.client.query_one(&on.statements.catalog, &[]));
                begun?;
                version?.try_get::<_, i64>(0).map(Some)
            };
            if fit_together(&changes) {
                let (version, sent, done) = join!(begin, send_all(on, &changes), statement(on));
                return (version, sent.and(done));
            }
            match join!(begin, send_all(on, &changes)) {
                (version, Ok(())) => (version, statement(on).await),
                (version, Err(error)) => (version, Err(error)),
            }
        });
        drop(changes);
        if let Some(version) = version? {
            self.check_version(state, version);
        }
        let done = done?;
        if sees_writes {
            state.writes = Writes::new(state.writes.copies);
        }
        Ok(done)
    }

    /// Compares the version of the catalogs with the one that the body was told.
    fn check_version(&self, state: &mut State, version: i64) {
        if version == self.catalog.get().0 {
            return;
        }
        let stamp = self.shared.catalog.stamp_of(version);
        if self.was_told.get() {
            state.doom.get_or_insert(Doom::Outdated);
        } else {
            self.catalog.set((version, stamp));
        }
    }
}

impl Session for PostgresTransaction<'_> {
    fn run<T>(
        &self,
        place: &Partition,
        statement: impl AsyncFn(&Connection) -> Result<T, PgError>,
    ) -> Result<T> {
        self.run_after(place, true, &statement)
    }

    fn run_on_keys<T>(
        &self,
        place: &Partition,
        statement: impl AsyncFn(&Connection) -> Result<T, PgError>,
    ) -> Result<T> {
        self.run_after(place, false, &statement)
    }
}

impl State {
    pub(super) fn new(copies: bool) -> Self {
        let mut state = Self::default();
        state.writes.copies = copies;
        state
    }

    /// Gives up a connection that can't be used any more, and with it the transaction.
    fn discard_connection(&mut self) {
        drop(self.lent.take().map(Object::take));
        self.has_begun = false;
    }

    /// Rolls the transaction back, so that the next statement begins the one in which the run continues.
    fn continue_doomed(&mut self, doom: Doom) {
        self.roll_back();
        self.doom.get_or_insert(doom);
        self.continuations += 1;
    }

    /// Rolls the transaction back, and doesn't wait for the answer.
    pub(super) fn roll_back(&mut self) {
        if let Some(on) = self.lent.as_deref().filter(|_| self.has_begun) {
            send(on.client.batch_execute("ROLLBACK"));
        }
        self.has_begun = false;
    }
}

impl Drop for State {
    fn drop(&mut self) {
        self.roll_back();
    }
}

/// Returns `true` if entries could not be copied on this connection.
fn has_not_copied(on: Option<&Connection>) -> bool {
    on.is_some_and(|on| on.copy_has_failed.load(Ordering::Relaxed))
}

/// Returns `true` if a statement that sees the changes can be sent along with them.
pub(super) fn fit_together(changes: &[Change<'_>]) -> bool {
    changes.len() <= STATEMENTS && !changes.iter().any(Change::has_steps)
}

/// Sends changes, a few statements at a time.
pub(super) async fn send_all(on: &Connection, changes: &[Change<'_>]) -> Result<(), PgError> {
    for together in changes.chunks(STATEMENTS) {
        // All answers are awaited: the first error is the cause of those after it.
        let answers = join_all(together.iter().map(|change| change.send(on))).await;
        answers.into_iter().try_for_each(|answer| answer.map(drop))?;
    }
    Ok(())
}
