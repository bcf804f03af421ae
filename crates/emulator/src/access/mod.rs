//! Access control by host, site and API key.

mod origin;

use std::sync::Arc;

use http::{HeaderMap, header};

/// Checks whether requests are allowed. Cloning is cheap.
#[derive(Clone)]
pub(crate) struct Access(Arc<Settings>);

struct Settings {
    api_key: Option<String>,
    /// Allowed host names in addition to those of this machine.
    allowed_hosts: Vec<String>,
}

impl Access {
    pub(crate) fn new(api_key: Option<String>, allowed_hosts: Vec<String>) -> Self {
        // The keys of requests have no spaces at their ends either. An empty key would reject all requests.
        let api_key = api_key.map(|key| key.trim().to_owned()).filter(|key| !key.is_empty());
        Self(Arc::new(Settings { api_key, allowed_hosts }))
    }

    /// The only accepted API key. `None`: any key is accepted.
    pub(crate) fn api_key(&self) -> Option<&str> {
        self.0.api_key.as_deref()
    }

    /// Whether a key is the emulator's API key.
    pub(crate) fn is_api_key(&self, key: &str) -> bool {
        self.api_key().is_some_and(|expected| constant_time_eq(key, expected))
    }

    /// Whether a request has an accepted API key.
    pub(crate) fn has_key(&self, headers: &HeaderMap) -> bool {
        bearer(headers).is_some_and(|key| self.api_key().is_none() || self.is_api_key(key))
    }
}

/// Compares two strings in constant time.
fn constant_time_eq(one: &str, other: &str) -> bool {
    let differences = one.bytes().zip(other.bytes()).fold(0, |differences, (a, b)| differences | (a ^ b));
    one.len() == other.len() && differences == 0
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, key) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    let key = key.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !key.is_empty()).then_some(key)
}
