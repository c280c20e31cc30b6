//! [`Connection`], and [`Connector`], which makes the connections of a pool.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use deadpool::managed::{Manager, Metrics, RecycleError, RecycleResult};
use futures_util::join;
use tokio_postgres::tls::MakeTlsConnect;
use tokio_postgres::{Client, Config, Error, Socket};

use crate::error::is_disconnected;
use crate::statements::{Sql, Statements};

/// The settings of every session. All statements are of this crate and read by the primary key, so the planner needs no
/// statistics to choose that, and need not choose again for other values.
const SETTINGS: &str = "SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off; SET enable_bitmapscan = off; \
                        SET enable_hashjoin = off; SET enable_mergejoin = off; SET jit = off";

/// The maker of connections, over TLS if the server offers it.
#[cfg(feature = "tls")]
type Tls = tokio_postgres_rustls::MakeRustlsConnect;
#[cfg(not(feature = "tls"))]
type Tls = tokio_postgres::NoTls;

/// A connection that must be served.
type Unserved = tokio_postgres::Connection<Socket, <Tls as MakeTlsConnect<Socket>>::Stream>;

/// A connection with its prepared statements.
pub(crate) struct Connection {
    pub(crate) client: Client,
    pub(crate) statements: Statements,
    /// The run of the server, for [`outcome`](crate::outcome).
    pub(crate) server_run: Option<String>,
    /// `true` after a failed `COPY`. The client then takes the answers to later statements for those to earlier ones, so the
    /// connection is of no use.
    pub(crate) copy_has_failed: AtomicBool,
}

/// The settings of connections, of a pool or of one that listens.
#[derive(Clone)]
pub(crate) struct Connector {
    pub(crate) config: Config,
    pub(crate) sql: Arc<Sql>,
    /// In milliseconds.
    pub(crate) statement_timeout: Option<u128>,
    pub(crate) tls: Tls,
}

impl Connector {
    /// Connects. The connection must be served.
    pub(crate) async fn dial(&self) -> Result<(Client, Unserved), Error> {
        self.config.connect(self.tls.clone()).await
    }

    /// Connects, and serves the connection on the runtime's thread.
    pub(crate) async fn connect(&self) -> Result<Client, Error> {
        let (client, connection) = self.dial().await?;
        // The statement that waits for an answer gets the error of a connection that ends.
        tokio::spawn(async move { drop(connection.await) });
        let (limited, settings) = join!(
            async {
                match self.statement_timeout {
                    Some(millis) => client.batch_execute(&format!("SET statement_timeout = {millis}")).await,
                    None => Ok(()),
                }
            },
            client.batch_execute(SETTINGS)
        );
        // An engine that has no such planner refuses its settings, and works without them.
        match settings {
            Err(error) if is_disconnected(&error) => Err(error),
            _ => limited.map(|()| client),
        }
    }
}

impl Manager for Connector {
    type Type = Connection;
    type Error = Error;

    async fn create(&self) -> Result<Connection, Error> {
        let client = self.connect().await?;
        let statements = Box::pin(self.sql.prepare(&client)).await?;
        let server_run = crate::outcome::server_run(&client).await;
        Ok(Connection { client, statements, server_run, copy_has_failed: AtomicBool::new(false) })
    }

    async fn recycle(&self, connection: &mut Connection, _: &Metrics) -> RecycleResult<Error> {
        if connection.client.is_closed() {
            return Err(RecycleError::message("the connection was closed"));
        }
        Ok(())
    }
}
