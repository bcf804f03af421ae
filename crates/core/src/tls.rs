//! What HTTPS goes by in both transports: the cryptography, and whom to trust.

use std::fmt;
use std::sync::Arc;

use rustls::crypto::CryptoProvider;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};

use crate::{Error, TransportBuilder};

/// The cryptography: ring, or aws-lc where that was asked for. It is the client's own: what the process's default is, and
/// whether there is one, is the program's business.
fn provider() -> CryptoProvider {
    #[cfg(feature = "hyper-rustls-aws-lc")]
    return rustls::crypto::aws_lc_rs::default_provider();
    #[cfg(not(feature = "hyper-rustls-aws-lc"))]
    rustls::crypto::ring::default_provider()
}

impl<T> TransportBuilder<T> {
    pub(crate) fn tls(&self) -> Result<ClientConfig, Error> {
        Ok(ClientConfig::builder_with_provider(Arc::new(provider()))
            .with_safe_default_protocol_versions()
            .map_err(|error| Error::config(format!("TLS can not be set up: {error}")).with_source(error))?
            .with_root_certificates(self.trusted()?)
            .with_no_client_auth())
    }

    /// The certificates to trust: the system's, and those given.
    fn trusted(&self) -> Result<RootCertStore, Error> {
        let unreadable = |error: &dyn fmt::Display| {
            Error::config(format!("a text that was given as root certificates can not be read: {error}"))
        };
        let mut roots = RootCertStore::empty();
        for pem in &self.root_certificates {
            let before = roots.len();
            for certificate in CertificateDer::pem_slice_iter(pem) {
                let certificate = certificate.map_err(|error| unreadable(&error))?;
                roots.add(certificate).map_err(|error| unreadable(&error).with_source(error))?;
            }
            if roots.len() == before {
                return Err(unreadable(&"it has no PEM certificate in it"));
            }
        }
        if self.system_roots {
            let found = rustls_native_certs::load_native_certs();
            // Systems come with a few that are of no use.
            let (usable, _) = roots.add_parsable_certificates(found.certs);
            if usable == 0 && roots.is_empty() {
                let why = found.errors.first().map_or_else(|| "there are none".to_owned(), ToString::to_string);
                return Err(Error::config(format!(
                    "the system's certificates can not be read: {why}; install them (ca-certificates), or give your own by \
                     `root_certificates`"
                )));
            }
        }
        Ok(roots)
    }
}
