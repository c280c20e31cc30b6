//! Failures of the server and of the options: each is a typed error that says what to do, without the password.

use std::error::Error as _;
use std::fmt::Write as _;
use std::net::TcpListener;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Duration;

use keyloft::backend::{Direction, KeyRange};
use keyloft::prelude::*;
use keyloft::{Partition, Read, StorageBackendExt};
use keyloft_postgres::{PostgresBackend, PostgresOptions};

use crate::cluster::{Cluster, new_schema};

/// A password that no text may have.
const PASSWORD: &str = "hunter2-secret";

/// Checks the code of an error and a part of its text, and that neither the text nor a source has the password.
#[track_caller]
pub(crate) fn check<T>(done: Result<T>, code: &str, remedy: &str) {
    let Err(error) = done else { panic!("the call succeeded, instead of {code}") };
    let mut text = format!("{error}\n{error:?}");
    let mut source = error.source();
    while let Some(cause) = source {
        write!(text, "\n{cause}\n{cause:?}").unwrap();
        source = cause.source();
    }
    assert_eq!(error.code(), code, "{text}");
    assert!(error.to_string().contains(remedy), "{error}");
    assert!(!text.contains(PASSWORD), "{text}");
}

fn put(db: &PostgresBackend, key: &[u8]) -> Result<()> {
    db.transaction(|tx| tx.put(&Partition::from("notes"), key, b"value"))
}

pub(crate) fn a_wrong_password_or_user(cluster: &Arc<Cluster>) {
    // The cluster trusts everybody on this host, so the user must be told to have a password.
    let hba = cluster.data().join("pg_hba.conf");
    let rules = std::fs::read_to_string(&hba).unwrap();
    cluster.sql("CREATE ROLE guarded LOGIN PASSWORD 'right'");
    std::fs::write(&hba, format!("host all guarded 127.0.0.1/32 scram-sha-256\n{rules}")).unwrap();
    cluster.sql("SELECT pg_reload_conf()");
    let open = |user: &str, password: &str| {
        let server = cluster.port();
        PostgresBackend::open(format!(
            "postgres://{user}{password}@127.0.0.1:{server}/postgres?sslmode=disable"
        ))
    };
    check(open("guarded", &format!(":{PASSWORD}")), "PermissionDenied", "password authentication failed");
    check(open("guarded", ""), "PermissionDenied", "password");
    check(open("nobody", &format!(":{PASSWORD}")), "PermissionDenied", "check the rights");
}

pub(crate) fn a_wrong_address(cluster: &Arc<Cluster>) {
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let open = |address: String| PostgresBackend::open(format!("postgres://app:{PASSWORD}@{address}"));
    check(open(format!("127.0.0.1:{free}/app")), "Unreachable", "check that the server runs");
    check(open("no-such-host.invalid/app".to_owned()), "Unreachable", "no-such-host.invalid");
    let missing = cluster.connection("owner").replace("dbname=postgres", "dbname=missing");
    check(PostgresBackend::open(missing), "DatabaseMissing", "127.0.0.1");
}

pub(crate) fn a_connection_string_that_is_none(_: &Arc<Cluster>) {
    for text in [
        format!("postgres://app:{PASSWORD}@host:port/app"),
        format!("host=localhost pasword={PASSWORD}"),
        PASSWORD.to_owned(),
    ] {
        check(PostgresBackend::open(text), "Backend", "it is neither");
    }
    let options = PostgresOptions::new(format!("postgres://app:{PASSWORD}@localhost"));
    assert!(!format!("{options:?}").contains(PASSWORD));
    check(options.schema("").open(), "InvalidDatabaseName", "1 to 63 bytes");
}

pub(crate) fn missing_rights(cluster: &Arc<Cluster>) {
    let schema = new_schema();
    let db = cluster.options().schema(&schema).open().unwrap();
    put(&db, b"a").unwrap();
    cluster.sql("CREATE ROLE reader LOGIN");
    let reader = PostgresOptions::new(cluster.connection("reader")).schema(&schema);
    check(reader.clone().open(), "PermissionDenied", "check the rights");
    cluster.grant("SELECT", &schema, "reader");
    let reader = reader.open().unwrap();
    assert!(reader.contains(&Partition::from("notes"), b"a").unwrap());
    check(put(&reader, b"b"), "PermissionDenied", "permission denied");
    check(
        PostgresOptions::new(cluster.connection("reader")).schema(new_schema()).open(),
        "PermissionDenied",
        "rights",
    );
    assert!(!db.contains(&Partition::from("notes"), b"b").unwrap());
}

pub(crate) fn a_server_that_only_reads(cluster: &Arc<Cluster>) {
    let schema = new_schema();
    put(&cluster.options().schema(&schema).open().unwrap(), b"a").unwrap();
    cluster.sql(
        "CREATE ROLE replica LOGIN SUPERUSER; ALTER ROLE replica SET default_transaction_read_only = on",
    );
    let replica = PostgresOptions::new(cluster.connection("replica")).schema(&schema).open().unwrap();
    assert!(replica.contains(&Partition::from("notes"), b"a").unwrap());
    assert_eq!(replica.snapshot().unwrap().count(&Partition::from("notes"), KeyRange::ALL).unwrap(), 1);
    check(put(&replica, b"b"), "ReadOnly", "the primary");
}

pub(crate) fn tables_of_a_newer_version(cluster: &Arc<Cluster>) {
    let schema = new_schema();
    let options = cluster.options().schema(&schema);
    drop(options.clone().open().unwrap());
    cluster.sql(&format!(r#"UPDATE "{schema}".keyloft_layout SET version = 7"#));
    check(options.open(), "NewerVersion", "run a newer program");
}

pub(crate) fn tls_that_the_server_lacks(cluster: &Arc<Cluster>) {
    let connection = cluster.connection("owner").replace("sslmode=disable", "sslmode=require");
    check(PostgresBackend::open(connection), "Unreachable", "server does not support TLS");
}

pub(crate) fn connections_in_use(cluster: &Arc<Cluster>) {
    let options = cluster.options().connections(1).snapshots(2).wait_timeout(Duration::from_millis(200));
    let db = options.open().unwrap();
    put(&db, b"a").unwrap();
    let held: Vec<_> = (0..2).map(|_| db.snapshot().unwrap()).collect();
    check(db.snapshot(), "Exhausted", "drop snapshots, or raise `snapshots`");
    drop(held);
    drop(db.snapshot().unwrap());
    let notes = Partition::from("notes");
    db.scan(&notes, KeyRange::ALL, Direction::Forward, &mut |_, _| {
        check(db.contains(&notes, b"a"), "Exhausted", "or raise `connections`");
        ControlFlow::Continue(())
    })
    .unwrap();
    assert!(db.contains(&notes, b"a").unwrap(), "the connection was given back");
}

pub(crate) fn connections_that_the_server_refuses(cluster: &Arc<Cluster>) {
    let schema = new_schema();
    let db = cluster.options().schema(&schema).open().unwrap();
    cluster.sql("CREATE ROLE narrow LOGIN CONNECTION LIMIT 1");
    cluster.grant("ALL", &schema, "narrow");
    let narrow = PostgresOptions::new(cluster.connection("narrow")).schema(&schema).open().unwrap();
    let notes = Partition::from("notes");
    put(&narrow, b"a").unwrap();
    let refused = narrow.transaction(|tx| {
        assert!(tx.contains(&notes, b"a")?);
        check(narrow.contains(&notes, b"a"), "Exhausted", "`max_connections`");
        Ok(())
    });
    refused.unwrap();
    assert!(db.contains(&notes, b"a").unwrap());
}

pub(crate) fn statements_that_take_too_long(cluster: &Arc<Cluster>) {
    let options = cluster.options();
    let db = options.clone().statement_timeout(Duration::from_millis(150)).open().unwrap();
    put(&db, b"a").unwrap();
    let other = options.open().unwrap();
    // A row that another transaction has written is locked until its end.
    other
        .transaction(|tx| {
            tx.put(&Partition::from("notes"), b"a", b"other")?;
            assert_eq!(tx.count(&Partition::from("notes"), KeyRange::ALL)?, 1);
            check(put(&db, b"a"), "TimedOut", "raise the time-out");
            Ok(())
        })
        .unwrap();
    put(&db, b"a").unwrap();
}

/// The server's error, as it reports a disk without space.
pub(crate) fn a_full_disk(cluster: &Arc<Cluster>) {
    let schema = new_schema();
    let db = cluster.options().schema(&schema).open().unwrap();
    put(&db, b"a").unwrap();
    cluster.sql(&format!(
        "CREATE FUNCTION \"{schema}\".fill() RETURNS trigger LANGUAGE plpgsql AS
         $$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full'; END $$;
         CREATE TRIGGER fill BEFORE INSERT ON \"{schema}\".keyloft_entries
         FOR EACH ROW EXECUTE FUNCTION \"{schema}\".fill()"
    ));
    check(put(&db, b"b"), "StorageFull", "could not extend file");
    let many = db.transaction(|tx| {
        (0..5_000_u32).try_for_each(|key| tx.put(&Partition::from("notes"), &key.to_be_bytes(), b""))
    });
    check(many, "StorageFull", "could not extend file");
    cluster.sql(&format!("DROP TRIGGER fill ON \"{schema}\".keyloft_entries"));
    put(&db, b"b").unwrap();
    assert_eq!(db.count(&Partition::from("notes"), KeyRange::ALL).unwrap(), 2);
}

pub(crate) fn a_transaction_that_always_conflicts(cluster: &Arc<Cluster>) {
    let db = cluster.options().runs(3).open().unwrap();
    let notes = Partition::from("notes");
    let mut runs = 0;
    let done = db.transact(&mut |tx| {
        runs += 1;
        tx.contains(&notes, b"a")?;
        std::thread::scope(|scope| scope.spawn(|| put(&db, b"a")).join()).unwrap()?;
        tx.put(&notes, b"a", b"mine")
    });
    check(done, "Conflict", "in 3 runs");
    assert_eq!(runs, 3);
}

pub(crate) fn a_connection_that_ends(cluster: &Arc<Cluster>) {
    cluster.sql("CREATE ROLE ended LOGIN SUPERUSER");
    let db = PostgresOptions::new(cluster.connection("ended")).schema(new_schema()).open().unwrap();
    let notes = Partition::from("notes");
    put(&db, b"a").unwrap();
    let end = || {
        cluster.sql("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE usename = 'ended'");
    };
    let snapshot = db.snapshot().unwrap();
    end();
    check(snapshot.contains(&notes, b"a"), "Unreachable", "call again");
    drop(snapshot);
    assert!(db.contains(&notes, b"a").unwrap(), "the pool connects again");
    let lost = db.transaction(|tx| {
        tx.contains(&notes, b"a")?;
        end();
        tx.contains(&notes, b"a")
    });
    check(lost, "Unreachable", "call again");
    // Before the commit nothing is lost: the body runs again.
    let mut runs = 0;
    let done = db.transaction(|tx| {
        runs += 1;
        tx.contains(&notes, b"b")?;
        tx.put(&notes, b"b", b"")?;
        if runs == 1 {
            end();
        }
        Ok(())
    });
    done.unwrap();
    assert_eq!((runs, db.contains(&notes, b"b").unwrap()), (2, true));
}

pub(crate) fn a_call_inside_another_runtime(cluster: &Arc<Cluster>) {
    for builder in
        [tokio::runtime::Builder::new_current_thread(), tokio::runtime::Builder::new_multi_thread()]
    {
        let (mut builder, options) = (builder, cluster.options());
        builder.enable_all().build().unwrap().block_on(async {
            let db = options.open().unwrap();
            put(&db, b"a").unwrap();
            assert!(db.snapshot().unwrap().contains(&Partition::from("notes"), b"a").unwrap());
        });
    }
}
