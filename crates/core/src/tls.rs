//! The TLS configuration of the built-in transport with rustls.

use std::fmt;
use std::sync::Arc;

use rustls::crypto::CryptoProvider;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};

use crate::Error;

/// The crypto provider: aws-lc if enabled, else ring. The default provider of the process is neither used nor set.
fn provider() -> CryptoProvider {
    #[cfg(feature = "rustls-aws-lc")]
    return rustls::crypto::aws_lc_rs::default_provider();
    #[cfg(not(feature = "rustls-aws-lc"))]
    rustls::crypto::ring::default_provider()
}

pub(crate) fn config(root_certificates: &[Vec<u8>], system_roots: bool) -> Result<ClientConfig, Error> {
    Ok(ClientConfig::builder_with_provider(Arc::new(provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| Error::config(format!("cannot set up TLS: {error}")).with_source(error))?
        .with_root_certificates(roots(root_certificates, system_roots)?)
        .with_no_client_auth())
}

fn roots(root_certificates: &[Vec<u8>], system_roots: bool) -> Result<RootCertStore, Error> {
    let unreadable = |error: &dyn fmt::Display| {
        Error::config(format!("cannot read the PEM text passed to `root_certificates`: {error}"))
    };
    let mut roots = RootCertStore::empty();
    for pem in root_certificates {
        let before = roots.len();
        for certificate in CertificateDer::pem_slice_iter(pem) {
            let certificate = certificate.map_err(|error| unreadable(&error))?;
            roots.add(certificate).map_err(|error| unreadable(&error).with_source(error))?;
        }
        if roots.len() == before {
            return Err(unreadable(&"it has no certificate"));
        }
    }
    if system_roots {
        let found = rustls_native_certs::load_native_certs();
        // Most systems have a few invalid certificates, which are ignored.
        let (usable, _) = roots.add_parsable_certificates(found.certs);
        if usable == 0 && roots.is_empty() {
            let why = found.errors.first().map_or_else(|| "there are none".to_owned(), ToString::to_string);
            return Err(Error::config(format!(
                "cannot read the system's root certificates: {why}; install them (package ca-certificates), or pass \
                 certificates to `root_certificates`"
            )));
        }
    }
    Ok(roots)
}
