//! The base URL and the checks that keep the API key from being sent to the wrong place.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use http::Uri;
use http::uri::Authority;

use crate::Error;
use crate::environment::variable;

const DEFAULT: &str = "https://api.telnyx.com/v2";
const ALLOW_PLAIN_HTTP: &str = "TELNYX_ALLOW_PLAIN_HTTP";

/// Reads the base URL from the builder, else from `TELNYX_BASE_URL`, else the default.
pub(crate) fn base_url(given: Option<String>, allow_plain_http: bool) -> Result<Uri, Error> {
    let given = given.or_else(|| variable("TELNYX_BASE_URL")).unwrap_or_else(|| DEFAULT.to_owned());
    let text = given.trim();
    // Text with an `@` may include a password.
    let shown = if may_hold_password(text) { String::new() } else { format!(" {text:?}") };
    let wrong = |why: &str| {
        Error::config(format!("the base URL{shown} {why}; use one like {DEFAULT} (`base_url` or TELNYX_BASE_URL)"))
    };
    if text.is_empty() {
        return Err(wrong("is blank"));
    }
    let uri: Uri = text.parse().map_err(|error| wrong(&format!("is not a URL ({error})")))?;
    let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
        return Err(wrong("has no scheme"));
    };
    if authority.as_str().contains('@') {
        return Err(wrong("has a user name or password, which is not sent: set the key with `api_key`"));
    }
    if uri.query().is_some() || text.contains('#') {
        return Err(wrong("has a query or a fragment"));
    }
    check_host(authority.host()).map_err(|why| wrong(&why))?;
    port(authority).map_err(|why| wrong(&why))?;
    match scheme {
        "https" => Ok(uri),
        "http" if allow_plain_http || is_loopback(authority.host()) || plain_http_is_allowed()? => Ok(uri),
        "http" => Err(Error::config(format!(
            "the base URL {text:?} would send the API key over the network unencrypted: use https, or if you trust the \
             network, allow plain http with `allow_plain_http` or {ALLOW_PLAIN_HTTP}=1"
        ))),
        _ => Err(wrong("is neither http nor https")),
    }
}

pub(crate) fn may_hold_password(url: &str) -> bool {
    url.contains('@')
}

/// Whether a host of a URL is this machine.
pub(crate) fn is_loopback(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost")
        || bare.parse::<IpAddr>().is_ok_and(|address| address.to_canonical().is_loopback())
}

/// The port of a URL. HTTP libraries silently replace a port that is out of range with the default port.
pub(crate) fn port(authority: &Authority) -> Result<Option<u16>, String> {
    let host_and_port = authority.as_str().rsplit('@').next().unwrap_or_default();
    let port = match &host_and_port[authority.host().len()..] {
        "" => return Ok(None),
        rest => rest.strip_prefix(':').unwrap_or(rest),
    };
    match port.parse::<u16>() {
        Ok(number) if number > 0 && number.to_string() == port => Ok(Some(number)),
        _ => Err(format!("has the port {port:?}, which is not a number from 1 to 65535")),
    }
}

/// Rejects hosts that HTTP clients parse in different ways.
fn check_host(host: &str) -> Result<(), String> {
    if host.is_empty() {
        return Err("has no host".to_owned());
    }
    if let Some(address) = host.strip_prefix('[') {
        let is_address = address.strip_suffix(']').is_some_and(|address| address.parse::<Ipv6Addr>().is_ok());
        return is_address.then_some(()).ok_or_else(|| format!("has the host {host}, which is not an IPv6 address"));
    }
    // Some clients read `127.1` and `0x7f000001` as 127.0.0.1.
    let last = host.trim_end_matches('.').rsplit('.').next().unwrap_or_default();
    let is_number = last.to_ascii_lowercase().starts_with("0x") || last.bytes().all(|byte| byte.is_ascii_digit());
    if is_number && host.parse::<Ipv4Addr>().is_err() {
        return Err(format!("has the host {host}, which is not an IPv4 address"));
    }
    Ok(())
}

/// Whether the environment allows plain http to other machines.
fn plain_http_is_allowed() -> Result<bool, Error> {
    match variable(ALLOW_PLAIN_HTTP).as_deref() {
        None | Some("0" | "false") => Ok(false),
        Some("1" | "true") => Ok(true),
        Some(other) => Err(Error::config(format!("{ALLOW_PLAIN_HTTP} is {other:?}: set it to 1 or 0"))),
    }
}
