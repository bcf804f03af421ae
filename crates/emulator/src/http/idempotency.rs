//! `Idempotency-Key`: each repetition of a request gets the same response.

use std::{collections::HashSet, convert::Infallible, sync::Arc};

use axum::{
    body::{Body, to_bytes},
    extract::{FromRequestParts, Request, State},
    middleware::{Next, from_fn_with_state},
    response::{IntoResponse, Response},
    routing::MethodRouter,
};
use futures_util::FutureExt;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header, request::Parts};
use parking_lot::Mutex;
use serde_json::Value;

use super::{Answer, errors::ApiError, ok, query::Params};
use crate::{
    app::App,
    assumptions::{IDEMPOTENCY_KEY_ALLOWS_COLON, REPLAY_HEADER},
    domain::{
        Context, Domain, Error, Result,
        idempotency::{self, KeyedRequest, RecordedResponse},
    },
};

const HEADER: HeaderName = HeaderName::from_static("idempotency-key");
const MAX_KEY_LENGTH: usize = 255;

/// Adds `Idempotency-Key` support to operations. Clones share the keys in use.
#[derive(Debug, Clone)]
pub(super) struct Idempotency {
    domain: Domain,
    in_flight: InFlight,
}

impl Idempotency {
    pub(super) fn new(domain: Domain) -> Self {
        Self { domain, in_flight: InFlight::default() }
    }

    /// A layer for operations in one transaction, which records the response.
    pub(super) fn layer(&self, operation: MethodRouter<App>) -> MethodRouter<App> {
        operation.route_layer(from_fn_with_state(self.clone(), async |state, request, next| {
            handle(state, request, next, Mode::Transaction).await
        }))
    }

    /// A layer for operations that await requests.
    ///
    /// They record the response themselves, with [`Keyed::commit`].
    pub(super) fn layer_waiting(&self, operation: MethodRouter<App>) -> MethodRouter<App> {
        operation.route_layer(from_fn_with_state(self.clone(), async |state, request, next| {
            handle(state, request, next, Mode::Waiting).await
        }))
    }
}

/// The recorder of the response.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    Transaction,
    Waiting,
}

/// The keyed operations that are running.
#[derive(Debug, Clone, Default)]
struct InFlight(Arc<Mutex<HashSet<(String, String)>>>);

/// An entry of [`InFlight`]. Dropping it removes the entry.
#[derive(Debug)]
struct InFlightGuard(InFlight, (String, String));

impl InFlight {
    fn insert(&self, operation: &str, key: &str) -> Option<InFlightGuard> {
        let place = (operation.to_owned(), key.to_owned());
        let free = self.0.lock().insert(place.clone());
        free.then(|| InFlightGuard(self.clone(), place))
    }
}

impl Drop for InFlightGuard {
    fn drop(&mut self) {
        self.0.0.lock().remove(&self.1);
    }
}

async fn handle(State(idempotency): State<Idempotency>, request: Request, next: Next, mode: Mode) -> Response {
    match key(request.headers()) {
        Ok(None) => next.run(request).await,
        Ok(Some(key)) => {
            idempotency.replay_or_run(key, request, next, mode).await.unwrap_or_else(IntoResponse::into_response)
        }
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
        _ if values.next().is_some() => {
            Err(Error::NotPossible("There is more than one Idempotency-Key.".to_owned()).into())
        }
        Ok(key) if (1..=MAX_KEY_LENGTH).contains(&key.len()) && key.bytes().all(allowed) => Ok(Some(key.to_owned())),
        _ => {
            let detail = format!("Idempotency-Key takes 1 to {MAX_KEY_LENGTH} letters, digits, '_' and '-'.");
            Err(Error::NotPossible(detail).into())
        }
    }
}

impl Idempotency {
    /// Replays the recorded response, or runs the operation.
    async fn replay_or_run(self, key: String, request: Request, next: Next, mode: Mode) -> Answer {
        let operation = format!("{} {}", request.method(), request.uri().path());
        let query = canonical_query(request.uri().query().unwrap_or_default());
        let Some(_place) = self.in_flight.insert(&operation, &key) else {
            return Err(Error::Conflict(format!("A request with Idempotency-Key '{key}' is in progress.")).into());
        };

        let (parts, body) = request.into_parts();
        // The body is already buffered.
        let body = to_bytes(body, usize::MAX).await.map_err(|error| Error::Internal(error.to_string()))?;

        let keyed = Arc::new(KeyedRequest { operation, key, query, body });
        let request = || {
            let mut request = Request::from_parts(parts.clone(), Body::from(keyed.body.clone()));
            request.extensions_mut().insert(Keyed(Some(Arc::clone(&keyed))));
            request
        };
        let answer = self.domain.run(|cx| match idempotency::recorded(cx, &keyed)? {
            None if mode == Mode::Transaction => run_in_transaction(cx, &keyed, next.clone().run(request())).map(Some),
            recorded => Ok(recorded.map(replay)),
        })?;
        match answer {
            Some(answer) => Ok(answer),
            None => Ok(next.run(request()).await),
        }
    }
}

/// The key of a request, if it has one.
///
/// It is for an operation that records its response itself.
#[derive(Debug, Clone, Default)]
pub(super) struct Keyed(Option<Arc<KeyedRequest>>);

impl<S: Sync> FromRequestParts<S> for Keyed {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(parts.extensions.get().cloned().unwrap_or_default())
    }
}

impl Keyed {
    /// Runs rules and records the response that they return, in one transaction.
    pub(super) fn commit(
        &self,
        domain: &Domain,
        rules: impl FnOnce(&Context<'_>) -> Result<Value>,
    ) -> Result<Response, ApiError> {
        let body = domain.run(|cx| {
            let body = rules(cx)?;
            if let Some(request) = &self.0 {
                let response = RecordedResponse {
                    status: StatusCode::OK.as_u16(),
                    content_type: "application/json".to_owned(),
                    body: body.to_string().into(),
                };
                idempotency::record(cx, request, &response)?;
            }
            Ok(body)
        })?;
        Ok(ok(body))
    }
}

/// Runs an operation that never waits, and records its response if it is a success.
///
/// An operation is one `domain.run`, which has rolled back its changes if it was refused.
fn run_in_transaction(
    cx: &Context<'_>,
    request: &KeyedRequest,
    operation: impl Future<Output = Response>,
) -> Result<Response> {
    let operation = async {
        let (parts, body) = operation.await.into_parts();
        (parts, to_bytes(body, usize::MAX).await)
    };
    let waits = || Error::Internal("An operation with an Idempotency-Key must not wait.".to_owned());
    let (parts, body) = operation.now_or_never().ok_or_else(waits)?;
    let body = body.map_err(|error| Error::Internal(error.to_string()))?;
    if parts.status.is_success() {
        let content_type = parts.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let response = RecordedResponse {
            status: parts.status.as_u16(),
            content_type: content_type.unwrap_or_default().to_owned(),
            body: body.to_vec(),
        };
        idempotency::record(cx, request, &response)?;
    }
    Ok(Response::from_parts(parts, Body::from(body)))
}

fn replay(recorded: RecordedResponse) -> Response {
    let mut response = Response::new(Body::from(recorded.body));
    *response.status_mut() = StatusCode::from_u16(recorded.status).unwrap_or(StatusCode::OK);
    if let Ok(value) = HeaderValue::from_str(&recorded.content_type)
        && !value.is_empty()
    {
        response.headers_mut().insert(header::CONTENT_TYPE, value);
    }
    response.headers_mut().insert(HeaderName::from_static(REPLAY_HEADER), HeaderValue::from_static("true"));
    response
}

/// The query in canonical order and encoding, for comparison.
fn canonical_query(query: &str) -> String {
    let params = Params::parse(query);
    let mut pairs: Vec<(&str, &str)> = params.iter().collect();
    pairs.sort_unstable();
    form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}
