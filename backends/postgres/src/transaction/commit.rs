//! The commit of a transaction.

use futures_util::join;
use keyloft::{ErrorKind, Partition, Result};
use tokio_postgres::Error as PgError;
use tokio_postgres::error::SqlState;

use super::PostgresTransaction;
use super::flight::{BEGIN, Doom, fit_together, send_all};
use crate::client::Connection;
use crate::error::{Failure, failed, is_conflict, is_disconnected};
use crate::outcome::{self, Outcome};

/// The action of errors of a commit.
const COMMIT: &str = "commit to";

/// The end of a run.
pub(crate) enum End {
    Committed,
    /// Nothing was written, and the body must run again.
    Again(Doom),
}

/// The answers to the statements of a commit, in the order in which the server ran them.
struct Answers {
    begun: Result<(), PgError>,
    /// The transaction's id.
    id: Result<Option<String>, PgError>,
    catalog: Result<(), PgError>,
    sent: Result<(), PgError>,
    told: Result<(), PgError>,
    committed: Result<(), PgError>,
}

impl PostgresTransaction<'_> {
    /// Commits the writes, in one round trip with those that were not sent yet.
    pub(crate) fn commit(mut self) -> Result<End> {
        if let Some(place) = self.place_to_send_first()? {
            self.send_writes(&place)?;
            if let Some(doom) = self.doom() {
                return Ok(End::Again(doom));
            }
        }
        let state = self.state.get_mut();
        if state.has_failed {
            return Err(ErrorKind::Aborted.into());
        }
        let has_changes = state.has_written || !state.writes.is_empty();
        if has_changes || state.has_begun {
            let on = match state.lent.take() {
                Some(on) => on,
                None => self.shared.connection()?,
            };
            if state.has_begun && on.client.is_closed() {
                return Ok(End::Again(Doom::Closed));
            }
            let catalog = self.changes_catalog.then(|| fastrand::i64(..));
            let answers = self.ask_to_commit(&on, has_changes, catalog);
            // The server has ended the transaction, whatever it answered.
            self.state.get_mut().has_begun = false;
            let id = answers.id.as_ref().ok().cloned().flatten();
            match answers.error() {
                None => {
                    if let Some(version) = catalog {
                        self.shared.catalog.see(version);
                    }
                }
                Some(failure) => match self.after(failure, &on, has_changes, id)? {
                    End::Committed => {}
                    again @ End::Again(_) => return Ok(again),
                },
            }
        }
        for listener in self.listeners {
            listener.notify();
        }
        Ok(End::Committed)
    }

    /// Returns a partition that is written, if the writes must be sent before the commit.
    fn place_to_send_first(&mut self) -> Result<Option<Partition>> {
        let state = self.state.get_mut();
        if state.writes.is_empty() || state.has_failed {
            return Ok(None);
        }
        let on = match state.lent.take() {
            Some(on) => on,
            None => self.shared.connection()?,
        };
        // Without transaction ids, the commit can't check the version of the catalogs.
        let must_begin = on.statements.guard.is_none() && !state.has_begun;
        state.lent = Some(on);
        let changes = state.writes.changes();
        let must_wait = must_begin || !fit_together(&changes);
        Ok(changes.first().filter(|_| must_wait).map(|change| change.partition().clone()))
    }

    /// Sends the rest of the transaction, without waiting for an answer before the next statement. If one of them fails, the server
    /// refuses those after it, and takes `COMMIT` for a rollback.
    fn ask_to_commit(&mut self, on: &Connection, has_changes: bool, catalog: Option<i64>) -> Answers {
        let state = self.state.get_mut();
        let begins = !state.has_begun;
        let changes = state.writes.changes();
        let version = self.catalog.get().0;
        let notification = self.shared.notification().filter(|_| has_changes);
        let (begun, id, catalog, sent, told, committed) = self.shared.runtime.wait(async {
            join!(
                async { if begins { on.client.batch_execute(BEGIN).await } else { Ok(()) } },
                async {
                    match &on.statements.guard {
                        Some(guard) if has_changes => {
                            on.client.query_one(guard, &[&version]).await?.try_get::<_, String>(0).map(Some)
                        }
                        _ => Ok(None),
                    }
                },
                async {
                    match catalog {
                        Some(version) => {
                            on.client.execute(&on.statements.set_catalog, &[&version]).await.map(drop)
                        }
                        None => Ok(()),
                    }
                },
                send_all(on, &changes),
                async {
                    match notification {
                        Some(statement) => on.client.batch_execute(statement).await,
                        None => Ok(()),
                    }
                },
                on.client.batch_execute("COMMIT"),
            )
        });
        Answers { begun, id, catalog, sent, told, committed }
    }

    /// Returns the end of a run whose commit has failed with this error.
    fn after(&self, failure: Failed, on: &Connection, has_changes: bool, id: Option<String>) -> Result<End> {
        let (shared, Failed { error, is_of_commit }) = (self.shared, failure);
        if !is_disconnected(&error) {
            return match error.code() {
                _ if is_conflict(&error) => Ok(End::Again(Doom::Conflict(error))),
                // It is the guard that divides.
                Some(&SqlState::DIVISION_BY_ZERO) => {
                    let version = shared.runtime.wait(on.client.query_one(&on.statements.catalog, &[]));
                    let version = version.and_then(|row| row.try_get(0));
                    shared.catalog.see(version.map_err(|error| failed(shared.place(), "read", error))?);
                    Ok(End::Again(Doom::Outdated))
                }
                _ => Err(failed(shared.place(), COMMIT, error)),
            };
        }
        // The server ended the connection before it came to the commit.
        let ended_before = !is_of_commit && error.as_db_error().is_some();
        if ended_before || !has_changes {
            return Ok(End::Again(Doom::Lost(error)));
        }
        let outcome = id.map(|id| outcome::of(shared, &id, on.server_run.as_deref()));
        match outcome {
            Some(Outcome::Stored) => Ok(End::Committed),
            Some(Outcome::NotStored) => Ok(End::Again(Doom::Lost(error))),
            Some(Outcome::Unknown) | None => {
                Err(ErrorKind::CommitUnknown { place: shared.place(), source: Box::new(Failure(error)) }
                    .into())
            }
        }
    }
}

/// The first error of a commit's statements. Those after it are its consequence.
struct Failed {
    error: PgError,
    is_of_commit: bool,
}

impl Answers {
    fn error(self) -> Option<Failed> {
        let before = [self.begun, self.id.map(drop), self.catalog, self.sent, self.told];
        let before = before.into_iter().find_map(Result::err);
        match before {
            Some(error) => Some(Failed { error, is_of_commit: false }),
            None => self.committed.err().map(|error| Failed { error, is_of_commit: true }),
        }
    }
}
