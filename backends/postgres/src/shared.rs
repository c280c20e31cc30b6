//! [`Shared`]: what the handles, the snapshots and the transactions of a database have in common.

use std::sync::{Arc, Weak};

use deadpool::Runtime as PoolRuntime;
use deadpool::managed::{Object, Pool};
use keyloft::backend::{BackendId, Notify};
use keyloft::error::Place;
use keyloft::{Error, ErrorKind, Partition, Result};

use crate::catalog_version::CatalogVersion;
use crate::client::Connector;
use crate::error::{CONNECT, ENGINE, Pooled, failed, not_pooled};
use crate::layout;
use crate::notifications::Notifications;
use crate::options::PostgresOptions;
use crate::runtime::Runtime;
use crate::statements::Sql;

/// A connection from a pool, to which it returns.
pub(crate) type Lent = Object<Connector>;

/// The state that all handles of a database share.
pub(crate) struct Shared {
    /// The pools are dropped before the runtime, so that their connections can say goodbye.
    connections: Pool<Connector>,
    snapshots: Pool<Connector>,
    pub(crate) options: PostgresOptions,
    notifications: Notifications,
    connector: Connector,
    pub(crate) catalog: CatalogVersion,
    pub(crate) id: BackendId,
    place: Place,
    pub(crate) runtime: Runtime,
}

impl Shared {
    pub(crate) fn open(options: PostgresOptions) -> Result<Self> {
        let config = options.config()?;
        let place = options.place(&config)?;
        let runtime = Runtime::start().map_err(|error| unavailable(&place, error))?;
        let sql = Arc::new(Sql::new(&options.schema));
        let connector = Connector {
            config,
            sql: Arc::clone(&sql),
            statement_timeout: options.statement_timeout.map(|time| time.as_millis().max(1)),
            #[cfg(feature = "tls")]
            tls: crate::tls::connect(options.tls.as_ref()).map_err(|error| unavailable(&place, error))?,
            #[cfg(not(feature = "tls"))]
            tls: tokio_postgres::NoTls,
        };
        let catalog = runtime.wait(async {
            let client = connector.connect().await.map_err(|error| failed(place.clone(), CONNECT, error))?;
            layout::open(&client, &sql, &place).await
        })?;
        let pool = |size| {
            Pool::builder(connector.clone())
                .max_size(size)
                .wait_timeout(Some(options.wait_timeout))
                .runtime(PoolRuntime::Tokio1)
                .build()
                .map_err(|error| unavailable(&place, error))
        };
        Ok(Self {
            connections: pool(options.connections)?,
            snapshots: pool(options.snapshots)?,
            notifications: Notifications::new(&options.schema),
            catalog: CatalogVersion::new(catalog),
            connector,
            id: BackendId::unique(),
            place,
            runtime,
            options,
        })
    }

    /// Returns a connection for a transaction or for reads.
    pub(crate) fn connection(&self) -> Result<Lent> {
        self.lend(&self.connections, Pooled::Connections)
    }

    /// Returns a connection for a snapshot.
    pub(crate) fn snapshot_connection(&self) -> Result<Lent> {
        self.lend(&self.snapshots, Pooled::Snapshots)
    }

    fn lend(&self, pool: &Pool<Connector>, pooled: Pooled) -> Result<Lent> {
        self.runtime.wait(pool.get()).map_err(|error| not_pooled(self.place(), pooled, error))
    }

    /// Calls the listener after commits of other processes.
    pub(crate) fn on_foreign_commit(&self, listener: Weak<dyn Notify>) {
        self.notifications.listen(listener, &self.connector, &self.runtime);
    }

    /// Returns the statement by which a commit tells other processes of itself, if any may listen.
    pub(crate) fn notification(&self) -> Option<&str> {
        self.notifications.statement()
    }

    /// Returns the place of errors that concern the whole database.
    pub(crate) fn place(&self) -> Place {
        self.place.clone()
    }

    /// Returns the error of a failed read of a partition.
    pub(crate) fn read_failed(&self, partition: &Partition, error: tokio_postgres::Error) -> Error {
        let place = if crate::error::is_disconnected(&error) { self.place() } else { Place::of(partition) };
        failed(place, "read", error)
    }
}

fn unavailable(place: &Place, error: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::from(ErrorKind::Backend {
        place: place.clone(),
        engine: ENGINE,
        action: CONNECT,
        source: Box::new(error),
    })
}
