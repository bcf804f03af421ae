//! Logs requests with their responses.

use std::time::Instant;

use axum::{
    body::Body,
    extract::{Request, State},
    middleware::Next,
    response::Response,
};
use http_body_util::BodyExt;

use super::{faults::Reset, layers::RequestId};
use crate::{
    domain::Domain,
    request_log::{Direction, Head, RequestLog},
};

/// Handles a request and logs it with its response.
///
/// Only the part of the body that is read is logged.
pub(super) async fn log(
    State(log): State<RequestLog>,
    State(domain): State<Domain>,
    request: Request,
    next: Next,
) -> Response {
    let started = Instant::now();
    let at = domain.time().now();
    let (parts, body) = request.into_parts();
    let (uri, method, headers) = (parts.uri.clone(), parts.method.clone(), parts.headers.clone());
    let id = parts.extensions.get::<RequestId>().map(|id| id.0.clone()).unwrap_or_default();
    let request_body = log.body();
    let logged = request_body.clone();
    let body = body.inspect_frame(move |frame| frame.data_ref().into_iter().for_each(|piece| logged.push(piece)));
    let response = next.run(Request::from_parts(parts, Body::new(body))).await;
    let head = Head {
        direction: Direction::In,
        id,
        at,
        method,
        path: uri.path().to_owned(),
        query: uri.query().unwrap_or_default().to_owned(),
        headers: &headers,
        warning: None,
    };
    let was_reset = response.extensions().get::<Reset>().is_some();
    let answer = (!was_reset).then(|| (response.status().as_u16(), response.headers()));
    let response_body = log.add(head, request_body, answer, started.elapsed());
    if was_reset {
        return response;
    }
    response.map(|body| {
        Body::new(
            body.inspect_frame(move |frame| frame.data_ref().into_iter().for_each(|piece| response_body.push(piece))),
        )
    })
}
