//! The log of requests to the emulator and of the requests that it sends.

pub(crate) mod masking;

use std::{
    collections::VecDeque,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use http::{HeaderMap, HeaderValue, Method};
use jiff::Timestamp;
use parking_lot::Mutex;
use serde_json::{Map, Value, json};

use crate::{json, time};

/// The maximum number of requests that are kept.
const MAX_ENTRIES: usize = 10_000;

/// The maximum size of all kept requests and responses including headers, in bytes.
const MAX_BYTES: usize = 32 * 1024 * 1024;

/// The maximum size of a body that is kept, in bytes.
const MAX_BODY: usize = 1024 * 1024;

/// The maximum number of bytes that are kept of a path, a query or a header value.
const MAX_PART: usize = 4 * 1024;

/// The estimated size of an entry without its strings, in bytes.
const ENTRY_BYTES: usize = 512;

/// The estimated size of a header without its strings, in bytes.
const HEADER_BYTES: usize = 48;

/// The log of the latest requests. Cloning is cheap.
#[derive(Debug, Clone, Default)]
pub(crate) struct RequestLog(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    entries: Mutex<Entries>,
    bytes: Arc<AtomicUsize>,
}

#[derive(Debug, Default)]
struct Entries {
    latest: VecDeque<Arc<Entry>>,
    /// The number of requests since the start.
    count: u64,
}

/// The direction of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Direction {
    /// To the emulator.
    In,
    /// From the emulator: to a webhook or a webhook tool.
    Out,
}

impl Direction {
    /// `in` or `out`.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::In => "in",
            Self::Out => "out",
        }
    }
}

#[derive(Debug)]
pub(crate) struct Head<'a> {
    pub(crate) direction: Direction,
    pub(crate) id: String,
    pub(crate) at: Timestamp,
    pub(crate) method: Method,
    /// The path; for an outgoing request, the URL without its query.
    pub(crate) path: String,
    pub(crate) query: String,
    pub(crate) headers: &'a HeaderMap,
    /// A warning about a part of the request or response that was ignored.
    pub(crate) warning: Option<String>,
}

/// A logged request with its response. Its strings are shortened and masked.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) number: u64,
    pub(crate) direction: Direction,
    id: String,
    pub(crate) at: Timestamp,
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) query: String,
    headers: Vec<(String, String)>,
    warning: Option<String>,
    pub(crate) status: Option<u16>,
    response_headers: Vec<(String, String)>,
    pub(crate) duration: Duration,
    request_body: BodyLog,
    response_body: BodyLog,
}

impl Entry {
    /// The size without the bodies, in bytes.
    fn bytes(&self) -> usize {
        let headers = self.headers.iter().chain(&self.response_headers);
        let headers: usize = headers.map(|(name, value)| HEADER_BYTES + name.len() + value.len()).sum();
        ENTRY_BYTES + self.path.len() + self.query.len() + headers + self.warning.as_ref().map_or(0, String::len)
    }
}

/// A logged body. A body that is too long is dropped. Clones share it.
#[derive(Debug, Clone)]
pub(crate) struct BodyLog(Arc<Mutex<KeptBody>>);

#[derive(Debug)]
struct KeptBody {
    /// The received part. It is masked on output.
    received: Vec<u8>,
    /// The length of the body, which may be more than is kept.
    length: usize,
    /// The size of all bodies in the log, in bytes.
    bytes: Arc<AtomicUsize>,
}

impl KeptBody {
    fn is_too_long(&self) -> bool {
        self.length > MAX_BODY
    }

    fn clear(&mut self) {
        let received = std::mem::take(&mut self.received);
        self.bytes.fetch_sub(received.len(), Ordering::Relaxed);
    }
}

impl Drop for KeptBody {
    fn drop(&mut self) {
        self.clear();
    }
}

impl BodyLog {
    /// Adds a copy of a chunk, which may be a slice of a much larger buffer.
    pub(crate) fn push(&self, piece: &[u8]) {
        let mut body = self.0.lock();
        body.length += piece.len();
        if body.is_too_long() {
            body.clear();
        } else {
            body.bytes.fetch_add(piece.len(), Ordering::Relaxed);
            body.received.extend_from_slice(piece);
        }
    }

    /// The masked body: JSON or a string.
    ///
    /// For a body that was too long to keep, returns its length only.
    fn shown(&self) -> Value {
        let body = self.0.lock();
        if body.length == 0 {
            return Value::Null;
        }
        if body.is_too_long() {
            return format!("({} bytes)", body.length).into();
        }
        match serde_json::from_slice::<Value>(json::strip_bom(&body.received)) {
            Ok(mut json) => {
                masking::mask(&mut json);
                json
            }
            Err(_) => masking::other_body(&body.received),
        }
    }
}

impl RequestLog {
    /// Creates an empty body log.
    pub(crate) fn body(&self) -> BodyLog {
        let bytes = Arc::clone(&self.0.bytes);
        BodyLog(Arc::new(Mutex::new(KeptBody { received: Vec::new(), length: 0, bytes })))
    }

    /// Adds a request and the head of its response. Returns the log of its body.
    pub(crate) fn add(
        &self,
        head: Head<'_>,
        request_body: BodyLog,
        response: Option<(u16, &HeaderMap)>,
        duration: Duration,
    ) -> BodyLog {
        let Head { direction, id, at, method, path, query, headers, warning } = head;
        let response_body = self.body();
        let mut entry = Entry {
            number: 0,
            direction,
            id,
            at,
            method,
            path: truncated(masking::text(&path).into_owned()),
            query: truncated(masking::query(&query)),
            headers: shown_headers(headers),
            warning: warning.map(truncated),
            status: response.map(|(status, _)| status),
            response_headers: response.map(|(_, headers)| shown_headers(headers)).unwrap_or_default(),
            duration,
            request_body,
            response_body: response_body.clone(),
        };
        let bytes = &self.0.bytes;
        bytes.fetch_add(entry.bytes(), Ordering::Relaxed);
        let mut entries = self.0.entries.lock();
        entries.count += 1;
        entry.number = entries.count;
        entries.latest.push_back(Arc::new(entry));
        while entries.latest.len() > MAX_ENTRIES
            || (bytes.load(Ordering::Relaxed) > MAX_BYTES && entries.latest.len() > 1)
        {
            self.remove_oldest(&mut entries);
        }
        response_body
    }

    fn remove_oldest(&self, entries: &mut Entries) -> bool {
        let Some(entry) = entries.latest.pop_front() else { return false };
        self.0.bytes.fetch_sub(entry.bytes(), Ordering::Relaxed);
        true
    }

    pub(crate) fn clear(&self) {
        let mut entries = self.0.entries.lock();
        while self.remove_oldest(&mut entries) {}
    }

    /// The latest `limit` requests that match, oldest first.
    pub(crate) fn list(&self, limit: usize, matches: impl Fn(&Entry) -> bool) -> Vec<LoggedRequest> {
        self.latest(limit, matches).iter().rev().map(|entry| LoggedRequest::of(entry)).collect()
    }

    /// The latest `limit` requests that match, newest first.
    pub(crate) fn latest(&self, limit: usize, matches: impl Fn(&Entry) -> bool) -> Vec<Arc<Entry>> {
        // A snapshot, so that the log is not locked while requests are matched.
        let snapshot = self.0.entries.lock().latest.clone();
        snapshot.into_iter().rev().filter(|entry| matches(entry)).take(limit).collect()
    }

    /// The request with this number, if it is still in the log.
    #[cfg(feature = "console")]
    pub(crate) fn get(&self, number: u64) -> Option<LoggedRequest> {
        let entry = self.0.entries.lock().latest.iter().find(|entry| entry.number == number).cloned();
        entry.map(|entry| LoggedRequest::of(&entry))
    }
}

/// Masks and shortens headers. Keeps their order.
fn shown_headers(headers: &HeaderMap) -> Vec<(String, String)> {
    let shown = |value: &HeaderValue, name| truncated(masking::header(name, value.as_bytes()));
    headers.iter().map(|(name, value)| (name.to_string(), shown(value, name))).collect()
}

/// Shortens a string to [`MAX_PART`] bytes, with the original length at the end.
fn truncated(mut text: String) -> String {
    let length = text.len();
    if length > MAX_PART {
        let end = (0..=MAX_PART).rev().find(|end| text.is_char_boundary(*end)).unwrap_or_default();
        text.truncate(end);
        text.push_str(&format!("… ({length} bytes)"));
        text.shrink_to_fit();
    }
    text
}

/// A request that the emulator received or sent, with its response.
///
/// Secrets are masked (`***`): values of names such as `password`, `api_key` or `token` in JSON, queries and forms, passwords
/// in URLs, and all headers that are not known to be harmless.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct LoggedRequest {
    /// The number of the request, counted from 1 since the start.
    pub number: u64,
    /// The `x-request-id` of the response.
    ///
    /// An outgoing request has an id that is not sent.
    pub id: String,
    /// The direction of the request.
    pub direction: Direction,
    /// The time of the request, by the emulator's clock.
    pub at: telnyx_ai_core::Timestamp,
    /// The time until the response started.
    pub duration: Duration,
    /// The method, such as `GET`.
    pub method: String,
    /// The path, such as `/v2/ai/assistants`.
    ///
    /// At most 4 KiB. For an outgoing request, the URL without its query.
    pub path: String,
    /// The decoded query parameters, in the order received. At most 4 KiB.
    pub query: Vec<(String, String)>,
    /// The headers in the order received, with names in lower case.
    ///
    /// At most 4 KiB for each value.
    pub headers: Vec<(String, String)>,
    /// The body as JSON.
    ///
    /// A string if it is not JSON; `null` if it is empty. For a body of more than 1 MiB, only its length.
    pub body: Value,
    /// The status of the response.
    ///
    /// `None` if the connection was closed or the receiver did not respond.
    pub status: Option<u16>,
    /// The headers of the response.
    pub response_headers: Vec<(String, String)>,
    /// The body of the response, in the form of [`body`](Self::body).
    ///
    /// It contains the part that was sent so far.
    pub response_body: Value,
    /// A warning about ignored headers of a tool or parts of a webhook's response.
    pub warning: Option<String>,
}

impl LoggedRequest {
    fn of(entry: &Entry) -> Self {
        Self {
            number: entry.number,
            id: entry.id.clone(),
            direction: entry.direction,
            at: time::text(entry.at).into(),
            duration: entry.duration,
            method: entry.method.to_string(),
            path: entry.path.clone(),
            query: form_urlencoded::parse(entry.query.as_bytes()).into_owned().collect(),
            headers: entry.headers.clone(),
            body: entry.request_body.shown(),
            status: entry.status,
            response_headers: entry.response_headers.clone(),
            response_body: entry.response_body.shown(),
            warning: entry.warning.clone(),
        }
    }

    /// The value of a request header.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        find(&self.headers, |key| key.eq_ignore_ascii_case(name))
    }

    /// The value of a query parameter.
    #[must_use]
    pub fn query(&self, name: &str) -> Option<&str> {
        find(&self.query, |key| key == name)
    }

    pub(crate) fn to_json(&self) -> Value {
        json!({
            "number": self.number,
            "id": self.id,
            "direction": self.direction.as_str(),
            "at": self.at.as_str(),
            "duration_ms": self.duration.as_secs_f64() * 1_000.0,
            "method": self.method,
            "path": self.path,
            "query": object(&self.query),
            "headers": object(&self.headers),
            "body": self.body,
            "status": self.status,
            "response_headers": object(&self.response_headers),
            "response_body": self.response_body,
            "warning": self.warning,
        })
    }
}

fn find(pairs: &[(String, String)], matches: impl Fn(&str) -> bool) -> Option<&str> {
    pairs.iter().find(|(key, _)| matches(key)).map(|(_, value)| value.as_str())
}

/// Converts pairs to an object. Joins the values of a repeated name with a comma.
fn object(pairs: &[(String, String)]) -> Map<String, Value> {
    let mut object = Map::new();
    for (name, value) in pairs {
        match object.get_mut(name) {
            Some(Value::String(present)) => {
                present.push_str(", ");
                present.push_str(value);
            }
            _ => {
                object.insert(name.clone(), value.as_str().into());
            }
        }
    }
    object
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn body_in_small_chunks_takes_little_more_than_its_length() {
        let log = RequestLog::default();
        let body = log.body();
        (0..1_000).for_each(|_| body.push(b"x"));
        let capacity = body.0.lock().received.capacity();
        assert!((1_000..=2_000).contains(&capacity), "{capacity}");
        assert_eq!((body.shown(), log.0.bytes.load(Ordering::Relaxed)), ("x".repeat(1_000).into(), 1_000));
    }
}
