//! The conformance suite.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use keyloft::backend::{Snapshot, TransactionBody};
use keyloft::{Read, Result, StorageBackend, delegate_reads};
use keyloft_conformance::{Faulty, Fixture, Place};
use keyloft_postgres::{PostgresBackend, PostgresOptions};

use crate::cluster::{Cluster, new_schema, try_sql};

/// The number of snapshots that a case holds at once.
const SNAPSHOTS: usize = 40;

/// Databases in schemas of their own. A schema is used again after the case, because new tables and connections take longer than
/// most cases.
pub(crate) struct Schemas {
    pub(crate) cluster: Arc<Cluster>,
    pub(crate) unused: Arc<Mutex<Vec<Unused>>>,
}

/// An open database and its schema.
pub(crate) type Unused = (PostgresBackend, String);

/// A database that is emptied and used again when the case has dropped it.
struct Reused {
    backend: PostgresBackend,
    schema: String,
    cluster: Arc<Cluster>,
    unused: Arc<Mutex<Vec<Unused>>>,
}

impl Read for Reused {
    delegate_reads!(self => self.backend);
}

impl StorageBackend for Reused {
    fn snapshot(&self) -> Result<Arc<dyn Snapshot>> {
        self.backend.snapshot()
    }

    fn transact(&self, body: &mut TransactionBody<'_>) -> Result<()> {
        self.backend.transact(body)
    }
}

impl Drop for Reused {
    fn drop(&mut self) {
        if std::thread::panicking() {
            return;
        }
        let schema = format!("\"{}\"", self.schema);
        // A case may have left a snapshot open, which would keep the tables from being emptied.
        let empty = format!(
            "SET lock_timeout = 100; TRUNCATE {schema}.keyloft_entries, {schema}.keyloft_names;
             UPDATE {schema}.keyloft_layout SET catalog = (random() * 1e18)::bigint"
        );
        if try_sql(&self.cluster.connection("owner"), &empty).is_ok() {
            self.unused.lock().unwrap().push((self.backend.clone(), self.schema.clone()));
        }
    }
}

fn options(cluster: &Cluster) -> PostgresOptions {
    cluster.options().snapshots(SNAPSHOTS)
}

impl Fixture for Schemas {
    fn open(&self) -> Arc<dyn StorageBackend> {
        let (cluster, unused) = (Arc::clone(&self.cluster), Arc::clone(&self.unused));
        let found = self.unused.lock().unwrap().pop();
        let (backend, schema) = found.unwrap_or_else(|| {
            let schema = new_schema();
            (options(&cluster).schema(&schema).open().unwrap(), schema)
        });
        Arc::new(Reused { backend, schema, cluster, unused })
    }

    fn place(&self) -> Option<Place> {
        let options = options(&self.cluster);
        Some(Box::new(move || Arc::new(options.clone().open().unwrap())))
    }

    /// A user who loses the right to connect, and the connections.
    fn faulty(&self) -> Option<Faulty> {
        let (cluster, schema) = (Arc::clone(&self.cluster), new_schema());
        let user = schema.replace(' ', "_");
        cluster.sql(&format!("CREATE ROLE {user} LOGIN SUPERUSER"));
        let backend = PostgresOptions::new(cluster.connection(&user)).schema(schema).open().unwrap();
        let fails = AtomicBool::new(false);
        let fail = move |now: bool| {
            if fails.swap(now, Ordering::Relaxed) == now {
                return;
            }
            let login = if now { "NOLOGIN" } else { "LOGIN" };
            cluster.sql(&format!("ALTER ROLE {user} {login}"));
            if now {
                let end = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity";
                cluster.sql(&format!("{end} WHERE usename = '{user}'"));
            }
        };
        Some(Faulty { backend: Arc::new(backend), fail: Box::new(fail) })
    }
}
