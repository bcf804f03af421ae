//! The execution of a call: attempts, the delays between them, and the response.

use std::future::Future;
use std::pin::{Pin, pin};
use std::time::Duration;

use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE};
use http::response::Parts;
use http::{StatusCode, Uri};
use tokio::time::{Instant, sleep, timeout};

use crate::attempt_clock::AttemptClock;
use crate::call_request::{CallRequest, Idempotency, ResponseBody};
use crate::collect::{collect, collect_some, is_too_dense};
use crate::decode::DecodeError;
use crate::masking::{key_in, mask_headers};
use crate::options::{Deadline, IDEMPOTENCY_KEY};
use crate::response::{essence, unsupported_encoding};
use crate::retry::Failure;
use crate::stream::ByteStream;
use crate::{Body, Error, ErrorKind, Response, trace};

/// The number of bytes kept of the body of an error response, or of one that the call ignores.
const MAX_START_BYTES: usize = 64 << 10;

/// The time limit for reading such a body. Its status has already arrived.
const START_TIME: Duration = Duration::from_secs(5);

/// The reason why a call is not retried.
const DEADLINE_FIRST: &str = "the deadline would pass first";

/// Converts a response into a value.
pub(crate) type Read<T> = fn(&mut RawResponse) -> Result<T, DecodeError>;

/// Sends the request until it succeeds or the retry policy gives up, and converts the response.
pub(crate) async fn exchange<T>(request: Box<CallRequest>, read: Read<T>) -> Result<Response<T>, Error> {
    let (operation, authorization) = (request.operation.clone(), request.authorization().cloned());
    let exchange = async {
        let result = repeat(request).await.and_then(|response| response.read(read));
        result.map_err(|error| error.without_key(authorization.as_ref()))
    };
    // Pinned, because an async function stores a by-value future twice.
    trace::call(operation, pin!(exchange)).await
}

/// Sends the request until it succeeds or the retry policy gives up.
async fn repeat(request: Box<CallRequest>) -> Result<RawResponse, Error> {
    let exchange = Exchange::new(request)?;
    if exchange.limit().min(exchange.time_left()).is_zero() {
        return Err(exchange.out_of_time().during(&exchange.request.operation, 0));
    }
    let mut attempts = 1;
    loop {
        let (error, delay) = match exchange.attempt(attempts).await {
            Ok(response) => return Ok(exchange.succeeded(attempts, response)),
            Err(error) => exchange.delay(error, attempts)?,
        };
        // Boxed, so that calls that succeed at once do not hold a timer.
        Box::pin(sleep(delay)).await;
        // In a busy runtime, a delay can take longer.
        if exchange.time_left().is_zero() {
            return Err(error.not_retried(Some(DEADLINE_FIRST.to_owned())));
        }
        attempts += 1;
    }
}

/// The state of a call that is the same for all attempts.
struct Exchange {
    request: Box<CallRequest>,
    uri: Uri,
    body: Bytes,
    /// Whether an idempotency key protects the call.
    keyed: bool,
    ends: Option<Deadline>,
}

impl Exchange {
    fn new(mut request: Box<CallRequest>) -> Result<Self, Error> {
        let (uri, body) = request
            .prepare()
            .map_err(|problem| Error::new(ErrorKind::Request, problem).during(&request.operation, 0))?;
        let options = &request.options;
        let keyed = request.idempotency != Idempotency::None && options.headers.contains_key(IDEMPOTENCY_KEY);
        let ends = options.ends();
        Ok(Self { request, uri, body, keyed, ends })
    }

    /// Sends the request once, within the time limit of an attempt.
    async fn attempt(&self, number: u32) -> Result<(Parts, Body), Error> {
        let sent = async {
            let clock = AttemptClock::start();
            let message = self.request.message(&self.uri, &self.body, &clock);
            let transport = &self.request.client.0.transport;
            let response = self.within(&clock, transport.send(message)).await?.map_err(Error::transport)?;
            let (mut parts, body) = response.into_parts();
            if let Some(key) = key_in(self.request.authorization()) {
                mask_headers(&mut parts.headers, key);
            }
            if !parts.status.is_success() {
                return Err(Error::error_status(parts.status, parts.headers, self.start_of(&clock, body).await));
            }
            let body = match self.request.response_body {
                ResponseBody::Whole => match self.whole_body(&clock, body).await {
                    Ok(body) => Body::full(body),
                    Err(error) => return Err(error.after_head(parts)),
                },
                ResponseBody::Ignored => Body::full(self.start_of(&clock, body).await),
                ResponseBody::Streamed if self.is_accepted(&parts) => body,
                ResponseBody::Streamed => {
                    let body = self.start_of(&clock, body).await;
                    return Err(Error::not_a_stream(&self.request.options, parts.status, parts.headers, body));
                }
            };
            Ok((parts, body))
        };
        trace::attempt(&self.request.operation, number - 1, pin!(sent)).await
    }

    /// Runs a part of an attempt within the remaining time of the attempt and the call.
    async fn within<T>(&self, clock: &AttemptClock, part: impl Future<Output = T>) -> Result<T, Error> {
        let mut part = pin!(part);
        let mut left = self.attempt_time_left(clock);
        loop {
            if let Ok(done) = timeout(left, part.as_mut()).await {
                return Ok(done);
            }
            // The attempt has time left if its request waited for a layer.
            left = self.attempt_time_left(clock);
            if left.is_zero() {
                return Err(self.out_of_time());
            }
        }
    }

    async fn whole_body(&self, clock: &AttemptClock, body: Body) -> Result<Bytes, Error> {
        let limit = self.request.client.0.max_answer_bytes;
        let body = self.within(clock, pin!(collect(body, limit))).await??;
        if is_too_dense(&body, limit) { Err(Error::too_dense(limit)) } else { Ok(body) }
    }

    /// Reads the start of a body that does not decide the result of the call.
    ///
    /// A slow or truncated body does not hide the status.
    fn start_of(&self, clock: &AttemptClock, body: Body) -> Pin<Box<dyn Future<Output = Bytes> + Send>> {
        // Boxed, so that calls that succeed do not hold its state.
        Box::pin(collect_some(body, MAX_START_BYTES, START_TIME.min(self.attempt_time_left(clock))))
    }

    /// Whether the response has the media type that the call accepts.
    fn is_accepted(&self, parts: &Parts) -> bool {
        if unsupported_encoding(&parts.headers).is_some() {
            return false;
        }
        let Some(found) = parts.headers.get(CONTENT_TYPE) else {
            return parts.status != StatusCode::NO_CONTENT;
        };
        let accepted = self.request.options.header(ACCEPT.as_str()).unwrap_or("*/*");
        let (found_type, found_subtype) = essence(found).split_once('/').unwrap_or_default();
        let fits = |wanted: &str, found: &str| wanted == "*" || wanted.eq_ignore_ascii_case(found);
        accepted.split(',').any(|range| {
            let range = range.split(';').next().unwrap_or_default().trim().split_once('/');
            range.is_some_and(|(kind, subtype)| fits(kind, found_type) && fits(subtype, found_subtype))
        })
    }

    /// The time limit of an attempt.
    fn limit(&self) -> Duration {
        self.request.options.timeout.unwrap_or(self.request.client.0.timeout)
    }

    fn attempt_time_left(&self, clock: &AttemptClock) -> Duration {
        self.limit().saturating_sub(clock.elapsed()).min(self.time_left())
    }

    fn time_left(&self) -> Duration {
        self.ends.map_or(Duration::MAX, |(at, _)| at.saturating_duration_since(Instant::now()))
    }

    #[cold]
    fn out_of_time(&self) -> Error {
        match self.ends {
            Some((at, deadline)) if at <= Instant::now() => Error::deadline_passed(deadline),
            _ => {
                let limit = self.limit();
                let message =
                    format!("no complete response within {limit:?}; raise `timeout` on the call or the client");
                Error::new(ErrorKind::Timeout, message)
            }
        }
    }

    fn succeeded(self, attempts: u32, (parts, body): (Parts, Body)) -> RawResponse {
        self.request.client.0.retry_policy.succeeded(attempts - 1);
        RawResponse { request: self.request, attempts, parts, body, ends: self.ends }
    }

    /// The error with the delay before the next attempt, or the error of the call if there is none.
    #[cold]
    fn delay(&self, error: Error, attempts: u32) -> Result<(Error, Duration), Error> {
        let mut error = error.during(&self.request.operation, attempts);
        if self.keyed {
            error = error.about_idempotency_key();
        }
        let settings = &self.request.client.0;
        let method = self.request.operation.method();
        let failure = Failure {
            error: &error,
            method,
            retries: attempts - 1,
            max_retries: self.request.options.max_retries.or(settings.max_retries),
            repeatable: self.keyed || method.is_idempotent(),
            time_left: self.time_left(),
        };
        let delay = if failure.max_retries == Some(0) { None } else { settings.retry_policy.delay(&failure) };
        let reason = match delay {
            Some(delay) if delay < failure.time_left => {
                trace::retrying(&error, delay);
                return Ok((error, delay));
            }
            Some(_) => Some(DEADLINE_FIRST.to_owned()),
            None => settings.retry_policy.give_up_reason(&failure),
        };
        Err(error.not_retried(reason))
    }
}

/// A response with a success status, together with its request.
pub(crate) struct RawResponse {
    pub(crate) request: Box<CallRequest>,
    pub(crate) attempts: u32,
    pub(crate) parts: Parts,
    /// The whole body in memory, or the body that is still to be read.
    pub(crate) body: Body,
    pub(crate) ends: Option<Deadline>,
}

impl RawResponse {
    /// The body in memory. It is empty if the body was not read.
    pub(crate) fn bytes(&self) -> &[u8] {
        self.body.as_bytes().map_or(&[], Bytes::as_ref)
    }

    /// Converts the response.
    fn read<T>(mut self, read: Read<T>) -> Result<Response<T>, Error> {
        let value = read(&mut self);
        let Self { request, attempts, parts: Parts { status, headers, .. }, body, .. } = self;
        let body = body.as_bytes().cloned().unwrap_or_default();
        match value {
            Ok(value) => Ok(Response { value, status, headers, body, attempts }),
            Err(error) => Err(Error::decode(error, status, headers, body).during(&request.operation, attempts)),
        }
    }

    /// The body as a stream.
    pub(crate) fn take_stream(&mut self) -> ByteStream {
        let idle = self.request.client.0.stream_idle_timeout;
        let head = Self { request: self.request.clone(), parts: self.parts.clone(), body: Body::empty(), ..*self };
        ByteStream::new(std::mem::take(&mut self.body), idle, Some(Box::new(head)))
    }
}
