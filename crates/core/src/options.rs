use std::fmt;
use std::time::Duration;

use http::header::{HeaderMap, HeaderName, HeaderValue};
use serde_json::Value;
use tokio::time::Instant;

use crate::masking::names_a_secret;

pub(crate) const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// The end of a call's deadline, and its length.
pub(crate) type Deadline = (Instant, Duration);

/// The options that a caller set on a [`Call`](crate::Call).
///
/// A mock checks them with [`Call::from_fn`](crate::Call::from_fn). They do not include defaults of the client.
#[derive(Clone, Default)]
pub struct CallOptions {
    pub(crate) timeout: Option<Duration>,
    pub(crate) deadline: Option<Duration>,
    /// The end of the deadline of the wrapper that received these options.
    pub(crate) ends: Option<Instant>,
    pub(crate) max_retries: Option<u32>,
    /// Headers that extend or replace those of the client. Each name occurs once.
    pub(crate) headers: HeaderMap,
    pub(crate) query: Vec<(String, String)>,
    pub(crate) extra_body: Vec<(String, Value)>,
    /// The first invalid argument.
    pub(crate) problem: Option<String>,
}

impl CallOptions {
    /// The time limit of each attempt.
    #[must_use]
    pub const fn timeout(&self) -> Option<Duration> {
        self.timeout
    }

    /// The time limit of the whole call.
    #[must_use]
    pub const fn deadline(&self) -> Option<Duration> {
        self.deadline
    }

    /// The maximum number of retries.
    #[must_use]
    pub const fn max_retries(&self) -> Option<u32> {
        self.max_retries
    }

    /// The value of a header, if it was set and is text.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The idempotency key.
    #[must_use]
    pub fn idempotency_key(&self) -> Option<&str> {
        self.header(IDEMPOTENCY_KEY.as_str())
    }

    /// The first value of a query parameter.
    #[must_use]
    pub fn query(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(present, _)| present == name).map(|(_, value)| value.as_str())
    }

    /// The value of a field that [`Call::extra_body`](crate::Call::extra_body) added to the body.
    #[must_use]
    pub fn extra_body(&self, name: &str) -> Option<&Value> {
        self.extra_body.iter().rev().find(|(present, _)| present == name).map(|(_, value)| value)
    }

    /// Adds other options. All except query parameters replace those of the same name.
    pub(crate) fn merge(&mut self, other: Self) {
        let Self { timeout, deadline, ends, max_retries, headers, query, extra_body, problem } = other;
        self.timeout = timeout.or(self.timeout);
        self.deadline = deadline.or(self.deadline);
        self.ends = ends.or(self.ends);
        self.max_retries = max_retries.or(self.max_retries);
        self.headers.extend(headers);
        self.query.extend(query);
        self.extra_body.extend(extra_body);
        self.problem = self.problem.take().or(problem);
    }

    /// The end of the deadline of a call that starts now. A deadline that the clock cannot represent is no limit.
    pub(crate) fn ends(&self) -> Option<Deadline> {
        let deadline = self.deadline?;
        let at = Instant::now().checked_add(deadline).into_iter().chain(self.ends).min()?;
        Some((at, deadline))
    }

    pub(crate) fn set_text_header(&mut self, name: &str, value: &str) {
        match header(name, value) {
            Ok((name, _)) if name == IDEMPOTENCY_KEY => self.set_idempotency_key(value),
            Ok((name, value)) => {
                self.headers.insert(name, value);
            }
            Err(problem) => self.wrong(problem),
        }
    }

    pub(crate) fn set_idempotency_key(&mut self, key: &str) {
        let invalid = key.chars().find(|c| !c.is_ascii_graphic());
        match (invalid, HeaderValue::from_str(key)) {
            (None, Ok(value)) if (1..=255).contains(&key.len()) => {
                self.headers.insert(IDEMPOTENCY_KEY, value);
            }
            (None, _) => self.wrong(format!("the idempotency key has {} bytes; use 1 to 255", key.len())),
            (Some(c), _) => {
                self.wrong(format!(
                    "the idempotency key has the invalid character {c:?}; use letters, digits, - and _"
                ));
            }
        }
    }

    pub(crate) fn wrong(&mut self, problem: String) {
        self.problem.get_or_insert(problem);
    }
}

/// Shows the names of headers, parameters and fields without their values, which may be secret.
impl fmt::Debug for CallOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallOptions")
            .field("timeout", &self.timeout)
            .field("deadline", &self.deadline)
            .field("max_retries", &self.max_retries)
            .field("headers", &self.headers.keys().collect::<Vec<_>>())
            .field("query", &self.query.iter().map(|(name, _)| name).collect::<Vec<_>>())
            .field("extra_body", &self.extra_body.iter().map(|(name, _)| name).collect::<Vec<_>>())
            .finish_non_exhaustive()
    }
}

/// Headers with which a request could be truncated or confused with another one.
const CONNECTION_HEADERS: [&str; 8] =
    ["connection", "content-length", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade"];

/// Parses a header. A value that may be a secret is marked sensitive, and left out of errors.
pub(crate) fn header(name: &str, value: &str) -> Result<(HeaderName, HeaderValue), String> {
    let name = HeaderName::try_from(name)
        .map_err(|_| format!("{name:?} is not a header name: use letters, digits and hyphens"))?;
    if CONNECTION_HEADERS.contains(&name.as_str()) {
        return Err(format!("the header `{name}` belongs to the connection, so the transport sets it"));
    }
    let mut value = HeaderValue::try_from(value)
        .map_err(|_| format!("the value of the header `{name}` has characters that headers cannot have"))?;
    value.set_sensitive(names_a_secret(name.as_str()));
    Ok((name, value))
}
