//! Commits whose connection is lost.

use std::sync::{Arc, Barrier};
use std::thread;
use std::time::Duration;

use keyloft::prelude::*;
use keyloft::{Partition, Read, StorageBackendExt};
use keyloft_postgres::{PostgresBackend, PostgresOptions};

use crate::cluster::{Cluster, new_schema};

fn put(db: &PostgresBackend, value: &[u8]) -> Result<u32> {
    let mut runs = 0;
    db.transaction(|tx| {
        runs += 1;
        tx.put(&Partition::from("notes"), b"a", value)
    })
    .map(|()| runs)
}

fn value(db: &PostgresBackend) -> Vec<u8> {
    let mut found = Vec::new();
    db.get(&Partition::from("notes"), b"a", &mut |value| found = value.to_vec()).unwrap();
    found
}

/// Opens a database as a new user, whose connections can be ended apart from those of other tests.
fn open(cluster: &Cluster, user: &str, settings: &str) -> PostgresBackend {
    cluster.sql(&format!("CREATE ROLE {user} LOGIN SUPERUSER; {settings}"));
    PostgresOptions::new(cluster.connection(user)).schema(new_schema()).open().unwrap()
}

/// Ends the user's connection that waits for this, as soon as it does.
fn end_waiting(cluster: &Cluster, user: &str, event: &str) {
    let end = format!(
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE usename = '{user}' AND wait_event = '{event}'"
    );
    while cluster.sql(&end).is_empty() {
        thread::sleep(Duration::from_millis(10));
    }
}

/// The server has committed, and waits for a replica before it answers.
pub(crate) fn that_the_server_has_stored_are_told_so(cluster: &Arc<Cluster>) {
    let user = "replicated";
    let db = open(cluster, user, "");
    put(&db, b"before").unwrap();
    // Only connections that wait for their commits wait for the replica, which does not exist.
    cluster.sql("ALTER SYSTEM SET synchronous_standby_names = 'nobody'");
    cluster.sql("SELECT pg_reload_conf(); ALTER ROLE replicated SET synchronous_commit = on");
    cluster.sql(&format!(
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE usename = '{user}'"
    ));
    thread::scope(|scope| {
        let stored = scope.spawn(|| put(&db, b"stored"));
        end_waiting(cluster, user, "SyncRep");
        assert_eq!(stored.join().unwrap().unwrap(), 1, "it did not run again");
    });
    cluster.sql("ALTER ROLE replicated RESET synchronous_commit");
    assert_eq!(value(&db), b"stored");
}

/// The server was waiting for another transaction, and had not come to the commit.
pub(crate) fn that_the_server_has_not_stored_run_again(cluster: &Arc<Cluster>) {
    let user = "blocked";
    let db = open(cluster, user, "");
    put(&db, b"before").unwrap();
    let (written, ended) = (Barrier::new(2), Barrier::new(2));
    let (written, ended, db) = (&written, &ended, &db);
    thread::scope(|scope| {
        let first = scope.spawn(move || {
            let mut runs = 0;
            db.transaction(|tx| {
                runs += 1;
                tx.put(&Partition::from("notes"), b"a", b"first")?;
                // A read sends the write.
                tx.count(&Partition::from("notes"), keyloft::backend::KeyRange::ALL)?;
                if runs == 1 {
                    written.wait();
                    ended.wait();
                }
                Ok(())
            })
        });
        written.wait();
        let second = scope.spawn(|| put(db, b"second"));
        end_waiting(cluster, user, "transactionid");
        ended.wait();
        first.join().unwrap().unwrap();
        assert!(second.join().unwrap().unwrap() > 1, "it ran again");
    });
}
