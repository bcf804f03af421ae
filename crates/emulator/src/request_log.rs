//! What was asked of the emulator, and what it asked of others.

use std::{
    collections::VecDeque,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use http::{HeaderMap, Method};
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use crate::{clock, masking, pattern::Pattern};

/// How many requests are kept.
const MAX_ENTRIES: usize = 10_000;

/// How many bytes the bodies of all kept requests and answers have together.
const MAX_BYTES: usize = 64 * 1024 * 1024;

/// How many bytes a body has at most that is kept.
const MAX_BODY: usize = 1024 * 1024;

/// The latest requests.
#[derive(Debug, Default)]
pub(crate) struct RequestLog {
    entries: Mutex<Entries>,
    bytes: Arc<AtomicUsize>,
}

#[derive(Debug, Default)]
struct Entries {
    latest: VecDeque<Entry>,
    /// How many there ever were.
    count: u64,
}

/// Which way a request went.
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

/// A request as it came.
#[derive(Debug)]
pub(crate) struct Asked {
    pub(crate) direction: Direction,
    pub(crate) id: String,
    pub(crate) at: Timestamp,
    pub(crate) method: Method,
    /// The path; for a request of the emulator's own, the whole URL without its query.
    pub(crate) path: String,
    pub(crate) query: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

#[derive(Debug, Clone)]
struct Entry {
    number: u64,
    asked: Arc<Asked>,
    status: Option<u16>,
    headers: HeaderMap,
    duration: Duration,
    body: Kept,
    answer: Kept,
}

/// A body, unless it is too long to be kept, and how long it is.
#[derive(Debug, Clone)]
pub(crate) struct Kept(Arc<Mutex<Part>>);

#[derive(Debug)]
struct Part {
    /// As they came; masked when they are shown.
    pieces: Vec<Bytes>,
    length: usize,
    all: Arc<AtomicUsize>,
}

impl Part {
    fn is_too_long(&self) -> bool {
        self.length > MAX_BODY
    }

    /// Forgets what there is.
    fn clear(&mut self) {
        let bytes: usize = self.pieces.drain(..).map(|piece| piece.len()).sum();
        self.all.fetch_sub(bytes, Ordering::Relaxed);
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        self.clear();
    }
}

impl Kept {
    fn new(all: &Arc<AtomicUsize>) -> Self {
        Self(Arc::new(Mutex::new(Part { pieces: Vec::new(), length: 0, all: Arc::clone(all) })))
    }

    /// Takes the next piece of the body.
    pub(crate) fn push(&self, piece: Bytes) {
        let mut part = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        part.length += piece.len();
        if part.is_too_long() {
            part.clear();
        } else if !piece.is_empty() {
            part.all.fetch_add(piece.len(), Ordering::Relaxed);
            part.pieces.push(piece);
        }
    }

    /// The body as it may be shown: JSON with its secrets masked, or text. Of one that is too long to be kept, nothing
    /// is: what can not be read can not be masked.
    fn shown(&self) -> Value {
        let part = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if part.length == 0 {
            return Value::Null;
        }
        if part.is_too_long() {
            return format!("({} bytes)", part.length).into();
        }
        let bytes = part.pieces.concat();
        match serde_json::from_slice::<Value>(&bytes) {
            Ok(mut json) => {
                masking::mask(&mut json);
                json
            }
            Err(_) => String::from_utf8_lossy(&bytes).into(),
        }
    }
}

impl RequestLog {
    /// Keeps a request and the head of its answer: `None` where there is none. The answer's body is to be pushed to
    /// what this gives.
    pub(crate) fn keep(&self, asked: Asked, answer: Option<(u16, &HeaderMap)>, duration: Duration) -> Kept {
        let kept = (Kept::new(&self.bytes), Kept::new(&self.bytes));
        // A copy: what came over a connection is a piece of a buffer that may be much longer.
        kept.0.push(Bytes::copy_from_slice(&asked.body));
        let answer = answer.map(|(status, headers)| (status, headers.clone())).unzip();
        let mut entries = self.entries();
        entries.count += 1;
        let entry = Entry {
            number: entries.count,
            asked: Arc::new(Asked { body: Bytes::new(), ..asked }),
            status: answer.0,
            headers: answer.1.unwrap_or_default(),
            duration,
            body: kept.0,
            answer: kept.1.clone(),
        };
        entries.latest.push_back(entry);
        while entries.latest.len() > MAX_ENTRIES
            || (self.bytes.load(Ordering::Relaxed) > MAX_BYTES && entries.latest.len() > 1)
        {
            entries.latest.pop_front();
        }
        kept.1
    }

    /// Forgets all requests.
    pub(crate) fn clear(&self) {
        self.entries().latest.clear();
    }

    /// The latest `limit` of the kept requests that are wanted, oldest first.
    pub(crate) fn list(&self, wanted: &Wanted<'_>, limit: usize) -> Vec<LoggedRequest> {
        let mut entries: Vec<Entry> =
            self.entries().latest.iter().rev().filter(|entry| wanted.has(entry)).take(limit).cloned().collect();
        entries.reverse();
        entries.iter().map(LoggedRequest::of).collect()
    }

    /// The latest `limit` requests that are wanted, newest first, without what they carried.
    #[cfg(feature = "console")]
    pub(crate) fn glance(&self, limit: usize, wanted: impl Fn(&Glance) -> bool) -> Vec<Glance> {
        let entries = self.entries();
        let glances = entries.latest.iter().rev().map(|entry| Glance {
            number: entry.number,
            asked: Arc::clone(&entry.asked),
            status: entry.status,
            duration: entry.duration,
        });
        glances.filter(|glance| wanted(glance)).take(limit).collect()
    }

    /// One request, while it is kept.
    #[cfg(feature = "console")]
    pub(crate) fn get(&self, number: u64) -> Option<LoggedRequest> {
        let entry = self.entries().latest.iter().find(|entry| entry.number == number).cloned()?;
        Some(LoggedRequest::of(&entry))
    }

    fn entries(&self) -> MutexGuard<'_, Entries> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What there is to say of a request in one line.
#[cfg(feature = "console")]
#[derive(Debug)]
pub(crate) struct Glance {
    pub(crate) number: u64,
    pub(crate) asked: Arc<Asked>,
    pub(crate) status: Option<u16>,
    pub(crate) duration: Duration,
}

/// Which requests are asked for; all by default.
#[derive(Debug, Default)]
pub(crate) struct Wanted<'a> {
    pub(crate) method: Option<&'a str>,
    pub(crate) path: Option<Pattern>,
    pub(crate) status: Option<u16>,
    pub(crate) direction: Option<&'a str>,
    /// Only those with a greater number.
    pub(crate) after: u64,
}

impl Wanted<'_> {
    fn has(&self, entry: &Entry) -> bool {
        let asked = &entry.asked;
        entry.number > self.after
            && self.method.is_none_or(|method| asked.method.as_str().eq_ignore_ascii_case(method))
            && self.path.as_ref().is_none_or(|path| path.matches(&asked.path))
            && self.status.is_none_or(|status| entry.status == Some(status))
            && self.direction.is_none_or(|direction| asked.direction.as_str() == direction)
    }
}

/// A request that the emulator had or made, and how it was answered. Secrets are masked.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct LoggedRequest {
    /// Counts up from 1, over all requests that there were.
    pub number: u64,
    /// The `x-request-id` of the answer; for a request of the emulator's own, an id that was not sent.
    pub id: String,
    /// Which way it went.
    pub direction: Direction,
    /// When it came, by the emulator's clock.
    pub at: telnyx_ai_core::Timestamp,
    /// How long it took until the answer began.
    pub duration: Duration,
    /// Such as `GET`.
    pub method: String,
    /// Such as `/v2/ai/assistants`; for a request of the emulator's own, the whole URL without its query.
    pub path: String,
    /// The query parameters, decoded, in the order they came.
    pub query: Vec<(String, String)>,
    /// The headers, with their names in lower case, in the order they came.
    pub headers: Vec<(String, String)>,
    /// The body: JSON, a string of what is no JSON, or `null` where it was empty. Of a body of more than a mebibyte, its
    /// length only.
    pub body: Value,
    /// The status of the answer; `None` where the connection was dropped, or the other side did not answer.
    pub status: Option<u16>,
    /// The headers of the answer.
    pub response_headers: Vec<(String, String)>,
    /// The body of the answer, in the way of [`body`](Self::body); what of it was sent by now.
    pub response_body: Value,
}

impl LoggedRequest {
    fn of(entry: &Entry) -> Self {
        let asked = &entry.asked;
        Self {
            number: entry.number,
            id: asked.id.clone(),
            direction: asked.direction,
            at: clock::text(asked.at).into(),
            duration: entry.duration,
            method: asked.method.to_string(),
            path: asked.path.clone(),
            query: form_urlencoded::parse(asked.query.as_bytes()).into_owned().collect(),
            headers: masking::headers(&asked.headers),
            body: entry.body.shown(),
            status: entry.status,
            response_headers: masking::headers(&entry.headers),
            response_body: entry.answer.shown(),
        }
    }

    /// The value of a header of the request.
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
        })
    }
}

fn find(pairs: &[(String, String)], wanted: impl Fn(&str) -> bool) -> Option<&str> {
    pairs.iter().find(|(key, _)| wanted(key)).map(|(_, value)| value.as_str())
}

/// Pairs as an object; where a name comes twice, its values in one text.
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
