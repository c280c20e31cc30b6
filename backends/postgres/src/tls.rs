//! The configuration of TLS.

use std::io;
use std::sync::Arc;

use rustls::{ClientConfig, RootCertStore, crypto};
use tokio_postgres_rustls::MakeRustlsConnect;

/// Returns what encrypts connections: by the caller's configuration, or with trust in the authorities of the system.
pub(crate) fn connect(config: Option<&ClientConfig>) -> io::Result<MakeRustlsConnect> {
    if let Some(config) = config {
        return Ok(MakeRustlsConnect::new(config.clone()));
    }
    let mut roots = RootCertStore::empty();
    // A certificate that can't be read is not trusted. A server that needs it is refused, with the reason.
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    let config = ClientConfig::builder_with_provider(Arc::new(crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(io::Error::other)?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(MakeRustlsConnect::new(config))
}
