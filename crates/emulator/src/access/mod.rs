//! Who may send requests: hosts, sites and API keys.

mod origin;

use std::{net::IpAddr, sync::Arc};

use http::{HeaderMap, Method, Uri, header};

pub(crate) use origin::Refused;

/// Decides who may send requests. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Access(Arc<Settings>);

#[derive(Debug)]
struct Settings {
    api_key: Option<String>,
    /// Host names beside those of this machine.
    allowed_hosts: Vec<String>,
}

impl Access {
    pub(crate) fn new(api_key: Option<String>, allowed_hosts: Vec<String>) -> Self {
        Self(Arc::new(Settings { api_key, allowed_hosts }))
    }

    /// The only API key that is accepted; `None` if any key is.
    pub(crate) fn api_key(&self) -> Option<&str> {
        self.0.api_key.as_deref()
    }

    /// Whether this is the API key of the emulator.
    pub(crate) fn is_api_key(&self, key: &str) -> bool {
        self.api_key().is_some_and(|expected| are_equal(key, expected))
    }

    /// Whether a request has an API key that is accepted.
    pub(crate) fn has_key(&self, headers: &HeaderMap) -> bool {
        match bearer(headers) {
            Some(key) => self.api_key().is_none() || self.is_api_key(key),
            None => false,
        }
    }

    /// Refuses a request for an unknown host, and a request from another site that could change something.
    ///
    /// Without the first, a name of another site that resolves to this machine could read everything (DNS rebinding).
    pub(crate) fn check_origin(
        &self,
        method: &Method,
        uri: &Uri,
        headers: &HeaderMap,
        local: Option<IpAddr>,
    ) -> Result<(), Refused> {
        origin::check(&self.0.allowed_hosts, method, uri, headers, local)
    }
}

/// Compares two texts in a time that does not depend on where they differ.
fn are_equal(one: &str, other: &str) -> bool {
    let differences = one.bytes().zip(other.bytes()).fold(0, |differences, (a, b)| differences | (a ^ b));
    one.len() == other.len() && differences == 0
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, key) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    let key = key.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !key.is_empty()).then_some(key)
}
