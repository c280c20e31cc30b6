//! [`Shared`]: what the handles, the snapshots and the transactions of a database have in common.

use std::sync::Arc;

use deadpool::Runtime as PoolRuntime;
use deadpool::managed::{Object, Pool};
use keyloft::backend::BackendId;
use keyloft::error::Place;
use keyloft::{Error, ErrorKind, Partition, Result};

use crate::catalog_version::CatalogVersion;
use crate::client::Connector;
use crate::error::{CONNECT, ENGINE, Pooled, failed, not_pooled};
use crate::layout;
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
        let connector = || -> Result<Connector> {
            Ok(Connector {
                config: config.clone(),
                sql: Arc::clone(&sql),
                statement_timeout: options.statement_timeout.map(|time| time.as_millis().max(1)),
                #[cfg(feature = "tls")]
                tls: crate::tls::connect(options.tls.as_ref()).map_err(|error| unavailable(&place, error))?,
            })
        };
        let catalog = {
            let connector = connector()?;
            runtime.wait(async {
                let connect = async {
                    connector.connect().await.map_err(|error| failed(place.clone(), CONNECT, error))
                };
                let client = connect.await?;
                layout::open(&client, &sql, &place).await
            })?
        };
        let pool = |size| {
            Pool::builder(connector()?)
                .max_size(size)
                .wait_timeout(Some(options.wait_timeout))
                .runtime(PoolRuntime::Tokio1)
                .build()
                .map_err(|error| unavailable(&place, error))
        };
        Ok(Self {
            connections: pool(options.connections)?,
            snapshots: pool(options.snapshots)?,
            catalog: CatalogVersion::new(catalog),
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
