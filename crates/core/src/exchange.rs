//! The execution of a call: attempts, the delays between them, and the response.

use std::future::Future;
use std::pin::{Pin, pin};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::header::{ACCEPT, CONTENT_TYPE};
use http::response::Parts;
use http::{HeaderMap, HeaderValue, Request, StatusCode, Uri};
use http_body::Body as _;
use serde_json::{Map, Value};
use tokio::time::{Instant, sleep, timeout};
use uuid::Uuid;

use crate::attempt_clock::AttemptClock;
use crate::call::{CallRequest, Idempotency};
use crate::decode::DecodeError;
use crate::masking::mask_headers;
use crate::operation::add_query;
use crate::options::IDEMPOTENCY_KEY;
use crate::retry::Failure;
use crate::stream::{ByteStream, StreamCall};
use crate::{Body, Error, ErrorKind, Response, trace};

/// The number of bytes kept of the body of an error response.
const MAX_ERROR_BYTES: usize = 64 << 10;

/// The time limit for the body of an error response, whose status is already known.
const ERROR_BODY_TIME: Duration = Duration::from_secs(5);

/// A response with a success status, together with its request.
pub(crate) struct RawResponse {
    request: Box<CallRequest>,
    pub(crate) attempts: u32,
    pub(crate) parts: Parts,
    /// The whole body in memory, or the body that is still to be read.
    body: Body,
    ends: Option<Deadline>,
}

/// The end of a call's deadline, and its length.
pub(crate) type Deadline = (Instant, Duration);

impl RawResponse {
    pub(crate) fn headers(&self) -> &HeaderMap {
        &self.parts.headers
    }

    /// The body in memory. It is empty if the body was not read.
    pub(crate) fn bytes(&self) -> &[u8] {
        self.body.as_bytes().map_or(&[], Bytes::as_ref)
    }

    /// The body in memory. It is empty if the body was not read.
    pub(crate) fn into_bytes(self) -> Bytes {
        self.body.into_bytes().unwrap_or_default()
    }

    /// The error of a body that does not deserialize.
    pub(crate) fn unreadable(&self, error: DecodeError) -> Error {
        let body = self.body.as_bytes().cloned().unwrap_or_default();
        Error::decode(error, self.parts.status, self.parts.headers.clone(), body)
            .during(&self.request.operation, self.attempts)
            .without_key(&self.request.client)
    }

    pub(crate) fn with<T>(self, value: T) -> Response<T> {
        let body = self.body.into_bytes().unwrap_or_default();
        Response { value, status: self.parts.status, headers: self.parts.headers, body, attempts: self.attempts }
    }

    /// The body as a stream.
    pub(crate) fn take_stream(&mut self) -> ByteStream {
        let CallRequest { client, operation, .. } = &*self.request;
        let call = StreamCall { client: client.clone(), operation: operation.clone(), attempts: self.attempts };
        ByteStream::new(std::mem::take(&mut self.body), client.0.stream_idle_timeout, self.ends, Some(call))
    }
}

/// The part of the body that an attempt reads, subject to its time limit and retries.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum ReadBody {
    Whole,
    Nothing,
}

/// Sends the request until it succeeds or the retry policy gives up.
pub(crate) async fn exchange(request: Box<CallRequest>, read_body: ReadBody) -> Result<RawResponse, Error> {
    let (operation, client) = (request.operation.clone(), request.client.clone());
    // Pinned, because an async function stores a by-value future twice.
    trace::call(operation, pin!(repeat(request, read_body))).await.map_err(|error| error.without_key(&client))
}

async fn repeat(request: Box<CallRequest>, read_body: ReadBody) -> Result<RawResponse, Error> {
    let exchange = Exchange::new(request, read_body)?;
    match exchange.attempt(1).await {
        Ok(response) => Ok(exchange.succeeded(1, response)),
        // Boxed, so that calls that succeed at once do not hold the state of retries.
        Err(error) => Box::pin(exchange.again(error)).await,
    }
}

/// The state of a call that is the same for all attempts.
struct Exchange {
    request: Box<CallRequest>,
    uri: Uri,
    body: Bytes,
    read_body: ReadBody,
    /// Whether an idempotency key protects the call.
    keyed: bool,
    ends: Option<Deadline>,
}

impl Exchange {
    fn new(mut request: Box<CallRequest>, read_body: ReadBody) -> Result<Self, Error> {
        let (uri, body) = prepare(&mut request)
            .map_err(|problem| Error::new(ErrorKind::Request, problem).during(&request.operation, 0))?;
        let options = &request.options;
        let keyed = request.idempotency != Idempotency::None && options.has_header(&IDEMPOTENCY_KEY);
        // A deadline that the clock cannot represent is no limit.
        let ends = options.deadline.and_then(|deadline| Some((Instant::now().checked_add(deadline)?, deadline)));
        Ok(Self { request, uri, body, read_body, keyed, ends })
    }

    /// Sends the request once, within the time limit of an attempt.
    async fn attempt(&self, number: u32) -> Result<(Parts, Body), Error> {
        let sent = async {
            let clock = AttemptClock::start();
            let message = message(&self.request, &self.uri, &self.body, &clock);
            let transport = &self.request.client.0.transport;
            let response = self.within(&clock, transport.send(message)).await?.map_err(Error::transport)?;
            let (mut parts, body) = response.into_parts();
            if let Some(key) = self.request.client.0.key() {
                mask_headers(&mut parts.headers, key);
            }
            if !parts.status.is_success() {
                return Err(Error::error_status(parts.status, parts.headers, self.error_body(body).await));
            }
            match self.read_body {
                ReadBody::Whole => {
                    let limit = self.request.client.0.max_answer_bytes;
                    let body = self.within(&clock, pin!(collect(body, limit))).await??;
                    if is_too_dense(&body, limit) {
                        return Err(Error::too_dense(limit));
                    }
                    Ok((parts, Body::full(body)))
                }
                ReadBody::Nothing if self.is_accepted(&parts) => Ok((parts, body)),
                ReadBody::Nothing => {
                    let body = self.error_body(body).await;
                    Err(Error::not_a_stream(&self.request.options, parts.status, parts.headers, body))
                }
            }
        };
        trace::attempt(&self.request.operation, number - 1, pin!(sent)).await
    }

    /// Runs a part of an attempt within the remaining time of the attempt and the call.
    async fn within<T>(&self, clock: &AttemptClock, part: impl Future<Output = T>) -> Result<T, Error> {
        let limit = self.request.options.timeout.unwrap_or(self.request.client.0.timeout);
        let mut part = pin!(part);
        let mut left = limit.saturating_sub(clock.elapsed()).min(self.time_left());
        loop {
            if let Ok(done) = timeout(left, part.as_mut()).await {
                return Ok(done);
            }
            // The attempt has time left if its request waited in a rate-limit layer.
            left = limit.saturating_sub(clock.elapsed()).min(self.time_left());
            if left.is_zero() {
                return Err(self.out_of_time(limit));
            }
        }
    }

    /// Reads the start of the body of an error response. A slow or truncated body does not hide the status.
    fn error_body(&self, body: Body) -> Pin<Box<dyn Future<Output = Bytes> + Send + '_>> {
        // Boxed, so that calls that succeed do not hold its state.
        Box::pin(collect_some(body, MAX_ERROR_BYTES, ERROR_BODY_TIME.min(self.time_left())))
    }

    /// Whether the response has the media type that the call accepts.
    fn is_accepted(&self, parts: &Parts) -> bool {
        let accepted = self.request.options.header(ACCEPT.as_str()).unwrap_or("*/*");
        match parts.headers.get(CONTENT_TYPE) {
            Some(found) => accepted == "*/*" || essence(found).eq_ignore_ascii_case(accepted),
            None => parts.status != StatusCode::NO_CONTENT,
        }
    }

    fn time_left(&self) -> Duration {
        self.ends.map_or(Duration::MAX, |(at, _)| at.saturating_duration_since(Instant::now()))
    }

    #[cold]
    fn out_of_time(&self, limit: Duration) -> Error {
        let message = match self.ends {
            Some((at, deadline)) if at <= Instant::now() => format!("the deadline of {deadline:?} has passed"),
            _ => format!("no complete response within {limit:?}; raise `timeout` on the call or the client"),
        };
        Error::new(ErrorKind::Timeout, message)
    }

    fn succeeded(self, attempts: u32, (parts, body): (Parts, Body)) -> RawResponse {
        self.request.client.0.retry_policy.succeeded(attempts - 1);
        RawResponse { request: self.request, attempts, parts, body, ends: self.ends }
    }

    /// Continues after the first attempt has failed.
    async fn again(self, mut error: Error) -> Result<RawResponse, Error> {
        let mut attempts = 1;
        loop {
            if self.keyed {
                error = error.about_idempotency_key();
            }
            let delay = match self.delay(&error, attempts) {
                Ok(delay) => delay,
                Err(reason) => return Err(error.not_retried(reason).during(&self.request.operation, attempts)),
            };
            trace::retrying(&error, delay);
            sleep(delay).await;
            attempts += 1;
            match self.attempt(attempts).await {
                Ok(response) => return Ok(self.succeeded(attempts, response)),
                Err(again) => error = again,
            }
        }
    }

    /// The delay before the next attempt, or the reason to report for not retrying.
    fn delay(&self, error: &Error, attempts: u32) -> Result<Duration, Option<String>> {
        let settings = &self.request.client.0;
        let method = self.request.operation.method();
        let failure = Failure {
            error,
            method,
            retries: attempts - 1,
            max_retries: self.request.options.max_retries.or(settings.max_retries),
            repeatable: self.keyed || method.is_idempotent(),
        };
        let Some(delay) = settings.retry_policy.delay(&failure) else {
            return Err(settings.retry_policy.give_up_reason(&failure));
        };
        if delay < self.time_left() { Ok(delay) } else { Err(Some("the deadline would pass first".to_owned())) }
    }
}

/// The media type without parameters.
pub(crate) fn essence(content_type: &HeaderValue) -> &str {
    content_type.to_str().unwrap_or_default().split(';').next().unwrap_or_default().trim()
}

/// Builds the URL and the body, which all attempts share.
fn prepare(request: &mut CallRequest) -> Result<(Uri, Bytes), String> {
    let options = &mut request.options;
    if let Some(problem) = options.problem.take() {
        return Err(problem);
    }
    for (name, value) in &options.query {
        add_query(&mut request.query, name, value);
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
        .map_err(|error| format!("the path {:?} is not valid in a URL: {error}", request.path))?;
    if request.idempotency == Idempotency::Always && !options.has_header(&IDEMPOTENCY_KEY) {
        let mut text = Uuid::encode_buffer();
        let key = Uuid::new_v4().hyphenated().encode_lower(&mut text);
        let key = HeaderValue::from_str(key).map_err(|error| error.to_string())?;
        options.set_header(IDEMPOTENCY_KEY, key);
    }
    if !options.extra_body.is_empty() {
        let body = with_extra(request.body.take(), std::mem::take(&mut options.extra_body))?;
        request.body = Some(body);
    }
    if request.body.is_some() && !options.has_header(&CONTENT_TYPE) {
        options.set_header(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    }
    Ok((uri, request.body.take().unwrap_or_default()))
}

fn with_extra(body: Option<Bytes>, extra: Vec<(String, Value)>) -> Result<Bytes, String> {
    let mut fields: Map<String, Value> = match body {
        Some(body) => serde_json::from_slice(&body)
            .map_err(|_| "the body is not a JSON object, so `extra_body` cannot add a field".to_owned())?,
        None => Map::new(),
    };
    fields.extend(extra);
    serde_json::to_vec(&fields).map(Bytes::from).map_err(|error| error.to_string())
}

// Not inlined, to keep the future small.
#[inline(never)]
fn message(request: &CallRequest, uri: &Uri, body: &Bytes, clock: &AttemptClock) -> Request<Body> {
    let mut message = Request::new(Body::full(body.clone()));
    *message.method_mut() = request.operation.method().clone();
    *message.uri_mut() = uri.clone();
    *message.headers_mut() = request.client.0.headers.clone();
    for (name, value) in &request.options.headers {
        message.headers_mut().insert(name.clone(), value.clone());
    }
    clock.attach(message.extensions_mut());
    message
}

/// Whether JSON of many tiny values, such as `[[],[],…]`, would take more than 16 times `limit` in memory.
fn is_too_dense(body: &[u8], limit: usize) -> bool {
    // The size in memory of a value in a list or an object, without its key.
    const VALUE: usize = 100;
    let most = limit.saturating_mul(16);
    // One of these characters precedes every value except the first.
    body.len().saturating_mul(VALUE) > most
        && body.iter().filter(|byte| matches!(byte, b',' | b'[' | b'{')).count().saturating_mul(VALUE) > most
}

/// Reads the whole body into one buffer.
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

/// Reads the start of a body, up to a number of bytes and a time limit.
async fn collect_some(body: Body, limit: usize, time: Duration) -> Bytes {
    let mut all = BytesMut::new();
    let collected = async {
        let mut body = pin!(body);
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
    };
    // After a timeout, the bytes that have arrived are kept.
    let _ = timeout(time, collected).await;
    all.freeze()
}
