//! Keeps every request and its answer for the request log.

use std::{
    pin::Pin,
    task::{Context, Poll},
    time::Instant,
};

use axum::{
    body::{Body, Bytes, to_bytes},
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::StatusCode;
use http_body::{Frame, SizeHint};

use super::{MAX_BODY_BYTES, errors::ApiError, faults::Reset, request_id::RequestId};
use crate::{
    app::App,
    domain::Code,
    request_log::{Asked, Direction, Kept},
};

/// Handles a request, and keeps it with its answer.
pub(crate) async fn keep(State(app): State<App>, request: Request, next: Next) -> Response {
    let began = Instant::now();
    let at = app.time.now();
    let (parts, body) = request.into_parts();
    let read = to_bytes(body, MAX_BODY_BYTES).await;
    let asked = Asked {
        direction: Direction::In,
        id: parts.extensions.get::<RequestId>().map(|id| id.0.clone()).unwrap_or_default(),
        at,
        method: parts.method.clone(),
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().unwrap_or_default().to_owned(),
        headers: parts.headers.clone(),
        body: read.as_ref().cloned().unwrap_or_default(),
    };
    let response = match read {
        Ok(body) => next.run(Request::from_parts(parts, Body::from(body))).await,
        Err(error) => {
            let detail = format!("The body could not be read, or has more than {MAX_BODY_BYTES} bytes: {error}.");
            ApiError::new(StatusCode::PAYLOAD_TOO_LARGE, Code::BAD_REQUEST, detail).into_response()
        }
    };
    let arrives = response.extensions().get::<Reset>().is_none();
    let answer = arrives.then(|| (response.status().as_u16(), response.headers()));
    let kept = app.log.keep(asked, answer, began.elapsed());
    if !arrives {
        return response;
    }
    response.map(|body| Body::new(Copied { body, kept }))
}

/// A body that leaves a copy of what goes out.
struct Copied {
    body: Body,
    kept: Kept,
}

impl http_body::Body for Copied {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let frame = Pin::new(&mut self.body).poll_frame(context);
        if let Poll::Ready(Some(Ok(frame))) = &frame
            && let Some(piece) = frame.data_ref()
        {
            self.kept.push(piece.clone());
        }
        frame
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
