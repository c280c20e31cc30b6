//! Commits whose connection is lost.

use std::sync::{Arc, Barrier};
use std::thread;
use std::time::Duration;

use keyloft::prelude::*;
use keyloft::{Partition, Read, StorageBackendExt};
use keyloft_postgres::{PostgresBackend, PostgresOptions};

use crate::cluster::{Cluster, new_schema};
use crate::proxy::{Break, Proxy};

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

/// Opens a database through a network that breaks when it is told to.
fn open_through(proxy: &Proxy, user: &str) -> PostgresBackend {
    let connection =
        format!("host=127.0.0.1 port={} user={user} dbname=postgres sslmode=disable", proxy.port);
    PostgresOptions::new(connection).schema(new_schema()).open().unwrap()
}

/// The server has the transaction, and never gets its commit.
pub(crate) fn that_never_reach_the_server_run_again(cluster: &Arc<Cluster>) {
    let proxy = Proxy::to(cluster.port());
    let db = open_through(&proxy, "owner");
    put(&db, b"before").unwrap();
    proxy.break_next(Break::BeforeCommit);
    assert_eq!(put(&db, b"after").unwrap(), 2, "it ran again");
    assert_eq!(value(&db), b"after");
}

/// The number of the transaction was lost with the rest, so the server can't be asked.
pub(crate) fn whose_number_is_lost_are_unknown(cluster: &Arc<Cluster>) {
    let proxy = Proxy::to(cluster.port());
    let db = open_through(&proxy, "owner");
    put(&db, b"before").unwrap();
    proxy.break_next(Break::BeforeAll);
    assert_eq!(put(&db, b"after").unwrap_err().code(), "CommitUnknown");
    assert_eq!(value(&db), b"before");
    assert_eq!(put(&db, b"after").unwrap(), 1);
}

/// The server still works on the commit when it is asked.
pub(crate) fn that_are_not_decided_yet_are_waited_for(cluster: &Arc<Cluster>) {
    let user = "undecided";
    cluster.sql(&format!("CREATE ROLE {user} LOGIN SUPERUSER"));
    let proxy = Proxy::to(cluster.port());
    let db = open_through(&proxy, user);
    put(&db, b"before").unwrap();
    cluster.sql("ALTER SYSTEM SET synchronous_standby_names = 'nobody'");
    cluster.sql("SELECT pg_reload_conf(); ALTER ROLE undecided SET synchronous_commit = on");
    cluster.sql(&format!(
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE usename = '{user}'"
    ));
    proxy.break_next(Break::AfterCommit);
    thread::scope(|scope| {
        let stored = scope.spawn(|| put(&db, b"stored"));
        let waiting = format!("pg_stat_activity WHERE usename = '{user}' AND wait_event = 'SyncRep'");
        while cluster.sql(&format!("SELECT 1 FROM {waiting}")).is_empty() {
            thread::sleep(Duration::from_millis(10));
        }
        // The client asks meanwhile, more than once.
        thread::sleep(Duration::from_millis(300));
        assert!(!stored.is_finished(), "nobody knows the outcome yet");
        cluster.sql("ALTER ROLE undecided RESET synchronous_commit");
        cluster.sql(&format!("SELECT pg_cancel_backend(pid) FROM {waiting}"));
        assert_eq!(stored.join().unwrap().unwrap(), 1, "it did not run again");
    });
    assert_eq!(value(&db), b"stored");
}

/// After a crash, the server gives the number of the lost transaction to another one, and stores that.
pub(crate) fn whose_number_is_given_again_are_unknown(_: &Arc<Cluster>) {
    // What is not committed is not written before the crash.
    let mut cluster = Cluster::start("-c wal_writer_delay=10s -c bgwriter_delay=10s").unwrap();
    let proxy = Proxy::to(cluster.port());
    let db = open_through(&proxy, "owner");
    put(&db, b"before").unwrap();
    let first = cluster_number(&cluster);
    proxy.break_next(Break::BeforeCommit);
    thread::scope(|scope| {
        let unknown = scope.spawn(|| put(&db, b"after"));
        while proxy.is_waiting() {
            thread::sleep(Duration::from_millis(5));
        }
        // The connection breaks a moment later. Until then the answers get through, and no new connection.
        proxy.close(true);
        thread::sleep(Duration::from_millis(600));
        cluster.stop("KILL");
        cluster.restart();
        while cluster_number(&cluster) < first + 10 {}
        proxy.close(false);
        assert_eq!(unknown.join().unwrap().unwrap_err().code(), "CommitUnknown");
    });
    assert_eq!(value(&db), b"before");
}

/// Gives a stored transaction its number, and returns it.
fn cluster_number(cluster: &Cluster) -> u64 {
    cluster.sql("SELECT pg_current_xact_id()")[0].parse().unwrap()
}
