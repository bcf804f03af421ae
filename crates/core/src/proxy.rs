//! Detection of the proxy that reqwest uses, and validation of the proxy variables, which reqwest ignores if invalid.

use std::env;

use http::Uri;
use hyper_util::client::proxy::matcher::Matcher;

use crate::Error;
use crate::base_url::{is_loopback, port};

/// The proxy for a base URL, as reqwest finds it in the environment or the system's settings.
///
/// # Errors
/// If a variable names a proxy that cannot be used. reqwest would silently connect to the server directly.
pub(crate) fn proxy_for(base_url: &Uri) -> Result<Option<Uri>, Error> {
    if base_url.host().is_none_or(is_loopback) {
        return Ok(None);
    }
    let no_proxy = env::var("NO_PROXY").or_else(|_| env::var("no_proxy")).unwrap_or_default();
    if no_proxy.split(',').any(|entry| is_exempt(base_url, entry.trim())) {
        return Ok(None);
    }
    // Like reqwest, ignore HTTP_PROXY in a CGI program, where the request header `Proxy` sets it.
    if env::var_os("REQUEST_METHOD").is_none() {
        check_variables(base_url)?;
    }
    Ok(Matcher::from_system().intercept(base_url).map(|proxy| proxy.uri().clone()))
}

/// Whether an entry of `NO_PROXY` exempts a URL.
///
/// reqwest does not know the forms `*.example.com` and `host:port`, and does not apply `*` to IP addresses.
fn is_exempt(url: &Uri, entry: &str) -> bool {
    let default = if url.scheme_str() == Some("https") { 443 } else { 80 };
    let host = match entry.rsplit_once(':') {
        Some((host, port)) if !host.contains(':') || host.ends_with(']') => {
            if port.parse() != Ok(url.port_u16().unwrap_or(default)) {
                return false;
            }
            host
        }
        _ => entry,
    };
    let host = host.trim_matches(['[', ']']);
    let proxied = || Matcher::builder().all("http://proxy").no(host.strip_prefix('*').unwrap_or(host)).build();
    host == "*" || proxied().intercept(url).is_none()
}

fn check_variables(base_url: &Uri) -> Result<(), Error> {
    let of_scheme = if base_url.scheme_str() == Some("https") {
        ["HTTPS_PROXY", "https_proxy"]
    } else {
        ["HTTP_PROXY", "http_proxy"]
    };
    for names in [of_scheme, ["ALL_PROXY", "all_proxy"]] {
        let variable = names.iter().find_map(|name| Some((name, env::var(name).ok()?)));
        let Some((name, value)) = variable.filter(|(_, value)| !value.is_empty()) else { continue };
        return check(&value).map_err(|why| {
            Error::config(format!(
                "the proxy in the environment variable {name} {why}: correct it, or exempt {} in NO_PROXY",
                base_url.host().unwrap_or_default()
            ))
        });
    }
    Ok(())
}

/// Checks that a proxy can be used. The error leaves out its URL, which may have a password.
fn check(proxy: &str) -> Result<(), String> {
    let Some(proxy) = Matcher::builder().all(proxy).build().intercept(&Uri::from_static("http://host/")) else {
        return Err("is not the URL of an http, https, socks5, socks5h, socks4 or socks4a proxy".to_owned());
    };
    let port = proxy.uri().authority().map(port).transpose()?.flatten();
    if port.is_none() && proxy.uri().scheme_str().is_some_and(|scheme| scheme.starts_with("socks")) {
        return Err("has no port, which SOCKS needs, such as 1080".to_owned());
    }
    Ok(())
}
