//! Lets faults strike.

use std::io;

use axum::{
    Json,
    body::{Body, Bytes, to_bytes},
    extract::{ConnectInfo, Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use futures_util::{StreamExt, stream};
use http::{HeaderName, HeaderValue, StatusCode, header};
use serde_json::Value;

use super::{errors::ApiError, rate_limit};
use crate::{app::App, domain::Code, faults::Effect, server::Line};

/// Marks an answer that never arrives: the connection is reset.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reset;

impl Reset {
    /// What a caller sees of it.
    pub(crate) fn error() -> io::Error {
        io::Error::new(io::ErrorKind::ConnectionReset, "the connection was reset")
    }
}

/// Answers a request as the fault wants that strikes it, if one does.
pub(crate) async fn strike(State(app): State<App>, request: Request, next: Next) -> Response {
    let Some(strike) = app.faults.strike(request.method().as_str(), request.uri().path(), app.time.now()) else {
        return next.run(request).await;
    };
    if let Some(delay) = strike.delay {
        tokio::time::sleep(delay).await;
    }
    let line = request.extensions().get::<ConnectInfo<Line>>().map(|ConnectInfo(line)| line.clone());
    match strike.effect {
        None => next.run(request).await,
        Some(Effect::Answer { status, headers, body }) => answer(status, &headers, body),
        Some(Effect::DropBefore) => reset(line),
        Some(Effect::DropAfter) => {
            let response = next.run(request).await;
            // What a handler does while its answer goes out belongs to the handling.
            let _ = to_bytes(response.into_body(), usize::MAX).await;
            reset(line)
        }
        Some(Effect::Stall) => half(next.run(request).await, End::Silence).await,
        Some(Effect::Truncate) => half(next.run(request).await, End::Close).await,
        Some(Effect::InvalidJson) => garbled(next.run(request).await).await,
        Some(Effect::RateLimit { .. }) => match strike.used {
            Some(used) => rate_limit::within(used, request, next).await,
            None => next.run(request).await,
        },
    }
}

fn answer(status: u16, headers: &[(String, String)], body: Option<Value>) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = match body {
        Some(Value::String(text)) => (status, text).into_response(),
        Some(json) => (status, Json(json)).into_response(),
        None if status.is_client_error() || status.is_server_error() => {
            ApiError::new(status, code(status), "A fault that was asked for.").into_response()
        }
        None => status.into_response(),
    };
    for (name, value) in headers {
        match (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            (Ok(name), Ok(value)) => {
                response.headers_mut().insert(name, value);
            }
            _ => tracing::warn!(name, "a fault has a header that can not be sent"),
        }
    }
    response
}

fn code(status: StatusCode) -> Code {
    match status {
        StatusCode::UNAUTHORIZED => Code::AUTHENTICATION,
        StatusCode::NOT_FOUND => Code::NOT_FOUND,
        StatusCode::METHOD_NOT_ALLOWED => Code::METHOD,
        StatusCode::UNPROCESSABLE_ENTITY => Code::UNPROCESSABLE,
        StatusCode::TOO_MANY_REQUESTS => Code::TOO_MANY,
        status if status.is_client_error() => Code::BAD_REQUEST,
        _ => Code::UNEXPECTED,
    }
}

/// Nothing of this answer goes out where the line can be reset. Where it is served in another way, its body fails.
fn reset(line: Option<Line>) -> Response {
    if let Some(line) = line {
        line.reset();
    }
    let mut response = Response::new(Body::from_stream(stream::iter([Err::<Bytes, _>(Reset::error())])));
    *response.status_mut() = StatusCode::BAD_GATEWAY;
    response.extensions_mut().insert(Reset);
    response
}

/// How half an answer ends.
enum End {
    Silence,
    Close,
}

async fn half(response: Response, end: End) -> Response {
    let (mut parts, body) = response.into_parts();
    let Ok(whole) = to_bytes(body, usize::MAX).await else { return StatusCode::INTERNAL_SERVER_ERROR.into_response() };
    parts.headers.insert(header::CONTENT_LENGTH, HeaderValue::from(whole.len().max(1)));
    let first = whole.slice(..whole.len() / 2);
    let rest = stream::once(async move {
        match end {
            End::Silence => std::future::pending().await,
            // Gives the first half time to go out.
            End::Close => tokio::task::yield_now().await,
        }
        Err(io::Error::from(io::ErrorKind::UnexpectedEof))
    });
    Response::from_parts(parts, Body::from_stream(stream::iter([Ok(first)]).chain(rest)))
}

async fn garbled(response: Response) -> Response {
    let (mut parts, body) = response.into_parts();
    let Ok(whole) = to_bytes(body, usize::MAX).await else { return StatusCode::INTERNAL_SERVER_ERROR.into_response() };
    let mut bytes = whole[..whole.len() / 2].to_vec();
    bytes.extend_from_slice(b"<no JSON>");
    parts.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(parts, Body::from(bytes))
}
