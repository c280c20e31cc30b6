//! The outcome of a commit whose connection was lost.
//!
//! The server knows it by the transaction's id, which was asked for before the commit. `aborted` is certain: the id of a stored
//! commit is never given again. `committed` is certain only as long as the server has not crashed since the connection began.
//! After a crash, an id whose transaction left no trace on the disk is given again, to a transaction that may be stored.
//! A crash ends all connections and resets the server's statistics. So the time of that reset tells whether there was one.

use std::thread;
use std::time::{Duration, Instant};

use tokio_postgres::Client;

use crate::shared::Shared;

/// The time between two questions.
const PAUSE: Duration = Duration::from_millis(50);

/// The outcome of a commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Stored,
    NotStored,
    Unknown,
}

/// Returns a text that changes with each crash of the server, or `None` if the server has none.
pub(crate) async fn server_run(client: &Client) -> Option<String> {
    let row = client.query_one("SELECT stats_reset::text FROM pg_stat_bgwriter", &[]).await.ok()?;
    row.try_get::<_, Option<String>>(0).ok()?
}

/// Asks the server for the outcome of the transaction of this id, on another connection, until it can tell.
pub(crate) fn of(shared: &Shared, id: &str, server_run: Option<&str>) -> Outcome {
    let since = Instant::now();
    loop {
        match ask(shared, id, server_run) {
            Some(outcome) => return outcome,
            None if since.elapsed() > shared.options.outcome_timeout => return Outcome::Unknown,
            None => thread::sleep(PAUSE),
        }
    }
}

/// Asks once. Returns `None` if the server can't be reached, or still works on the transaction.
fn ask(shared: &Shared, id: &str, server_run: Option<&str>) -> Option<Outcome> {
    let connection = shared.connection().ok()?;
    let asked =
        shared.runtime.wait(connection.client.query_one("SELECT pg_xact_status($1::text::xid8)", &[&id]));
    let status: Option<String> = match asked {
        Ok(row) => row.try_get(0).ok()?,
        // The id was lost in a crash, and not given again yet. The parameter is not at fault otherwise.
        Err(error) if error.code().is_some_and(|code| code.code() == "22023") => {
            return Some(Outcome::NotStored);
        }
        Err(error) if crate::error::is_disconnected(&error) => return None,
        Err(_) => return Some(Outcome::Unknown),
    };
    match status.as_deref() {
        Some("aborted") => Some(Outcome::NotStored),
        Some("committed") if server_run.is_some() && connection.server_run.as_deref() == server_run => {
            Some(Outcome::Stored)
        }
        Some("in progress") => None,
        _ => Some(Outcome::Unknown),
    }
}
