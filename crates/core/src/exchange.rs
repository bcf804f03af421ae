//! How a call becomes requests: attempts, waits between them, and the answer.

use std::pin::pin;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::header::CONTENT_TYPE;
use http::response::Parts;
use http::{HeaderMap, HeaderValue, Request, Uri};
use http_body::Body as _;
use serde_json::{Map, Value};
use tokio::time::{Instant, sleep, timeout};
use uuid::Uuid;

use crate::call::{CallRequest, IDEMPOTENCY_KEY, Idempotency};
use crate::client::Settings;
use crate::decode::DecodeError;
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

async fn repeat(request: Box<CallRequest>, gather: Gather) -> Result<Answer, Error> {
    let exchange = Exchange::new(request, gather)?;
    match exchange.attempt(1).await {
        Ok(answer) => Ok(exchange.succeeded(1, answer)),
        // Boxed, so that the many calls that do not come here need not hold what it takes.
        Err(error) => Box::pin(exchange.again(error)).await,
    }
}

/// A call that is under way: what is the same for all of its attempts.
struct Exchange {
    request: Box<CallRequest>,
    uri: Uri,
    body: Bytes,
    gather: Gather,
    /// Whether an idempotency key protects it.
    keyed: bool,
    /// When the call's deadline ends, and how long it is.
    ends: Option<(Instant, Duration)>,
}

impl Exchange {
    fn new(mut request: Box<CallRequest>, gather: Gather) -> Result<Self, Error> {
        let (uri, body) =
            prepare(&mut request).map_err(|problem| Error::invalid_request(problem).during(&request.operation, 0))?;
        let keyed = request.idempotency != Idempotency::None && request.has_header(&IDEMPOTENCY_KEY);
        // A deadline beyond all clocks is none.
        let ends = request.deadline.and_then(|deadline| Some((Instant::now().checked_add(deadline)?, deadline)));
        Ok(Self { request, uri, body, gather, keyed, ends })
    }

    /// Sends the request, within its time.
    async fn attempt(&self, number: u32) -> Result<(Parts, Body), Error> {
        let limit = self.request.timeout.unwrap_or(self.request.client.0.timeout);
        let sent = async {
            let sent = timeout(limit.min(self.time_left()), attempt(&self.request, &self.uri, &self.body, self.gather));
            sent.await.unwrap_or_else(|_| Err(self.out_of_time(limit)))
        };
        trace::attempt(&self.request.operation, number - 1, pin!(sent)).await
    }

    fn time_left(&self) -> Duration {
        self.ends.map_or(Duration::MAX, |(at, _)| at.saturating_duration_since(Instant::now()))
    }

    #[cold]
    fn out_of_time(&self, limit: Duration) -> Error {
        Error::timeout(match self.ends {
            Some((at, deadline)) if at <= Instant::now() => format!("the call's deadline of {deadline:?} is over"),
            _ => format!("no whole answer within {limit:?}; allow more by `timeout` on the call or the client"),
        })
    }

    fn succeeded(self, attempts: u32, (parts, body): (Parts, Body)) -> Answer {
        self.request.client.0.retry_policy.succeeded(attempts - 1);
        trace::answered(&parts, Some(attempts - 1));
        Answer { request: self.request, attempts, parts, body }
    }

    /// Goes on after the first attempt has failed.
    async fn again(self, mut error: Error) -> Result<Answer, Error> {
        let mut attempts = 1;
        loop {
            if self.keyed {
                error = error.about_idempotency_key();
            }
            let Some(delay) = self.delay(&error, attempts) else {
                return Err(error.during(&self.request.operation, attempts));
            };
            sleep(delay).await;
            attempts += 1;
            match self.attempt(attempts).await {
                Ok(answer) => return Ok(self.succeeded(attempts, answer)),
                Err(again) => error = again,
            }
        }
    }

    /// How long to wait before the next attempt, where there is to be one.
    fn delay(&self, error: &Error, attempts: u32) -> Option<Duration> {
        let settings = &self.request.client.0;
        let method = self.request.operation.method();
        let failure = Failure {
            error,
            method,
            retries: attempts - 1,
            max_retries: self.request.max_retries.or(settings.max_retries),
            repeatable: self.keyed || method.is_idempotent(),
        };
        settings.retry_policy.delay(&failure).filter(|delay| *delay < self.time_left())
    }
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
    if request.idempotency == Idempotency::Always && !request.has_header(&IDEMPOTENCY_KEY) {
        let mut text = Uuid::encode_buffer();
        let key = Uuid::new_v4().hyphenated().encode_lower(&mut text);
        let key = HeaderValue::from_str(key).map_err(|error| error.to_string())?;
        request.set_header(IDEMPOTENCY_KEY, key);
    }
    if !request.extra_body.is_empty() {
        let body = with_extra(request.body.take(), std::mem::take(&mut request.extra_body))?;
        request.body = Some(body);
    }
    if request.body.is_some() && !request.has_header(&CONTENT_TYPE) {
        request.set_header(CONTENT_TYPE, HeaderValue::from_static("application/json"));
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
    let answer = settings.transport.send(message(request, uri, body)).await.map_err(Error::transport)?;
    if !answer.status().is_success() {
        // Boxed for the same reason as `again`.
        return Err(Box::pin(refusal(settings, answer)).await);
    }
    let (parts, body) = answer.into_parts();
    trace::answered(&parts, None);
    match gather {
        Gather::Whole => Ok((parts, Body::full(collect(body, settings.max_answer_bytes).await?))),
        Gather::Nothing => Ok((parts, body)),
    }
}

// Inlined into a future, these would take their place in its frame, which every call writes to.
#[inline(never)]
fn message(request: &CallRequest, uri: &Uri, body: &Bytes) -> Request<Body> {
    let mut message = Request::new(Body::full(body.clone()));
    *message.method_mut() = request.operation.method().clone();
    *message.uri_mut() = uri.clone();
    *message.headers_mut() = request.client.0.headers.clone();
    for (name, value) in &request.headers {
        message.headers_mut().insert(name.clone(), value.clone());
    }
    message
}

/// The error that an answer without success is.
async fn refusal(settings: &Settings, answer: http::Response<Body>) -> Error {
    let (parts, body) = answer.into_parts();
    let body = collect_some(body, MAX_ERROR_BYTES).await;
    if parts.status.is_redirection() {
        Error::redirect(parts.status, parts.headers, body)
    } else {
        Error::api_saying(&settings.without_key(&body), parts.status, parts.headers, body)
    }
}

/// The whole body, in one piece.
async fn collect(body: Body, limit: usize) -> Result<Bytes, Error> {
    let expected = body.size_hint().lower();
    if expected > limit as u64 {
        return Err(Error::too_long(limit));
    }
    let mut body = pin!(body);
    let mut first = Bytes::new();
    let mut all = BytesMut::new();
    while let Some(frame) = std::future::poll_fn(|context| body.as_mut().poll_frame(context)).await {
        let Ok(data) = frame.map_err(Error::transport)?.into_data() else {
            continue;
        };
        if first.len() + all.len() + data.len() > limit {
            return Err(Error::too_long(limit));
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
