//! [`PostgresOptions`]: the options of a database.

use std::fmt;
use std::str::FromStr as _;
use std::time::Duration;

use keyloft::error::Place;
use keyloft::{ErrorKind, Result};
use tokio_postgres::Config;
use tokio_postgres::config::Host;

use crate::PostgresBackend;
use crate::error::ENGINE;

/// The name of the schema if no other is chosen.
const SCHEMA: &str = "keyloft";
/// The length of the longest name that PostgreSQL doesn't truncate.
const MAX_SCHEMA_LEN: usize = 63;

/// The options of a [`PostgresBackend`].
///
/// ```no_run
/// use std::time::Duration;
/// use keyloft_postgres::PostgresOptions;
///
/// let backend = PostgresOptions::new("postgres://app@localhost/app")
///     .schema("shop")
///     .connections(16)
///     .statement_timeout(Duration::from_secs(10))
///     .open()?;
/// # Ok::<(), keyloft::Error>(())
/// ```
#[derive(Clone)]
#[must_use = "options open nothing until `open` is called"]
pub struct PostgresOptions {
    connection: String,
    pub(crate) schema: String,
    pub(crate) connections: usize,
    pub(crate) snapshots: usize,
    pub(crate) runs: u32,
    pub(crate) wait_timeout: Duration,
    pub(crate) statement_timeout: Option<Duration>,
    pub(crate) outcome_timeout: Duration,
    pub(crate) safe_snapshots: bool,
    #[cfg(feature = "tls")]
    pub(crate) tls: Option<rustls::ClientConfig>,
}

impl PostgresOptions {
    /// Creates the options for a database with this connection string, in one of the two forms that PostgreSQL's own clients
    /// take: `postgres://user:password@host:5432/database?sslmode=require`, or
    /// `host=localhost user=app dbname=app connect_timeout=5`.
    ///
    /// Without `sslmode`, TLS is used if the server offers it.
    pub fn new(connection: impl Into<String>) -> Self {
        Self {
            connection: connection.into(),
            schema: SCHEMA.to_owned(),
            connections: 8,
            snapshots: 8,
            runs: 32,
            wait_timeout: Duration::from_secs(10),
            statement_timeout: None,
            outcome_timeout: Duration::from_secs(10),
            safe_snapshots: false,
            #[cfg(feature = "tls")]
            tls: None,
        }
    }

    /// Sets the schema that has the tables. It is created if it does not exist. The default is `keyloft`.
    pub fn schema(mut self, schema: impl Into<String>) -> Self {
        self.schema = schema.into();
        self
    }

    /// Sets the number of connections for transactions and for reads of the newest state. The default is 8.
    ///
    /// A body or a visitor that reads the backend itself needs a second connection while it has the first.
    pub fn connections(mut self, connections: usize) -> Self {
        self.connections = connections.max(1);
        self
    }

    /// Sets the number of snapshots that can be open at once. Each has a connection of its own. The default is 8.
    pub fn snapshots(mut self, snapshots: usize) -> Self {
        self.snapshots = snapshots.max(1);
        self
    }

    /// Sets the number of times that the body of a transaction runs while it conflicts with others. The default is 32.
    pub fn runs(mut self, runs: u32) -> Self {
        self.runs = runs.max(1);
        self
    }

    /// Sets the time to wait for a free connection or snapshot, and for a new connection. The default is 10 seconds.
    pub fn wait_timeout(mut self, timeout: Duration) -> Self {
        self.wait_timeout = timeout;
        self
    }

    /// Sets the time after which the server ends a statement. The default is the server's own, which is none unless its
    /// administrator has set one.
    pub fn statement_timeout(mut self, timeout: Duration) -> Self {
        self.statement_timeout = Some(timeout);
        self
    }

    /// Makes snapshots a part of the order of the transactions: they are `SERIALIZABLE READ ONLY DEFERRABLE`. The default is
    /// `false`.
    ///
    /// Otherwise a snapshot, which is `REPEATABLE READ`, can show a state between two concurrent transactions that would not occur if
    /// one had followed the other. A safe one may wait, until the transactions have ended that were running when it began. So
    /// take none inside a transaction, for which it would wait for ever. Neither makes a writer wait or run again.
    pub fn safe_snapshots(mut self, safe: bool) -> Self {
        self.safe_snapshots = safe;
        self
    }

    /// Sets the time to find out whether a commit was stored whose connection was lost. The default is 10 seconds.
    pub fn outcome_timeout(mut self, timeout: Duration) -> Self {
        self.outcome_timeout = timeout;
        self
    }

    /// Sets the configuration of TLS, for example with the certificate of a private authority. The default trusts the
    /// authorities that the system trusts.
    #[cfg(feature = "tls")]
    pub fn tls(mut self, config: rustls::ClientConfig) -> Self {
        self.tls = Some(config);
        self
    }

    /// Connects, and creates the tables if they do not exist.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Unreachable`], [`ErrorKind::PermissionDenied`], [`ErrorKind::DatabaseMissing`], [`ErrorKind::InvalidDatabaseName`] for the
    /// schema, [`ErrorKind::NewerVersion`] if the tables are of a newer version of this crate, or [`ErrorKind::Backend`].
    pub fn open(self) -> Result<PostgresBackend> {
        PostgresBackend::with_options(self)
    }

    /// Reads the connection string. The client's error is left out, because it may repeat a part of a password.
    pub(crate) fn config(&self) -> Result<Config> {
        let mut config = Config::from_str(&self.connection).map_err(|_| ErrorKind::Backend {
            place: Place::at_path("the connection string"),
            engine: ENGINE,
            action: "read",
            source: "it is neither `postgres://user:password@host:5432/database` nor `host=... user=... dbname=...`; encode \
                     special characters of a URL as `%40`, and quote a value with spaces as `'...'`"
                .into(),
        })?;
        if config.get_application_name().is_none() {
            config.application_name("keyloft");
        }
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(self.wait_timeout);
        }
        Ok(config)
    }

    /// Returns the place of errors: the server, the database and the schema, without user and password.
    pub(crate) fn place(&self, config: &Config) -> Result<Place> {
        let host = config.get_hosts().first().map_or_else(String::new, |host| match host {
            Host::Tcp(name) => name.clone(),
            #[cfg(unix)]
            Host::Unix(path) => path.display().to_string(),
        });
        let port = config.get_ports().first().copied().unwrap_or(5432);
        let database = config.get_dbname().or(config.get_user()).unwrap_or_default();
        let schema = &self.schema;
        if schema.is_empty() || schema.len() > MAX_SCHEMA_LEN || schema.contains('\0') {
            return Err(ErrorKind::InvalidDatabaseName {
                place: Place::at_path(schema),
                reason: "a schema's name has 1 to 63 bytes and no NUL",
            }
            .into());
        }
        Ok(Place::at_path(format!("{host}:{port}/{database}, schema {schema}")))
    }
}

impl fmt::Debug for PostgresOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresOptions").field("schema", &self.schema).finish_non_exhaustive()
    }
}
