//! Spans of calls and attempts, with OpenTelemetry's names for HTTP; nothing without the feature `tracing`.

use std::future::Future;

use http::response::Parts;

use crate::{Error, Operation};

#[cfg(feature = "tracing")]
mod spans {
    use tracing::field::Empty;
    use tracing::{Instrument, Span, debug_span, info_span};

    use super::{Error, Future, Operation, Parts};
    use crate::ErrorKind;
    use crate::response::request_id;

    /// The fields of a span, by the names that OpenTelemetry gives them.
    macro_rules! span {
        ($span:ident, $name:literal, $operation:expr, $resend_count:expr) => {
            $span!(
                $name,
                otel.kind = "client",
                http.request.method = $operation.method().as_str(),
                url.template = $operation.path(),
                http.response.status_code = Empty,
                http.request.resend_count = $resend_count,
                error.type = Empty,
                telnyx.request_id = Empty,
            )
        };
    }

    /// One call, from its first attempt to its value or error.
    pub(crate) async fn call<T>(
        operation: Operation,
        exchange: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        let span = span!(info_span, "telnyx.call", operation, Empty);
        let result = exchange.instrument(span.clone()).await;
        if let Err(error) = &result {
            span.record("http.request.resend_count", error.attempts().saturating_sub(1));
            failed(&span, error);
        }
        result
    }

    /// One attempt of a call; the first has a resend count of 0.
    pub(crate) async fn attempt<T>(
        operation: &Operation,
        resend_count: u32,
        sent: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        let span = span!(debug_span, "telnyx.attempt", operation, resend_count);
        let result = sent.instrument(span.clone()).await;
        if let Err(error) = &result {
            failed(&span, error);
        }
        result
    }

    /// What the answer said, on the span of the attempt or the call.
    pub(crate) fn answered(answer: &Parts, resend_count: Option<u32>) {
        let span = Span::current();
        span.record("http.response.status_code", answer.status.as_u16());
        if let Some(count) = resend_count {
            span.record("http.request.resend_count", count);
        }
        if let Some(id) = request_id(&answer.headers) {
            span.record("telnyx.request_id", id);
        }
    }

    fn failed(span: &Span, error: &Error) {
        if let Some(status) = error.status() {
            span.record("http.response.status_code", status.as_u16());
        }
        if let Some(id) = error.request_id() {
            span.record("telnyx.request_id", id);
        }
        match (error.kind(), error.status()) {
            (ErrorKind::Api, Some(status)) => span.record("error.type", status.as_str()),
            (kind, _) => span.record("error.type", tracing::field::debug(kind)),
        };
    }
}

#[cfg(feature = "tracing")]
pub(crate) use spans::{answered, attempt, call};

#[cfg(not(feature = "tracing"))]
mod nothing {
    use super::{Error, Future, Operation, Parts};

    pub(crate) fn call<T>(
        _: Operation,
        exchange: impl Future<Output = Result<T, Error>>,
    ) -> impl Future<Output = Result<T, Error>> {
        exchange
    }

    pub(crate) fn attempt<T>(
        _: &Operation,
        _: u32,
        sent: impl Future<Output = Result<T, Error>>,
    ) -> impl Future<Output = Result<T, Error>> {
        sent
    }

    pub(crate) fn answered(_: &Parts, _: Option<u32>) {}
}

#[cfg(not(feature = "tracing"))]
pub(crate) use nothing::{answered, attempt, call};
