//! The address of this emulator, for the commands on the pages.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use http::{HeaderMap, Uri, header, request::Parts, uri::Authority};

use super::Console;

/// The address in the browser, and an API key for it.
#[derive(Debug)]
pub(super) struct Address {
    host: String,
    key: &'static str,
}

impl FromRequestParts<Console> for Address {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, console: &Console) -> Result<Self, Infallible> {
        let host = host(&parts.headers, &parts.uri);
        Ok(Self {
            host: host.map_or_else(|| "localhost".to_owned(), |host| host.to_string()),
            key: if console.app.access.api_key().is_some() { "YOUR_KEY" } else { "any" },
        })
    }
}

impl Address {
    /// A curl command that sends a request with an optional body.
    pub(super) fn curl(&self, path: &str, body: Option<&str>) -> String {
        let Self { host, key } = self;
        let mut command = format!("curl {host}/v2/ai{path} \\\n  -H 'authorization: Bearer {key}'");
        if let Some(body) = body {
            command.push_str(" -H 'content-type: application/json' \\\n  -d '");
            command.push_str(body);
            command.push('\'');
        }
        command
    }
}

/// The host and port that a request was sent to.
pub(super) fn host(headers: &HeaderMap, uri: &Uri) -> Option<Authority> {
    match headers.get(header::HOST) {
        Some(host) => host.to_str().ok()?.parse().ok(),
        None => uri.authority().cloned(),
    }
}
