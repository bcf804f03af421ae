//! Remote agents.

use std::{
    collections::BTreeMap,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
};

use http::uri::Authority;
use telnyx_ai_types::A2aAgent;

use crate::violation::{At, ViolationKind};

/// The maximum length of the URL of an agent, in bytes.
const URL_MAX_BYTES: usize = 2_048;

pub(crate) fn check(at: &mut At<'_>, agents: &[A2aAgent]) {
    let mut names = BTreeMap::new();
    for (n, agent) in agents.iter().enumerate() {
        let mut at = at.item(n);
        if let Some(reason) = url_problem(&agent.url) {
            at.field("url")
                .add(ViolationKind::Format, format!("'{}' is not the URL of an agent: {reason}.", agent.url));
        }
        let tool_name: String =
            agent.name.chars().map(|c| if c.is_ascii_alphanumeric() || c == '_' { c } else { '_' }).collect();
        if let Some(other) = names.insert(tool_name, &agent.name) {
            let message =
                format!("'{}' and '{other}' differ only in punctuation; agents need different names.", agent.name);
            at.field("name").add(ViolationKind::Duplicate, message);
        }
        for (m, header) in agent.headers.iter().flatten().enumerate() {
            let value = header.value.expose();
            let reason = if value.chars().any(char::is_control) {
                "control characters are not allowed in a header"
            } else if value.contains("encryption_secret_ref") {
                "encrypted variables are not resolved in the headers of agents"
            } else {
                continue;
            };
            at.field("headers")
                .item(m)
                .field("value")
                .add(ViolationKind::Format, format!("This value cannot be sent: {reason}."));
        }
    }
}

/// Returns the reason for which a URL cannot be that of an agent.
fn url_problem(url: &str) -> Option<&'static str> {
    if url.len() > URL_MAX_BYTES {
        return Some("it has more than 2,048 bytes");
    }
    let Some(rest) = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://")) else {
        return Some("it must start with http:// or https://");
    };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    match authority.parse::<Authority>() {
        Ok(authority) if is_internal(authority.host()) => Some("its host must be reachable from outside"),
        Ok(authority) if !authority.host().is_empty() => None,
        _ => Some("it has no valid host"),
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
        ] {
            assert_eq!(url_problem(url), None, "{url}");
        }
        for url in [
            "agents.example.com",
            "ftp://agents.example.com",
            "https://",
            "https://{{host}}/",
            "http://localhost:9000",
            "http://printer.local",
            "http://a.localhost.",
            "http://10.1.2.3",
            "http://[::1]",
            "http://[::ffff:192.168.0.1]",
            &format!("https://agents.example.com/{}", "a".repeat(URL_MAX_BYTES)),
        ] {
            assert!(url_problem(url).is_some(), "{url}");
        }
    }
}
