//! The transport of a client that was given none.

use std::sync::Arc;

#[cfg(feature = "hyper")]
use crate::HyperTransport;
#[cfg(feature = "reqwest")]
use crate::ReqwestTransport;
use crate::{Error, Transport};

/// hyper, because a call costs less on it; reqwest where a proxy is in between, or where the TLS was compiled in for it alone.
pub(crate) fn default_transport(base_url: &str) -> Result<Arc<dyn Transport>, Error> {
    let is_https = base_url.starts_with("https:");
    #[cfg(feature = "hyper")]
    if !is_proxied(base_url) && (!is_https || cfg!(any(feature = "hyper-rustls-ring", feature = "hyper-rustls-aws-lc")))
    {
        let builder = HyperTransport::builder();
        // Without TLS nobody's certificate is looked at, so the system need not have any, and reading them takes a while.
        let builder = if is_https { builder } else { builder.no_system_roots() };
        return Ok(Arc::new(builder.build()?));
    }
    #[cfg(feature = "reqwest")]
    if !is_https || cfg!(any(feature = "rustls-ring", feature = "rustls-aws-lc", feature = "native-tls")) {
        let builder = ReqwestTransport::builder();
        // The same, but that a proxy may speak TLS itself.
        let builder = if is_https || is_proxied(base_url) { builder } else { builder.no_system_roots() };
        return Ok(Arc::new(builder.build()?));
    }
    Err(Error::config(if is_https && cfg!(any(feature = "reqwest", feature = "hyper")) {
        "the default transport was compiled without TLS, so it can not speak https: turn on one of the features `rustls`, \
         `rustls-aws-lc`, `native-tls`, `hyper-rustls` and `hyper-rustls-aws-lc`"
    } else {
        "there is no transport: turn on the feature `rustls` (the crate `telnyx-ai` does) or `hyper-rustls`, or give one by \
         `transport`"
    }))
}

/// Whether the environment or the system names a proxy for this URL: as reqwest finds it, which uses the same matcher.
#[cfg(feature = "reqwest")]
fn is_proxied(url: &str) -> bool {
    let url = url.parse::<http::Uri>();
    url.is_ok_and(|url| hyper_util::client::proxy::matcher::Matcher::from_system().intercept(&url).is_some())
}

/// Nothing here could go through one.
#[cfg(all(feature = "hyper", not(feature = "reqwest")))]
const fn is_proxied(_: &str) -> bool {
    false
}
