//! Applies faults to requests.

use std::{io, time::Duration};

use axum::{
    Json,
    body::{Body, Bytes, to_bytes},
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use futures_util::{StreamExt, stream};
use http::{HeaderName, HeaderValue, StatusCode, header};
use serde_json::Value;

use super::{connection::ConnectionHandle, errors::ApiError, rate_limit};
use crate::{
    domain::Domain,
    faults::{Applied, Faults, Spec, When},
    json::as_text,
};

/// The headers that define the length of a response. A fault cannot set them.
pub(super) const LENGTH_HEADERS: [HeaderName; 2] = [header::CONTENT_LENGTH, header::TRANSFER_ENCODING];

/// Marks a response that is not sent because the connection is reset.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reset;

impl Reset {
    /// The error that the client gets.
    pub(crate) fn error() -> io::Error {
        io::Error::new(io::ErrorKind::ConnectionReset, "the connection was reset")
    }
}

/// Applies the first matching fault to a request.
pub(super) async fn apply(
    State(faults): State<Faults>,
    State(domain): State<Domain>,
    request: Request,
    next: Next,
) -> Response {
    let now = domain.time().now();
    let Some(Applied { fault, used }) = faults.apply(request.method().as_str(), request.uri().path(), now) else {
        return next.run(request).await;
    };
    if let Some(millis) = fault.delay_ms {
        tokio::time::sleep(Duration::from_millis(millis)).await;
    }
    if fault.has_response() {
        return respond(fault);
    }
    let connection = request.extensions().get::<ConnectionHandle>().cloned();
    if fault.drop == Some(When::Before) {
        return reset(connection);
    }
    let response = match used {
        Some(used) => rate_limit::run_counted(used, request, next).await,
        None => next.run(request).await,
    };
    if fault.drop == Some(When::After) {
        // A streaming handler runs while its response is read, so read all of it.
        let _ = to_bytes(response.into_body(), usize::MAX).await;
        reset(connection)
    } else if fault.stall == Some(true) {
        send_half(response, End::KeepOpen).await
    } else if fault.truncate == Some(true) {
        send_half(response, End::Close).await
    } else if fault.invalid_json == Some(true) {
        invalid_json(response).await
    } else {
        response
    }
}

fn respond(fault: Spec) -> Response {
    let status = fault.status.and_then(|status| StatusCode::from_u16(status).ok());
    let status = status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = match fault.body {
        Some(Value::String(text)) => (status, text).into_response(),
        Some(json) => (status, Json(json)).into_response(),
        None if status.is_client_error() || status.is_server_error() => {
            ApiError::of_status(status, "This error was requested by a fault.").into_response()
        }
        None => status.into_response(),
    };
    for (name, value) in fault.headers.into_iter().flatten() {
        match (HeaderName::try_from(&name), HeaderValue::try_from(as_text(&value))) {
            (Ok(name), Ok(value)) if !LENGTH_HEADERS.contains(&name) => {
                response.headers_mut().insert(name, value);
            }
            _ => tracing::warn!(name, "a fault has an invalid header, which is ignored"),
        }
    }
    response
}

/// Resets the connection before anything is sent.
///
/// Without a connection, the response body fails.
fn reset(connection: Option<ConnectionHandle>) -> Response {
    if let Some(connection) = connection {
        connection.reset();
    }
    let mut response = Response::new(Body::from_stream(stream::iter([Err::<Bytes, _>(Reset::error())])));
    *response.status_mut() = StatusCode::BAD_GATEWAY;
    response.extensions_mut().insert(Reset);
    response
}

/// The end of a response that is sent by half.
enum End {
    KeepOpen,
    Close,
}

async fn send_half(response: Response, end: End) -> Response {
    let (mut parts, body) = response.into_parts();
    let Ok(whole) = to_bytes(body, usize::MAX).await else { return StatusCode::INTERNAL_SERVER_ERROR.into_response() };
    parts.headers.insert(header::CONTENT_LENGTH, HeaderValue::from(whole.len().max(1)));
    let first = whole.slice(..whole.len() / 2);
    let rest = stream::once(async move {
        match end {
            End::KeepOpen => std::future::pending().await,
            // Lets the first half be sent before the connection closes.
            End::Close => tokio::task::yield_now().await,
        }
        Err(io::Error::from(io::ErrorKind::UnexpectedEof))
    });
    Response::from_parts(parts, Body::from_stream(stream::iter([Ok(first)]).chain(rest)))
}

async fn invalid_json(response: Response) -> Response {
    let (mut parts, body) = response.into_parts();
    let Ok(whole) = to_bytes(body, usize::MAX).await else { return StatusCode::INTERNAL_SERVER_ERROR.into_response() };
    let mut bytes = whole[..whole.len() / 2].to_vec();
    bytes.extend_from_slice(b"<not JSON>");
    parts.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(parts, Body::from(bytes))
}
