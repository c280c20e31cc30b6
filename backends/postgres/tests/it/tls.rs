//! Connections over TLS, to a server with a certificate of a private authority.

use std::sync::Arc;

use keyloft::prelude::*;
use keyloft_postgres::{PostgresBackend, PostgresOptions};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};

use crate::cluster::{Cluster, new_schema};
use crate::failures::check;

/// What the server runs in the folder of its data, to have an authority and a certificate for `localhost`.
const CERTIFY: &str = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=authority -keyout ca.key -out ca.crt && \
    openssl req -newkey rsa:2048 -nodes -subj /CN=localhost -addext subjectAltName=DNS:localhost -keyout server.key \
    -out server.csr && openssl x509 -req -in server.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 2 \
    -copy_extensions copy -out server.crt && chmod 600 server.key";

fn certify(cluster: &Cluster) -> ClientConfig {
    cluster.sql(&format!("COPY (SELECT 1) TO PROGRAM '({CERTIFY}) > /dev/null 2>&1'"));
    // A user who may connect only over TLS.
    let hba = cluster.data().join("pg_hba.conf");
    let rules = std::fs::read_to_string(&hba).unwrap();
    std::fs::write(&hba, format!("hostssl all private all trust\nhost all private all reject\n{rules}"))
        .unwrap();
    cluster.sql("CREATE ROLE private LOGIN SUPERUSER");
    cluster.sql("ALTER SYSTEM SET ssl = on");
    cluster.sql("SELECT pg_reload_conf()");
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(cluster.data().join("ca.crt")).unwrap()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    config.with_root_certificates(roots).with_no_client_auth()
}

pub(crate) fn needs_a_certificate_that_is_trusted(_: &Arc<Cluster>) {
    let cluster = Cluster::start("").unwrap();
    let config = certify(&cluster);
    let port = cluster.port();
    let options = |host: &str, mode: &str| {
        let connection = format!("postgres://private@{host}:{port}/postgres?sslmode={mode}");
        PostgresOptions::new(connection).schema(new_schema())
    };
    let wait = std::time::Instant::now();
    while cluster.sql("SHOW ssl") != ["on"] {
        assert!(wait.elapsed().as_secs() < 60);
    }
    check(options("localhost", "disable").open(), "PermissionDenied", "check the rights");
    check(options("localhost", "require").open(), "Unreachable", "invalid peer certificate");
    check(
        PostgresBackend::open(format!("postgres://private@127.0.0.1:{port}/postgres")),
        "Unreachable",
        "certificate",
    );
    check(options("127.0.0.1", "require").tls(config.clone()).open(), "Unreachable", "not valid for name");

    let notes = Table::<u32, String>::new(
        Arc::new(options("localhost", "require").tls(config).open().unwrap()),
        "notes",
    );
    notes.put(&1, &"milk".into()).unwrap();
    assert_eq!(notes.get(&1).unwrap().as_deref(), Some("milk"));
    assert_ne!(cluster.sql("SELECT count(*) FROM pg_stat_ssl WHERE ssl"), ["0"]);
}
