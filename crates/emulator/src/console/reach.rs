//! How clients reach this emulator, for commands to copy.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use http::request::Parts;

use super::{Console, guard};

/// The address that the browser knows the emulator by, and a key that is good there.
#[derive(Debug)]
pub(super) struct Reach {
    address: String,
    key: &'static str,
}

impl FromRequestParts<Console> for Reach {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, console: &Console) -> Result<Self, Infallible> {
        let host = guard::host(&parts.headers, &parts.uri);
        Ok(Self {
            address: host.map_or_else(|| "localhost".to_owned(), |host| host.to_string()),
            key: if console.app.api_key.is_some() { "YOUR_KEY" } else { "any" },
        })
    }
}

impl Reach {
    /// A command that reads, or where there is a body, sends it.
    pub(super) fn curl(&self, path: &str, body: Option<&str>) -> String {
        let Self { address, key } = self;
        let mut command = format!("curl {address}/v2/ai{path} \\\n  -H 'authorization: Bearer {key}'");
        if let Some(body) = body {
            command.push_str(" -H 'content-type: application/json' \\\n  -d '");
            command.push_str(body);
            command.push('\'');
        }
        command
    }
}
