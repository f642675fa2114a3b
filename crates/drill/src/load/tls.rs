//! TLS to the target: whom it trusts, and which HTTP it agrees on.

mod anyone;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::crypto::aws_lc_rs;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::failure::{Failure, FailureKind};
use super::spec::Protocol;
use crate::error::Error;

/// Which certificates are believed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trust {
    /// Those that this machine trusts.
    System,
    /// Those signed by the certificates of this PEM file.
    File(PathBuf),
    /// Any: it is not known whom the load talks to.
    Anyone,
}

/// TLS to one host.
#[derive(Clone)]
pub struct Tls {
    config: Arc<ClientConfig>,
    name: ServerName<'static>,
}

impl Tls {
    /// `host` is the name or address that the certificate must be for.
    ///
    /// # Errors
    /// A host that no certificate can be for, or certificates that cannot be read.
    pub fn new(host: &str, trust: &Trust) -> Result<Tls, Error> {
        let name = ServerName::try_from(host.to_owned()).map_err(|_| {
            Error::spec(format!("no certificate can be for {host:?}"), "write a host name")
        })?;
        let builder = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|error| Error::spec(format!("TLS cannot be set up: {error}"), NO_HINT))?;
        let config = match trust {
            Trust::System => builder.with_root_certificates(system()?).with_no_client_auth(),
            Trust::File(path) => builder.with_root_certificates(file(path)?).with_no_client_auth(),
            Trust::Anyone => builder
                .dangerous()
                .with_custom_certificate_verifier(Arc::new(anyone::Anyone::new()))
                .with_no_client_auth(),
        };
        Ok(Tls { config: Arc::new(config), name })
    }

    /// The same, which agrees on this protocol only.
    pub(super) fn speaking(mut self, protocol: Protocol) -> Tls {
        let config = Arc::make_mut(&mut self.config);
        config.alpn_protocols = vec![alpn(protocol).to_vec()];
        self
    }

    pub(super) async fn shake_hands(
        &self,
        stream: TcpStream,
        protocol: Protocol,
    ) -> Result<TlsStream<TcpStream>, Failure> {
        let connector = TlsConnector::from(Arc::clone(&self.config));
        let shaken = connector.connect(self.name.clone(), stream).await;
        let stream = shaken.map_err(|error| Failure::new(FailureKind::Tls, error))?;
        // A server without ALPN speaks HTTP/1.1, and can speak nothing else.
        let agreed = stream.get_ref().1.alpn_protocol();
        match protocol {
            Protocol::Http2 if agreed != Some(alpn(protocol)) => {
                Err(Failure::new(FailureKind::Tls, "the server does not agree to HTTP/2"))
            }
            _ => Ok(stream),
        }
    }
}

/// The texts that come with it say what to do.
const NO_HINT: &str = "this is a defect of this program";

fn alpn(protocol: Protocol) -> &'static [u8] {
    match protocol {
        Protocol::Http1 => b"http/1.1",
        Protocol::Http2 => b"h2",
    }
}

fn system() -> Result<RootCertStore, Error> {
    let mut store = RootCertStore::empty();
    // Single certificates that cannot be read are no reason to go without the others.
    let found = rustls_native_certs::load_native_certs();
    store.add_parsable_certificates(found.certs);
    if store.is_empty() {
        return Err(Error::spec(
            "this machine has no trusted certificates",
            "name a file with --ca, or trust anyone with --insecure",
        ));
    }
    Ok(store)
}

fn file(path: &Path) -> Result<RootCertStore, Error> {
    const HINT: &str = "write a PEM file with the certificates of those to be trusted";
    let named =
        |what: &dyn std::fmt::Display| Error::spec(format!("{}: {what}", path.display()), HINT);
    let certificates = CertificateDer::pem_file_iter(path).map_err(|error| named(&error))?;
    let mut store = RootCertStore::empty();
    for certificate in certificates {
        let certificate = certificate.map_err(|error| named(&error))?;
        store.add(certificate).map_err(|error| named(&error))?;
    }
    if store.is_empty() {
        return Err(named(&"holds no certificate"));
    }
    Ok(store)
}
