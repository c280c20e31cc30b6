//! The conformance suite.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use keyloft::StorageBackend;
use keyloft_conformance::{Faulty, Fixture, Place};
use keyloft_postgres::PostgresOptions;

use crate::cluster::{Cluster, new_schema};

/// The number of snapshots that a case holds at once.
const SNAPSHOTS: usize = 40;

/// Databases in schemas of their own.
pub(crate) struct Schemas(pub(crate) Arc<Cluster>);

fn backend(options: PostgresOptions) -> Arc<dyn StorageBackend> {
    Arc::new(options.snapshots(SNAPSHOTS).open().unwrap())
}

impl Fixture for Schemas {
    fn open(&self) -> Arc<dyn StorageBackend> {
        backend(self.0.options())
    }

    fn place(&self) -> Option<Place> {
        let options = self.0.options();
        Some(Box::new(move || backend(options.clone())))
    }

    /// A user who loses the right to connect, and the connections.
    fn faulty(&self) -> Option<Faulty> {
        let (cluster, schema) = (Arc::clone(&self.0), new_schema());
        let user = schema.replace(' ', "_");
        cluster.sql(&format!("CREATE ROLE {user} LOGIN SUPERUSER"));
        let backend = backend(PostgresOptions::new(cluster.connection(&user)).schema(schema));
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
        Some(Faulty { backend, fail: Box::new(fail) })
    }
}
