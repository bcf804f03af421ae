//! Spans and events of calls and attempts, with OpenTelemetry's names for HTTP.

use std::future::Future;
use std::time::Duration;

use http::response::Parts;
use http::{HeaderMap, StatusCode};
use tracing::field::Empty;
use tracing::instrument::WithSubscriber;
use tracing::{Instrument, Span, debug_span, warn_span};

use crate::decode_error::DecodeError;
use crate::json_path::JsonPath;
use crate::response::request_id;
use crate::{Body, Error, ErrorKind, Operation, Response};

/// A span with the fields that OpenTelemetry defines.
macro_rules! span {
    ($span:ident, $name:literal, $kind:literal, $operation:expr, $resend_count:expr) => {
        $span!(
            $name,
            otel.kind = $kind,
            otel.name = $operation.template().map(|_| $operation.to_string()),
            otel.status_code = Empty,
            http.request.method = $operation.method().as_str(),
            url.template = $operation.template(),
            http.response.status_code = Empty,
            http.request.resend_count = $resend_count,
            error.type = Empty,
            telnyx.request_id = Empty,
        )
    };
}

/// Records a call, from its first attempt to its result.
pub(crate) async fn call<T>(
    operation: Operation,
    exchange: impl Future<Output = Result<Response<T>, Error>>,
) -> Result<Response<T>, Error> {
    // A filter for warnings must not remove the span, because its fields describe them.
    let span = span!(warn_span, "telnyx.call", "internal", operation, Empty);
    let result = exchange.instrument(span.clone()).await;
    record(&span, result.as_ref().map(|response| (response.status, &response.headers)));
    match &result {
        Ok(response) => {
            span.record("http.request.resend_count", response.attempts - 1);
            tracing::info!(parent: &span, "call completed");
        }
        Err(error) => {
            span.record("http.request.resend_count", error.attempts().saturating_sub(1));
            // The error text is left out, because it may repeat values of the request.
            let cause = error.get_ref().and_then(|cause| cause.downcast_ref::<DecodeError>());
            let path = cause.filter(|cause| !cause.is_syntax()).map(DecodeError::path);
            tracing::warn!(parent: &span, code = error.code(), path, "call failed");
        }
    }
    result
}

/// Records an attempt of a call. The first attempt has a resend count of 0.
pub(crate) async fn attempt(
    operation: &Operation,
    resend_count: u32,
    sent: impl Future<Output = Result<(Parts, Body), Error>>,
) -> Result<(Parts, Body), Error> {
    let span = span!(debug_span, "telnyx.attempt", "client", operation, resend_count);
    let result = sent.instrument(span.clone()).await;
    record(&span, result.as_ref().map(|(parts, _)| (parts.status, &parts.headers)));
    result
}

fn record(span: &Span, result: Result<(StatusCode, &HeaderMap), &Error>) {
    let (status, request_id) = match result {
        Ok((status, headers)) => (Some(status), request_id(headers)),
        Err(error) => (error.status(), error.request_id()),
    };
    if let Some(status) = status {
        span.record("http.response.status_code", status.as_u16());
    }
    if let Some(id) = request_id {
        span.record("telnyx.request_id", id);
    }
    if let Err(error) = result {
        span.record("otel.status_code", "ERROR");
        match (error.kind(), status) {
            (ErrorKind::Api, Some(status)) => span.record("error.type", status.as_str()),
            (kind, _) => span.record("error.type", tracing::field::debug(kind)),
        };
    }
}

/// Keeps the current span and subscriber for a future that another task runs.
pub(crate) fn in_current_context<F: Future>(future: F) -> impl Future<Output = F::Output> {
    future.in_current_span().with_current_subscriber()
}

/// Warns that a call is retried after a delay.
pub(crate) fn retrying(error: &Error, delay: Duration) {
    let status = error.status().map(|status| status.as_u16());
    tracing::warn!(kind = ?error.kind(), status, ?delay, "attempt failed, retrying");
}

/// Warns that a value of a response was kept as raw JSON.
pub(crate) fn set_aside(path: &JsonPath) {
    tracing::warn!(%path, "a value of unexpected type was kept as raw JSON");
}

/// Warns that the text of a response was repaired.
pub(crate) fn repaired() {
    tracing::warn!("invalid characters or numbers in a response were replaced");
}

/// Warns that a stream failed, after the call completed with its headers.
pub(crate) fn stream_failed(operation: &Operation, attempts: u32, error: &Error) {
    let span = span!(warn_span, "telnyx.stream", "internal", operation, attempts - 1);
    record(&span, Err(error));
    tracing::warn!(parent: &span, "stream failed");
}
