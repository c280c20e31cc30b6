//! [`PostgresBackend`]: the backend.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Arc, Weak};

use futures_util::join;
use keyloft::backend::{
    BackendId, CatalogStamp, Direction, Entered, KeyRange, Notify, TransactionBody, Visit,
};
use keyloft::error::Place;
use keyloft::{Error, ErrorKind, Partition, Read, Result, Snapshot, StorageBackend};
use tokio_postgres::{Error as PgError, Row};

use crate::backoff::Backoff;
use crate::client::Connection;
use crate::error::{Failure, is_disconnected};
use crate::options::PostgresOptions;
use crate::reads::{self, Session};
use crate::shared::Shared;
use crate::snapshot::{PostgresSnapshot, View};
use crate::stored::{stored_key, stored_name};
use crate::transaction::{Doom, End, PostgresTransaction};

/// A database in PostgreSQL. Clones are handles to the same database, with the same connections.
///
/// ```no_run
/// use std::sync::Arc;
/// use keyloft::prelude::*;
/// use keyloft_postgres::PostgresBackend;
///
/// let backend = Arc::new(PostgresBackend::open("postgres://app@localhost/app")?);
/// let notes = Table::<u64, String>::new(backend, "notes");
/// notes.put(&1, &"milk".to_owned())?;
/// assert_eq!(notes.get(&1)?.as_deref(), Some("milk"));
/// # Ok::<(), keyloft::Error>(())
/// ```
#[derive(Clone)]
pub struct PostgresBackend {
    shared: Arc<Shared>,
}

/// Reads of the newest state, each on any connection.
struct Newest<'a>(&'a Shared);

impl PostgresBackend {
    /// Opens the database with this [connection string](PostgresOptions::new), with the default options.
    ///
    /// # Errors
    ///
    /// The errors of [`PostgresOptions::open`].
    pub fn open(connection: impl Into<String>) -> Result<Self> {
        PostgresOptions::new(connection).open()
    }

    pub(crate) fn with_options(options: PostgresOptions) -> Result<Self> {
        Ok(Self { shared: Arc::new(Shared::open(options)?) })
    }

    /// Returns the single row of a statement that also reads the version of the catalogs, in its first column.
    fn newest_row(
        &self,
        partition: &Partition,
        statement: &impl AsyncFn(&Connection) -> Result<Row, PgError>,
    ) -> Result<Row> {
        let row = Newest(&self.shared).on_any(partition, statement)?;
        let version = row.try_get(0).map_err(|error| malformed(partition, &error))?;
        self.shared.catalog.see(version);
        Ok(row)
    }

    /// Returns a view of one commit for a scan, which begins with the first page.
    fn view(&self) -> Result<View> {
        Ok(View::new(Arc::clone(&self.shared), self.shared.connection()?))
    }
}

impl Newest<'_> {
    /// Runs a statement, which only reads. It runs again if the connection was ended while it waited in the pool.
    fn on_any<T>(
        &self,
        partition: &Partition,
        statement: &impl AsyncFn(&Connection) -> Result<T, PgError>,
    ) -> Result<T> {
        let Self(shared) = self;
        let on = shared.connection()?;
        let done = match shared.runtime.wait(statement(&on)) {
            Err(error) if is_disconnected(&error) => {
                drop(on);
                let other = shared.connection()?;
                shared.runtime.wait(statement(&other))
            }
            done => done,
        };
        done.map_err(|error| shared.read_failed(partition, error))
    }
}

impl Session for Newest<'_> {
    fn run<T>(
        &self,
        place: &Partition,
        statement: impl AsyncFn(&Connection) -> Result<T, PgError>,
    ) -> Result<T> {
        let (version, done) = self.on_any(place, &async |on: &Connection| {
            // The version is read last. If it is still that of the stamp, no catalog changed before the statement.
            let (done, version) = join!(statement(on), on.client.query_one(&on.statements.catalog, &[]));
            Ok((version?.try_get(0)?, done?))
        })?;
        self.0.catalog.see(version);
        Ok(done)
    }
}

impl Read for PostgresBackend {
    fn get(&self, partition: &Partition, key: &[u8], visit: &mut dyn FnMut(&[u8])) -> Result<bool> {
        let (name, key) = (stored_name(partition), stored_key(key));
        let row = self.newest_row(partition, &async |on: &Connection| {
            on.client.query_one(&on.statements.get_newest, &[&&*name, &&*key]).await
        })?;
        let value: Option<&[u8]> = row.try_get(1).map_err(|error| malformed(partition, &error))?;
        Ok(value.map(visit).is_some())
    }

    fn scan(
        &self,
        partition: &Partition,
        range: KeyRange<'_>,
        direction: Direction,
        visit: &mut Visit<'_>,
    ) -> Result<()> {
        if range.is_empty() { Ok(()) } else { reads::scan(&self.view()?, partition, range, direction, visit) }
    }

    fn partitions(&self) -> Result<Vec<Partition>> {
        reads::partitions(&Newest(&self.shared))
    }

    fn get_many(
        &self,
        partition: &Partition,
        keys: &[&[u8]],
        visit: &mut dyn FnMut(usize, &[u8]),
    ) -> Result<()> {
        reads::get_many(&Newest(&self.shared), partition, keys, visit)
    }

    fn get_batch(&self, keys: &[(&Partition, &[u8])], visit: &mut dyn FnMut(usize, &[u8])) -> Result<()> {
        reads::get_batch(&Newest(&self.shared), keys, visit)
    }

    fn contains(&self, partition: &Partition, key: &[u8]) -> Result<bool> {
        let (name, key) = (stored_name(partition), stored_key(key));
        let row = self.newest_row(partition, &async |on: &Connection| {
            on.client.query_one(&on.statements.contains_newest, &[&&*name, &&*key]).await
        })?;
        row.try_get(1).map_err(|error| malformed(partition, &error))
    }

    fn count(&self, partition: &Partition, range: KeyRange<'_>) -> Result<u64> {
        reads::count(&Newest(&self.shared), partition, range)
    }

    fn catalog_stamp(&self) -> Option<CatalogStamp> {
        self.shared.catalog.stamp()
    }

    fn backend_id(&self) -> Option<BackendId> {
        Some(self.shared.id)
    }
}

impl StorageBackend for PostgresBackend {
    fn on_foreign_commit(&self, listener: Weak<dyn Notify>) {
        self.shared.on_foreign_commit(listener);
    }

    fn snapshot(&self) -> Result<Arc<dyn Snapshot>> {
        Ok(Arc::new(PostgresSnapshot::new(&self.shared)?))
    }

    fn transact(&self, body: &mut TransactionBody<'_>) -> Result<()> {
        let _entered = Entered::engine(self.shared.id)?;
        let mut backoff = Backoff::new(self.shared.options.runs);
        let mut copies = true;
        loop {
            let mut transaction = PostgresTransaction::new(&self.shared, copies);
            // A doomed run may panic because its reads don't fit together. It runs again too.
            let done = catch_unwind(AssertUnwindSafe(|| body(&mut transaction)));
            let doom = match (transaction.doom(), done) {
                (Some(doom), _) => doom,
                (None, Err(panic)) => {
                    drop(transaction);
                    resume_unwind(panic)
                }
                (None, Ok(done)) => match done.and_then(|()| transaction.commit())? {
                    End::Committed => return Ok(()),
                    End::Again(doom) => doom,
                },
            };
            if matches!(doom, Doom::NotCopied) {
                copies = false;
                continue;
            }
            if !backoff.next_run() {
                return Err(given_up(self.shared.place(), backoff.runs(), doom));
            }
        }
    }
}

/// Returns the error of a body that has run as often as it may.
fn given_up(place: Place, tries: u32, doom: Doom) -> Error {
    match doom {
        Doom::Conflict(error) => {
            Error::from(ErrorKind::Conflict { place, tries, source: Box::new(Failure(error)) })
        }
        Doom::Outdated => Error::from(ErrorKind::Conflict {
            place,
            tries,
            source: "the definition of a table has changed".into(),
        }),
        Doom::Closed | Doom::NotCopied => {
            Error::from(ErrorKind::Unreachable { place, source: "the connection was closed".into() })
        }
        Doom::Lost(error) => Error::from(ErrorKind::Unreachable { place, source: Box::new(Failure(error)) }),
    }
}

fn malformed(partition: &Partition, error: &PgError) -> Error {
    Error::from(ErrorKind::Corrupted { place: Place::of(partition), detail: error.to_string() })
}

impl std::fmt::Debug for PostgresBackend {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PostgresBackend").field("place", &self.shared.place()).finish_non_exhaustive()
    }
}
