//! URLs that the service calls, whose hosts must be public.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use http::uri::Authority;

use crate::violation::{At, ViolationKind};

/// Checks that a URL has one of the schemes and a host that can be public.
pub(crate) fn check(at: &At<'_>, url: &str, schemes: [&str; 2]) {
    if let Some(reason) = problem(url, schemes) {
        at.add(ViolationKind::Format, format!("'{url}' is not a URL that the service can reach: {reason}."));
    }
}

fn problem(url: &str, schemes: [&str; 2]) -> Option<String> {
    let has_scheme = |(scheme, _): &(&str, &str)| schemes.iter().any(|allowed| allowed.eq_ignore_ascii_case(scheme));
    let Some((_, rest)) = url.split_once("://").filter(has_scheme) else {
        return Some(format!("it must start with {}:// or {}://", schemes[0], schemes[1]));
    };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    match authority.parse::<Authority>() {
        Ok(authority) if is_internal(authority.host()) => Some("its host is internal".to_owned()),
        Ok(authority) if !authority.host().is_empty() => None,
        _ => Some("it has no valid host".to_owned()),
    }
}

fn is_internal(host: &str) -> bool {
    let host = host.trim_start_matches('[').trim_end_matches(']').trim_end_matches('.').to_ascii_lowercase();
    match host.parse() {
        Ok(IpAddr::V4(address)) => is_reserved_v4(address),
        Ok(IpAddr::V6(address)) => match address.to_ipv4_mapped() {
            Some(address) => is_reserved_v4(address),
            None => is_reserved_v6(address),
        },
        Err(_) => {
            let is_below =
                |domain: &str| host == domain || host.strip_suffix(domain).is_some_and(|rest| rest.ends_with('.'));
            ["localhost", "local"].into_iter().any(is_below)
        }
    }
}

fn is_reserved_v4(address: Ipv4Addr) -> bool {
    address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_unspecified()
        || address.is_broadcast()
        || address.is_multicast()
        || address.is_documentation()
}

fn is_reserved_v6(address: Ipv6Addr) -> bool {
    address.is_loopback()
        || address.is_unspecified()
        || address.is_multicast()
        || address.is_unique_local()
        || address.is_unicast_link_local()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn internal_urls_are_rejected() {
        for url in [
            "https://agents.example.com",
            "http://203.0.112.1:8080/path/{{customer}}?a=1",
            "https://[2606:4700::1]/card.json",
            "HTTPS://agents.example.com",
        ] {
            assert_eq!(problem(url, ["https", "http"]), None, "{url}");
        }
        for url in [
            "agents.example.com", "ftp://agents.example.com", "https://", "https://{{host}}/", "http://localhost:9000",
            "http://printer.local", "http://a.localhost.", "http://10.1.2.3", "http://[::1]",
            "http://[::ffff:192.168.0.1]",
        ] {
            assert!(problem(url, ["https", "http"]).is_some(), "{url}");
        }
    }
}
