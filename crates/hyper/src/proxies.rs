//! Detection of the proxies that the environment or the system names.

use std::env;
use std::net::IpAddr;

use http::Uri;
use hyper_util::client::proxy::matcher::{Intercept, Matcher};
use telnyx_ai_core::{Error, ErrorKind};

use crate::tls::HAS_TLS;

/// The proxies to use. Without a matcher, there are none.
#[derive(Debug)]
pub(crate) struct Proxies {
    matcher: Option<Matcher>,
    no_proxy: String,
}

impl Proxies {
    pub(crate) const NONE: Self = Self { matcher: None, no_proxy: String::new() };

    /// Reads the proxies from the environment and the system settings.
    ///
    /// # Errors
    /// If a variable names a proxy that cannot be used. The matcher would silently ignore it.
    pub(crate) fn from_system() -> Result<Self, Error> {
        let no_proxy = env::var("NO_PROXY").or_else(|_| env::var("no_proxy")).unwrap_or_default();
        if no_proxy.split(',').any(|entry| entry.trim() == "*") {
            return Ok(Self::NONE);
        }
        // Like hyper-util, ignore HTTP_PROXY in a CGI program, where the request header `Proxy` sets it.
        if env::var_os("REQUEST_METHOD").is_none() {
            for of_scheme in [["HTTP_PROXY", "http_proxy"], ["HTTPS_PROXY", "https_proxy"]] {
                check(&[of_scheme, ["ALL_PROXY", "all_proxy"]])?;
            }
        }
        Ok(Self { matcher: Some(Matcher::from_system()), no_proxy })
    }

    /// The proxy for a URL. A loopback address never has one.
    pub(crate) fn intercept(&self, uri: &Uri) -> Option<Intercept> {
        let proxy = self.matcher.as_ref()?.intercept(uri)?;
        let is_direct =
            uri.host().is_none_or(is_loopback) || self.no_proxy.split(',').any(|entry| is_exempt(uri, entry.trim()));
        (!is_direct).then_some(proxy)
    }
}

/// Whether an entry of `NO_PROXY` exempts a URL.
///
/// The matcher does not know the forms `*.example.com` and `host:port`.
fn is_exempt(url: &Uri, entry: &str) -> bool {
    let host = match entry.rsplit_once(':') {
        Some((host, number)) if !host.contains(':') || host.ends_with(']') => {
            if number.parse() != Ok(port(url)) {
                return false;
            }
            host
        }
        _ => entry,
    };
    let host = host.trim_matches(['[', ']']);
    let proxied = Matcher::builder().all("http://proxy").no(host.strip_prefix('*').unwrap_or(host)).build();
    host == "*" || proxied.intercept(url).is_none()
}

pub(crate) fn port(uri: &Uri) -> u16 {
    let default = if uri.scheme_str() == Some("https") { 443 } else { 80 };
    uri.port_u16().unwrap_or(default)
}

fn is_loopback(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    host.eq_ignore_ascii_case("localhost") || address.is_ok_and(|address| address.to_canonical().is_loopback())
}

/// Checks the first proxy variable that is set. Each pair is one name in upper and lower case.
fn check(variables: &[[&str; 2]]) -> Result<(), Error> {
    for names in variables {
        let variable = names.iter().find_map(|name| Some((name, env::var(name).ok()?)));
        let Some((name, proxy)) = variable.filter(|(_, proxy)| !proxy.is_empty()) else { continue };
        return proxy_problem(proxy).map_or(Ok(()), |why| {
            Err(Error::new(
                ErrorKind::Config,
                format!(
                    "the proxy in the environment variable {name} {why}: correct it, or ignore it with \
                 `HyperTransport::builder().no_proxy()`"
                ),
            ))
        });
    }
    Ok(())
}

/// The reason that a proxy cannot be used. It leaves out the URL, which may have a password.
fn proxy_problem(proxy: String) -> Option<&'static str> {
    let any = Uri::from_static("http://host/");
    let Some(proxy) = Matcher::builder().all(proxy).build().intercept(&any) else {
        return Some("is not the URL of an http, https, socks5 or socks5h proxy");
    };
    match (proxy.uri().scheme_str(), proxy.uri().port_u16()) {
        (Some("socks4" | "socks4a"), _) => Some("is a SOCKS4 proxy, which is not supported; use socks5"),
        (Some("https"), _) if !HAS_TLS => Some("needs TLS; enable the feature `rustls` or `rustls-aws-lc`"),
        (Some("socks5" | "socks5h"), None) => Some("has no valid port, which SOCKS needs, such as 1080"),
        (_, Some(0)) => Some("has the port 0"),
        (_, None) if has_port(proxy.uri()) => Some("has a port that is not a number from 1 to 65535"),
        _ => None,
    }
}

/// Whether a colon follows the host, with or without a valid port.
fn has_port(uri: &Uri) -> bool {
    uri.authority().is_some_and(|authority| authority.as_str() != authority.host())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_of_no_proxy_exempt_hosts_domains_and_ports() {
        let url = Uri::from_static("http://api.example:8080/v2");
        for entry in ["api.example", "example", ".example", "*.example", "api.example:8080", "*.example:8080", "*:8080"]
        {
            assert!(is_exempt(&url, entry), "{entry}");
        }
        for entry in ["", "*.pie", "api.example:80", "*.example:", "127.0.0.1", "::1"] {
            assert!(!is_exempt(&url, entry), "{entry}");
        }
        let url = Uri::from_static("https://[2001:db8::1]/v2");
        for entry in ["2001:db8::1", "[2001:db8::1]", "[2001:db8::1]:443", "2001:db8::/32"] {
            assert!(is_exempt(&url, entry), "{entry}");
        }
        assert!(!is_exempt(&url, "[2001:db8::1]:80"));
    }
}
