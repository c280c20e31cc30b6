//! [`PostgresSnapshot`]: the database at one commit.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use futures_util::join;
use keyloft::backend::{BackendId, CatalogStamp, Direction, KeyRange, ReadTime, Visit};
use keyloft::{Clock, Partition, Read, Result, Snapshot};
use tokio_postgres::Error as PgError;

use crate::client::Connection;
use crate::error::{failed, is_disconnected};
use crate::reads::{self, Session};
use crate::runtime::send;
use crate::shared::{Lent, Shared};

/// A transaction that only reads. It takes no locks that a writer could conflict with.
const BEGIN: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
/// The same in the order of the transactions that write. It may wait for them.
const BEGIN_SAFE: &str = "BEGIN ISOLATION LEVEL SERIALIZABLE READ ONLY DEFERRABLE";

/// A connection inside a transaction that shows one commit. The first statement begins it.
pub(crate) struct View {
    shared: Arc<Shared>,
    connection: Lent,
    has_begun: AtomicBool,
    begin: &'static str,
}

/// The database at one commit.
pub(crate) struct PostgresSnapshot {
    view: View,
    catalog_stamp: Option<CatalogStamp>,
    time: ReadTime,
}

impl View {
    pub(crate) fn new(shared: Arc<Shared>, connection: Lent) -> Self {
        Self { shared, connection, has_begun: AtomicBool::new(false), begin: BEGIN }
    }

    /// Begins the transaction, in one round trip with the first statement and the version of the catalogs.
    fn begin<T>(
        &self,
        statement: &impl AsyncFn(&Connection) -> Result<T, PgError>,
    ) -> Result<(i64, T), PgError> {
        let on = &*self.connection;
        let (begun, version, done) = self.shared.runtime.wait(async {
            join!(
                on.client.batch_execute(self.begin),
                on.client.query_one(&on.statements.catalog, &[]),
                statement(on)
            )
        });
        begun?;
        let version = version?.try_get(0)?;
        Ok((version, done?))
    }
}

impl Session for View {
    fn run<T>(
        &self,
        place: &Partition,
        statement: impl AsyncFn(&Connection) -> Result<T, PgError>,
    ) -> Result<T> {
        let done = if self.has_begun.swap(true, Ordering::Relaxed) {
            self.shared.runtime.wait(statement(&self.connection))
        } else {
            self.begin(&statement).map(|(version, done)| {
                self.shared.catalog.see(version);
                done
            })
        };
        done.map_err(|error| self.shared.read_failed(place, error))
    }
}

impl Drop for View {
    fn drop(&mut self) {
        if self.has_begun.load(Ordering::Relaxed) {
            send(self.connection.client.batch_execute("COMMIT"));
        }
    }
}

impl PostgresSnapshot {
    /// Begins a snapshot of the newest commit.
    pub(crate) fn new(shared: &Arc<Shared>) -> Result<Self> {
        let begun = match Self::begin(shared)? {
            // A connection that waited in the pool may have been ended meanwhile.
            Err(error) if is_disconnected(&error) => Self::begin(shared)?,
            begun => begun,
        };
        begun.map_err(|error| failed(shared.place(), "begin a snapshot of", error))
    }

    fn begin(shared: &Arc<Shared>) -> Result<Result<Self, PgError>> {
        let mut view = View::new(Arc::clone(shared), shared.snapshot_connection()?);
        if shared.options.safe_snapshots {
            view.begin = BEGIN_SAFE;
        }
        view.has_begun.store(true, Ordering::Relaxed);
        Ok(view.begin(&async |_: &Connection| Ok(())).map(|(version, ())| Self {
            view,
            catalog_stamp: shared.catalog.stamp_of(version),
            time: ReadTime::new(),
        }))
    }
}

impl Read for PostgresSnapshot {
    fn get(&self, partition: &Partition, key: &[u8], visit: &mut dyn FnMut(&[u8])) -> Result<bool> {
        reads::get(&self.view, partition, key, visit)
    }

    fn scan(
        &self,
        partition: &Partition,
        range: KeyRange<'_>,
        direction: Direction,
        visit: &mut Visit<'_>,
    ) -> Result<()> {
        reads::scan(&self.view, partition, range, direction, visit)
    }

    fn partitions(&self) -> Result<Vec<Partition>> {
        reads::partitions(&self.view)
    }

    fn get_many(
        &self,
        partition: &Partition,
        keys: &[&[u8]],
        visit: &mut dyn FnMut(usize, &[u8]),
    ) -> Result<()> {
        reads::get_many(&self.view, partition, keys, visit)
    }

    fn get_batch(&self, keys: &[(&Partition, &[u8])], visit: &mut dyn FnMut(usize, &[u8])) -> Result<()> {
        reads::get_batch(&self.view, keys, visit)
    }

    fn contains(&self, partition: &Partition, key: &[u8]) -> Result<bool> {
        reads::contains(&self.view, partition, key)
    }

    fn count(&self, partition: &Partition, range: KeyRange<'_>) -> Result<u64> {
        reads::count(&self.view, partition, range)
    }

    fn catalog_stamp(&self) -> Option<CatalogStamp> {
        self.catalog_stamp
    }

    fn backend_id(&self) -> Option<BackendId> {
        Some(self.view.shared.id)
    }

    fn read_time(&self, clock: &dyn Clock) -> i64 {
        self.time.get(clock)
    }
}

impl Snapshot for PostgresSnapshot {}
