//! How a call becomes requests: attempts, waits between them, and the answer.

use std::pin::pin;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::response::Parts;
use http::{HeaderMap, HeaderValue, Request, Uri};
use http_body::Body as _;
use serde_json::{Map, Value};
use tokio::time::{Instant, sleep, timeout};
use uuid::Uuid;

use crate::call::{CallRequest, IDEMPOTENCY_KEY, Idempotency};
use crate::decode::DecodeError;
use crate::response::request_id;
use crate::retry::Failure;
use crate::stream::ByteStream;
use crate::{Body, Error, Response, trace};

/// How many bytes of an error's answer are kept.
const MAX_ERROR_BYTES: usize = 64 << 10;

/// An answer with a success status, and the call that it answers.
pub(crate) struct Answer {
    request: Box<CallRequest>,
    attempts: u32,
    parts: Parts,
    /// All of it where it was gathered, or else what still arrives.
    body: Body,
}

impl Answer {
    pub(crate) fn headers(&self) -> &HeaderMap {
        &self.parts.headers
    }

    /// The body, where it was gathered.
    pub(crate) fn bytes(&self) -> &[u8] {
        self.body.as_bytes().map_or(&[], Bytes::as_ref)
    }

    /// The body, where it was gathered.
    pub(crate) fn into_bytes(self) -> Bytes {
        self.body.into_bytes().unwrap_or_default()
    }

    /// The error that the body is not what it should be.
    pub(crate) fn unreadable(&self, error: DecodeError) -> Error {
        let body = self.body.as_bytes().cloned().unwrap_or_default();
        Error::decode(error, self.parts.status, self.parts.headers.clone(), body)
            .during(&self.request.operation, self.attempts)
    }

    pub(crate) fn with<T>(self, value: T) -> Response<T> {
        let body = self.body.into_bytes().unwrap_or_default();
        Response { value, status: self.parts.status, headers: self.parts.headers, body, attempts: self.attempts }
    }

    /// The body as it arrives.
    pub(crate) fn take_stream(&mut self) -> ByteStream {
        let idle = self.request.client.0.stream_idle_timeout;
        let call = (self.request.operation.clone(), self.attempts);
        ByteStream::new(std::mem::take(&mut self.body), idle, Some(call))
    }
}

/// What of the body belongs to an attempt, and so to its time and its retries.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Gather {
    Whole,
    Nothing,
}

/// Sends the request until it succeeds or no retry is left.
pub(crate) async fn exchange(request: Box<CallRequest>, gather: Gather) -> Result<Answer, Error> {
    let operation = request.operation.clone();
    // A future that is handed on by value takes its place twice.
    trace::call(operation, pin!(repeat(request, gather))).await
}

async fn repeat(mut request: Box<CallRequest>, gather: Gather) -> Result<Answer, Error> {
    let (uri, body) = match prepare(&mut request) {
        Ok(prepared) => prepared,
        Err(problem) => return Err(Error::invalid_request(problem).during(&request.operation, 0)),
    };
    let settings = &request.client.0;
    let keyed = request.idempotency != Idempotency::None && request.headers.contains_key(IDEMPOTENCY_KEY);
    let repeatable = keyed || request.operation.method().is_idempotent();
    // A deadline beyond all clocks is none.
    let ends = request.deadline.and_then(|deadline| Some((Instant::now().checked_add(deadline)?, deadline)));
    let mut attempts = 0;
    loop {
        attempts += 1;
        let attempt_limit = request.timeout.unwrap_or(settings.timeout);
        let left = ends.map_or(Duration::MAX, |(at, _)| at.saturating_duration_since(Instant::now()));
        let sent = async {
            let sent = timeout(attempt_limit.min(left), attempt(&request, &uri, &body, gather));
            sent.await.unwrap_or_else(|_| {
                Err(if left <= attempt_limit {
                    out_of_time(ends.map_or(left, |(_, deadline)| deadline))
                } else {
                    Error::timeout(format!(
                        "no whole answer within {attempt_limit:?}; allow more by `timeout` on the call or the client"
                    ))
                })
            })
        };
        let result = trace::attempt(&request.operation, attempts - 1, pin!(sent)).await;
        let mut error = match result {
            Ok((parts, body)) => {
                settings.retry_policy.succeeded(attempts - 1);
                trace::answered(parts.status, request_id(&parts.headers), Some(attempts - 1));
                return Ok(Answer { request, attempts, parts, body });
            }
            Err(error) => error,
        };
        if keyed {
            error = error.about_idempotency_key();
        }
        let failure = Failure {
            error: &error,
            method: request.operation.method(),
            retries: attempts - 1,
            max_retries: request.max_retries.or(settings.max_retries),
            repeatable,
        };
        let in_time =
            |delay: &Duration| ends.is_none_or(|(at, _)| *delay < at.saturating_duration_since(Instant::now()));
        match settings.retry_policy.delay(&failure).filter(in_time) {
            Some(delay) => sleep(delay).await,
            None => return Err(error.during(&request.operation, attempts)),
        }
    }
}

fn out_of_time(deadline: Duration) -> Error {
    Error::timeout(format!("the call's deadline of {deadline:?} is over"))
}

/// The URL and the body, the same for all attempts.
fn prepare(request: &mut CallRequest) -> Result<(Uri, Bytes), String> {
    if let Some(problem) = request.problem.take() {
        return Err(problem);
    }
    let base = &request.client.0.base_url;
    let mut url = String::with_capacity(base.len() + request.path.len() + request.query.len() + 1);
    url.push_str(base);
    url.push_str(&request.path);
    if !request.query.is_empty() {
        url.push(if request.path.contains('?') { '&' } else { '?' });
        url.push_str(&request.query);
    }
    let uri = Uri::from_maybe_shared(Bytes::from(url))
        .map_err(|error| format!("the path {:?} can not stand in a URL: {error}", request.path))?;
    if request.idempotency == Idempotency::Always && !request.headers.contains_key(IDEMPOTENCY_KEY) {
        let mut text = Uuid::encode_buffer();
        let key = Uuid::new_v4().hyphenated().encode_lower(&mut text);
        let key = HeaderValue::from_str(key).map_err(|error| error.to_string())?;
        request.headers.insert(IDEMPOTENCY_KEY, key);
    }
    if !request.extra_body.is_empty() {
        let body = with_extra(request.body.take(), std::mem::take(&mut request.extra_body))?;
        request.body = Some(body);
    }
    if request.body.is_some() {
        request.content_type();
    }
    Ok((uri, request.body.take().unwrap_or_default()))
}

fn with_extra(body: Option<Bytes>, extra: Vec<(String, Value)>) -> Result<Bytes, String> {
    let mut fields: Map<String, Value> = match body {
        Some(body) => serde_json::from_slice(&body)
            .map_err(|_| "the body is no JSON object, so `extra_body` has nothing to add to".to_owned())?,
        None => Map::new(),
    };
    fields.extend(extra);
    serde_json::to_vec(&fields).map(Bytes::from).map_err(|error| error.to_string())
}

async fn attempt(request: &CallRequest, uri: &Uri, body: &Bytes, gather: Gather) -> Result<(Parts, Body), Error> {
    let settings = &request.client.0;
    let mut message = Request::new(Body::full(body.clone()));
    *message.method_mut() = request.operation.method().clone();
    *message.uri_mut() = uri.clone();
    *message.headers_mut() = settings.headers.clone();
    for (name, value) in &request.headers {
        message.headers_mut().insert(name, value.clone());
    }
    let (parts, body) = settings.transport.send(message).await.map_err(Error::transport)?.into_parts();
    if parts.status.is_success() {
        trace::answered(parts.status, request_id(&parts.headers), None);
        return Ok(match gather {
            Gather::Whole => (parts, Body::full(collect(body, settings.max_answer_bytes).await?)),
            Gather::Nothing => (parts, body),
        });
    }
    let body = collect_some(body, MAX_ERROR_BYTES).await;
    Err(if parts.status.is_redirection() {
        Error::redirect(parts.status, parts.headers, body)
    } else {
        Error::api_saying(&settings.without_key(&body), parts.status, parts.headers, body)
    })
}

/// The whole body, in one piece.
async fn collect(body: Body, limit: usize) -> Result<Bytes, Error> {
    let too_long = || {
        Error::new(
            crate::ErrorKind::Decode,
            format!("the answer has more than {limit} bytes; allow more by `max_answer_bytes` on the client"),
        )
    };
    let expected = body.size_hint().lower();
    if expected > limit as u64 {
        return Err(too_long());
    }
    let mut body = pin!(body);
    let mut first = Bytes::new();
    let mut all = BytesMut::new();
    while let Some(frame) = std::future::poll_fn(|context| body.as_mut().poll_frame(context)).await {
        let Ok(data) = frame.map_err(Error::transport)?.into_data() else {
            continue;
        };
        if first.len() + all.len() + data.len() > limit {
            return Err(too_long());
        }
        if first.is_empty() && all.is_empty() {
            first = data;
            continue;
        }
        if all.is_empty() {
            all.reserve(usize::try_from(expected).unwrap_or_default().max(first.len() + data.len()));
            all.extend_from_slice(&std::mem::take(&mut first));
        }
        all.extend_from_slice(&data);
    }
    Ok(if all.is_empty() { first } else { all.freeze() })
}

/// As much of an error's body as arrives, up to a limit: the status is the error, even where its body breaks off.
async fn collect_some(body: Body, limit: usize) -> Bytes {
    let mut body = pin!(body);
    let mut all = BytesMut::new();
    while all.len() < limit {
        match std::future::poll_fn(|context| body.as_mut().poll_frame(context)).await {
            Some(Ok(frame)) => {
                if let Ok(data) = frame.into_data() {
                    all.extend_from_slice(&data[..data.len().min(limit - all.len())]);
                }
            }
            Some(Err(_)) | None => break,
        }
    }
    all.freeze()
}
