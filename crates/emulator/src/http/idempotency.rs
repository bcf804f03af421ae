//! `Idempotency-Key`: the same request under the same key is done once, and answered alike each time.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex, PoisonError},
};

use axum::{
    body::{Body, Bytes, to_bytes},
    extract::{Request, State},
    middleware::{Next, from_fn_with_state},
    response::{IntoResponse, Response},
    routing::MethodRouter,
};
use futures_util::FutureExt;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header, request::Parts, response};

use super::{MAX_BODY_BYTES, errors::ApiError, query::Params};
use crate::{
    app::App,
    assumptions::{IDEMPOTENCY_KEY_ALLOWS_COLON, REPLAY_HEADER},
    domain::{Code, Outcome, Problem, Work},
    store::Recorded,
};

const HEADER: HeaderName = HeaderName::from_static("idempotency-key");
const MAX_KEY_LENGTH: usize = 255;
const KEPT_SECONDS: i64 = 24 * 60 * 60;

/// Makes an operation heed `Idempotency-Key`. What it does and the record of its answer are one transaction: there is
/// never one without the other.
pub(crate) fn idempotent(app: &App, operation: MethodRouter<App>) -> MethodRouter<App> {
    operation.route_layer(from_fn_with_state(app.clone(), async |state, request, next| {
        heed(state, request, next, Way::AtOnce).await
    }))
}

/// Makes an operation heed `Idempotency-Key` that may wait for something outside: its answer is recorded afterwards.
pub(crate) fn idempotent_waiting(app: &App, operation: MethodRouter<App>) -> MethodRouter<App> {
    operation.route_layer(from_fn_with_state(app.clone(), async |state, request, next| {
        heed(state, request, next, Way::Waiting).await
    }))
}

/// How an operation is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    AtOnce,
    Waiting,
}

/// The operations under way that have a key.
#[derive(Debug, Clone, Default)]
pub(crate) struct InFlight(Arc<Mutex<HashSet<(String, String)>>>);

/// Holds one place in [`InFlight`].
#[derive(Debug)]
struct Place(InFlight, (String, String));

impl InFlight {
    fn enter(&self, operation: &str, key: &str) -> Option<Place> {
        let place = (operation.to_owned(), key.to_owned());
        let free = self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(place.clone());
        free.then(|| Place(self.clone(), place))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.1);
    }
}

async fn heed(State(app): State<App>, request: Request, next: Next, way: Way) -> Response {
    match key(request.headers()) {
        Ok(None) => next.run(request).await,
        Ok(Some(key)) => once(app, key, request, next, way).await.unwrap_or_else(IntoResponse::into_response),
        Err(error) => error.into_response(),
    }
}

fn key(headers: &HeaderMap) -> Result<Option<String>, ApiError> {
    let mut values = headers.get_all(HEADER).iter();
    let Some(value) = values.next() else { return Ok(None) };
    let allowed = |byte: u8| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-') || (IDEMPOTENCY_KEY_ALLOWS_COLON && byte == b':')
    };
    match value.to_str() {
        _ if values.next().is_some() => Err(Problem::bad_request("There is more than one Idempotency-Key.").into()),
        Ok(key) if (1..=MAX_KEY_LENGTH).contains(&key.len()) && key.bytes().all(allowed) => Ok(Some(key.to_owned())),
        _ => {
            let detail = format!("Idempotency-Key takes 1 to {MAX_KEY_LENGTH} letters, digits, '_' and '-'.");
            Err(Problem::bad_request(detail).into())
        }
    }
}

/// Replays the recorded answer, or does the operation and records its answer.
async fn once(app: App, key: String, request: Request, next: Next, way: Way) -> Answer {
    let operation = format!("{} {}", request.method(), request.uri().path());
    let query = canonical_query(request.uri().query().unwrap_or_default());
    let Some(place) = app.in_flight.enter(&operation, &key) else {
        return Err(Problem::conflict(format!("A request with Idempotency-Key '{key}' is under way.")).into());
    };

    let (parts, body) = request.into_parts();
    let body = to_bytes(body, MAX_BODY_BYTES)
        .await
        .map_err(|error| ApiError::new(StatusCode::PAYLOAD_TOO_LARGE, Code::BAD_REQUEST, error.to_string()))?;

    let call = Call { operation, key, query, parts, body };
    let recorded = app.run(|work| match call.recorded(work)? {
        None if way == Way::AtOnce => call.answer_at_once(work, next.clone()),
        recorded => Ok(recorded),
    })?;
    if let Some(answer) = recorded {
        return answer;
    }

    // On a task of its own: a caller that hangs up must find the answer when it tries again.
    let work = async move {
        let answer = Whole::of(next.run(call.request()).await).await?;
        if answer.0.status.is_success() {
            app.run(|work| call.record(work, &answer))?;
        }
        drop(place);
        Ok(answer.into_response())
    };
    tokio::spawn(work).await.unwrap_or_else(|error| Err(Problem::internal(error.to_string()).into()))
}

type Answer = Result<Response, ApiError>;

/// A request under a key.
struct Call {
    operation: String,
    key: String,
    query: String,
    parts: Parts,
    body: Bytes,
}

impl Call {
    fn request(&self) -> Request {
        Request::from_parts(self.parts.clone(), Body::from(self.body.clone()))
    }

    /// The answer that was recorded, or a refusal where that was to another request.
    fn recorded(&self, work: &Work<'_>) -> Outcome<Option<Answer>> {
        work.tx.forget_recorded_before(work.now.as_second() - KEPT_SECONDS)?;
        let Some(recorded) = work.tx.recorded(&self.operation, &self.key)? else { return Ok(None) };
        if recorded.query != self.query || recorded.request != self.body {
            let detail = format!("Idempotency-Key '{}' was used for another request.", self.key);
            return Err(Problem::invalid(Code::UNPROCESSABLE, "", detail));
        }
        Ok(Some(Ok(replay(recorded))))
    }

    /// Does the operation as a part of this transaction, which it can unless it has to wait: then nothing is done.
    fn answer_at_once(&self, work: &Work<'_>, next: Next) -> Outcome<Option<Answer>> {
        let done = work.tx.part(|| {
            let operation = async { Whole::of(next.run(self.request()).await).await };
            let answer = operation.now_or_never().ok_or(Undone::Waits)??;
            if !answer.0.status.is_success() {
                return Err(Undone::Refused(Box::new(answer)));
            }
            self.record(work, &answer)?;
            Ok(answer)
        });
        match done {
            Ok(answer) => Ok(Some(Ok(answer.into_response()))),
            Err(Undone::Refused(answer)) => Ok(Some(Ok(answer.into_response()))),
            Err(Undone::Waits) => Ok(None),
            Err(Undone::Failed(problem)) => Err(problem),
        }
    }

    fn record(&self, work: &Work<'_>, Whole(parts, answer): &Whole) -> Outcome<()> {
        let content_type = parts.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let recorded = Recorded {
            query: self.query.clone(),
            request: self.body.to_vec(),
            status: parts.status.as_u16(),
            content_type: content_type.unwrap_or_default().to_owned(),
            response: answer.to_vec(),
            created_at: work.now.as_second(),
        };
        Ok(work.tx.record(&self.operation, &self.key, &recorded)?)
    }
}

/// Why an operation is no part of a transaction.
enum Undone {
    Waits,
    Refused(Box<Whole>),
    Failed(Problem),
}

impl<E: Into<Problem>> From<E> for Undone {
    fn from(error: E) -> Self {
        Self::Failed(error.into())
    }
}

/// An answer that is all there.
struct Whole(response::Parts, Bytes);

impl Whole {
    async fn of(response: Response) -> Outcome<Self> {
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, usize::MAX).await.map_err(|error| Problem::internal(error.to_string()))?;
        Ok(Self(parts, body))
    }

    fn into_response(self) -> Response {
        Response::from_parts(self.0, Body::from(self.1))
    }
}

fn replay(recorded: Recorded) -> Response {
    let mut response = Response::new(Body::from(recorded.response));
    *response.status_mut() = StatusCode::from_u16(recorded.status).unwrap_or(StatusCode::OK);
    if let Ok(value) = HeaderValue::from_str(&recorded.content_type)
        && !value.is_empty()
    {
        response.headers_mut().insert(header::CONTENT_TYPE, value);
    }
    response.headers_mut().insert(HeaderName::from_static(REPLAY_HEADER), HeaderValue::from_static("true"));
    response
}

/// The query in an order and encoding of its own, so that it compares by its values.
fn canonical_query(query: &str) -> String {
    let params = Params::parse(query);
    let mut pairs: Vec<(&str, &str)> = params.iter().collect();
    pairs.sort_unstable();
    form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}
