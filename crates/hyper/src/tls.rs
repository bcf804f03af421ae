//! TLS by rustls, if a rustls feature is enabled.

#[cfg(not(any(feature = "rustls", feature = "rustls-aws-lc")))]
pub(crate) use disabled::{Secure, Tls};
#[cfg(any(feature = "rustls", feature = "rustls-aws-lc"))]
pub(crate) use enabled::{Secure, Tls};

pub(crate) const HAS_TLS: bool = cfg!(any(feature = "rustls", feature = "rustls-aws-lc"));

#[cfg(any(feature = "rustls", feature = "rustls-aws-lc"))]
mod enabled {
    use std::fmt;
    use std::sync::Arc;

    use rustls::crypto::CryptoProvider;
    use rustls::pki_types::CertificateDer;
    use rustls::pki_types::pem::PemObject as _;
    use rustls::{ClientConfig, RootCertStore};
    use telnyx_ai_core::{Error, ErrorKind};

    /// A connector that adds TLS to the connections of `C` for https URLs.
    pub(crate) type Secure<C> = hyper_rustls::HttpsConnector<C>;

    pub(crate) struct Tls(ClientConfig);

    impl Tls {
        pub(crate) fn new(root_certificates: &[Vec<u8>], system_roots: bool) -> Result<Self, Error> {
            let mut roots = RootCertStore::empty();
            for pem in root_certificates {
                add(&mut roots, pem)?;
            }
            if system_roots {
                add_system(&mut roots)?;
            }
            let config = ClientConfig::builder_with_provider(Arc::new(provider()))
                .with_safe_default_protocol_versions()
                .map_err(|error| {
                    Error::new(ErrorKind::Config, format!("cannot set up TLS: {error}")).with_source(error)
                })?
                .with_root_certificates(roots)
                .with_no_client_auth();
            Ok(Self(config))
        }

        /// Offers `protocols` to the server, the preferred one first.
        pub(crate) fn connector<C>(&self, connector: C, protocols: &[&[u8]]) -> Secure<C> {
            let mut config = self.0.clone();
            config.alpn_protocols = protocols.iter().map(|protocol| protocol.to_vec()).collect();
            Secure::from((connector, config))
        }
    }

    /// The crypto provider: aws-lc if enabled, else ring. The default provider of the process is neither used nor set.
    fn provider() -> CryptoProvider {
        #[cfg(feature = "rustls-aws-lc")]
        return rustls::crypto::aws_lc_rs::default_provider();
        #[cfg(not(feature = "rustls-aws-lc"))]
        rustls::crypto::ring::default_provider()
    }

    fn add(roots: &mut RootCertStore, pem: &[u8]) -> Result<(), Error> {
        let unreadable = |why: &dyn fmt::Display| {
            Error::new(ErrorKind::Config, format!("cannot read the PEM text passed to `root_certificates`: {why}"))
        };
        let before = roots.len();
        for certificate in CertificateDer::pem_slice_iter(pem) {
            let certificate = certificate.map_err(|error| unreadable(&error))?;
            roots.add(certificate).map_err(|error| unreadable(&error).with_source(error))?;
        }
        if roots.len() == before { Err(unreadable(&"it has no certificate")) } else { Ok(()) }
    }

    fn add_system(roots: &mut RootCertStore) -> Result<(), Error> {
        let found = rustls_native_certs::load_native_certs();
        // Most systems have a few invalid certificates, which are ignored.
        let (usable, _) = roots.add_parsable_certificates(found.certs);
        if usable > 0 || !roots.is_empty() {
            return Ok(());
        }
        let why = found.errors.first().map_or_else(|| "there are none".to_owned(), ToString::to_string);
        Err(Error::new(
            ErrorKind::Config,
            format!(
                "cannot read the system's root certificates: {why}; install them (package ca-certificates), pass \
             certificates to `root_certificates`, or call `no_system_roots` if you only use plain http"
            ),
        ))
    }
}

#[cfg(not(any(feature = "rustls", feature = "rustls-aws-lc")))]
mod disabled {
    use telnyx_ai_core::{Error, ErrorKind};

    pub(crate) type Secure<C> = C;

    pub(crate) struct Tls;

    impl Tls {
        pub(crate) fn new(root_certificates: &[Vec<u8>], _: bool) -> Result<Self, Error> {
            if root_certificates.is_empty() {
                return Ok(Self);
            }
            Err(Error::new(
                ErrorKind::Config,
                "`root_certificates` has no effect, because telnyx-ai-hyper was compiled without TLS: enable its feature \
                 `rustls` or `rustls-aws-lc`",
            ))
        }

        pub(crate) fn connector<C>(&self, connector: C, _: &[&[u8]]) -> Secure<C> {
            connector
        }
    }
}
