//! Checks of the host and the origin of requests.

use std::net::IpAddr;

use http::{HeaderMap, Method, Uri, header, uri::Authority};

use super::Access;

/// The reason that a request is rejected.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum OriginError {
    #[error(
        "The emulator does not accept requests for the host '{0}'. To allow this host, start it with --allow-host {0} \
         (in Rust: Builder::allow_host)."
    )]
    UnknownHost(String),
    #[error("The header Host is not a valid host.")]
    InvalidHost,
    #[error("Another site sent this request. Only pages of the emulator itself may change something.")]
    CrossSite,
}

impl Access {
    /// Checks the host and the origin of a request.
    ///
    /// Rejects unknown hosts, and requests from other sites that could change something. The host check prevents DNS
    /// rebinding: a name of another site that resolves to this machine.
    pub(crate) fn check_origin(
        &self,
        method: &Method,
        uri: &Uri,
        headers: &HeaderMap,
        local: Option<IpAddr>,
    ) -> Result<(), OriginError> {
        let mut hosts = headers.get_all(header::HOST).iter();
        // Only in-process and HTTP/1.0 requests have no host. Browsers always send one.
        let host = match hosts.next() {
            None => None,
            Some(host) => {
                let host: Authority =
                    host.to_str().ok().and_then(|host| host.parse().ok()).ok_or(OriginError::InvalidHost)?;
                if hosts.next().is_some() {
                    return Err(OriginError::InvalidHost);
                }
                check_host(&self.0.allowed_hosts, &host, local)?;
                Some(host)
            }
        };
        // An absolute URI takes precedence over the header.
        if let (Some(_), Some(target)) = (&host, uri.authority()) {
            check_host(&self.0.allowed_hosts, target, local)?;
        }
        let reads = matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS);
        if reads || is_same_site(headers, host.as_ref()) { Ok(()) } else { Err(OriginError::CrossSite) }
    }
}

fn check_host(allowed: &[String], host: &Authority, local: Option<IpAddr>) -> Result<(), OriginError> {
    // An authority can have more text around its host, such as `[::1].example` or `user@localhost`.
    let port = host.as_str().strip_prefix(host.host()).ok_or(OriginError::InvalidHost)?;
    if !(port.is_empty() || port.starts_with(':')) {
        return Err(OriginError::InvalidHost);
    }
    let name = host.host().trim_end_matches('.');
    let address: Option<IpAddr> = name.trim_start_matches('[').trim_end_matches(']').parse().ok();
    let is_own = match address {
        Some(address) => address.is_loopback() || local == Some(address),
        None => name.eq_ignore_ascii_case("localhost"),
    };
    let is_allowed =
        |allowed: &String| name.eq_ignore_ascii_case(allowed) || host.as_str().eq_ignore_ascii_case(allowed);
    if is_own || allowed.iter().any(is_allowed) {
        Ok(())
    } else {
        Err(OriginError::UnknownHost(host.host().to_owned()))
    }
}

/// Whether a request comes from the same origin or from no browser.
///
/// Browsers send one of two headers.
fn is_same_site(headers: &HeaderMap, host: Option<&Authority>) -> bool {
    if let Some(site) = headers.get("sec-fetch-site") {
        return site == "same-origin" || site == "none";
    }
    let Some(origin) = headers.get(header::ORIGIN) else { return true };
    let origin = origin.to_str().ok().and_then(|origin| origin.split_once("://")).map(|(_, authority)| authority);
    origin.zip(host).is_some_and(|(origin, host)| origin.eq_ignore_ascii_case(host.as_str()))
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn verdict(method: Method, headers: &[(&'static str, &'static str)]) -> Result<(), OriginError> {
        let headers = headers
            .iter()
            .map(|(name, value)| (name.parse().expect("a name"), HeaderValue::from_static(value)))
            .collect();
        let access = Access::new(None, vec!["emulator".to_owned(), "ci:4010".to_owned()]);
        access.check_origin(&method, &Uri::from_static("/"), &headers, "192.168.0.7".parse().ok())
    }

    #[test]
    fn only_own_and_allowed_hosts_are_accepted() {
        for host in [
            "localhost", "LocalHost:80", "localhost.", "127.0.0.1:4010", "127.8.9.1", "[::1]:4010", "192.168.0.7:4010",
            "emulator:4010", "EMULATOR", "ci:4010",
        ] {
            assert_eq!(verdict(Method::GET, &[("host", host)]), Ok(()), "{host}");
        }
        for host in [
            "evil.example", "10.0.0.1", "192.168.0.8", "127.0.0.1.evil.example", "[::1].evil.example",
            "[::1]evil.example:80", "[::1].", "evil.example@localhost", "localhost@evil.example",
            "localhost.evil.example", "a.localhost", "ci:80", "0.0.0.0", "", "a b",
        ] {
            assert!(verdict(Method::GET, &[("host", host)]).is_err(), "{host}");
        }
    }

    #[test]
    fn other_sites_cannot_change_anything() {
        let from = |headers: &[(&'static str, &'static str)]| {
            let host = [("host", "localhost:4010")];
            verdict(Method::POST, &[&host, headers].concat())
        };
        for headers in [
            &[][..],
            &[("origin", "http://localhost:4010")],
            &[("sec-fetch-site", "none")],
            &[("sec-fetch-site", "same-origin")],
        ] {
            assert_eq!(from(headers), Ok(()), "{headers:?}");
        }
        for headers in [
            &[("origin", "https://evil.example")][..],
            &[("origin", "null")],
            &[("origin", "http://localhost:3000")],
            &[("sec-fetch-site", "cross-site")],
            &[("sec-fetch-site", "same-site"), ("origin", "http://localhost:4010")],
        ] {
            assert_eq!(from(headers), Err(OriginError::CrossSite), "{headers:?}");
        }
        let read = [("host", "localhost"), ("sec-fetch-site", "cross-site")];
        assert_eq!(verdict(Method::GET, &read), Ok(()), "a browser does not let another site read the response");
    }
}
