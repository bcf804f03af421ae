//! Error responses.

use axum::{
    Json,
    extract::{OriginalUri, Request, State},
    response::{IntoResponse, Response},
};
use http::StatusCode;
use serde_json::{Value, json};

use crate::{
    assumptions::{ENDED_CONVERSATION_STATUS, MAIN_VERSION_STATUS, UNREADABLE_EXPRESSION_STATUS, ValidationShape},
    dialogue::Failure,
    domain::{self, Domain, ViolationKind},
};

/// An error code of the API, with its title.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Code(&'static str, &'static str);

impl Code {
    pub(super) const MISSING: Self = Self("10004", "Missing required parameter");
    pub(super) const NOT_FOUND: Self = Self("10005", "Resource not found");
    pub(super) const UNEXPECTED: Self = Self("10007", "Unexpected error");
    pub(super) const AUTHENTICATION: Self = Self("10009", "Authentication failed");
    pub(super) const AUTHORIZATION: Self = Self("10010", "Authorization failed");
    pub(super) const TOO_MANY: Self = Self("10011", "Too many requests");
    pub(super) const BAD_REQUEST: Self = Self("10015", "Bad request");
    pub(super) const INVALID_JSON: Self = Self("10023", "Invalid JSON");
    pub(super) const LENGTH: Self = Self("10025", "Invalid length");
    pub(super) const UNPROCESSABLE: Self = Self("10027", "Unprocessable entity");
    pub(super) const METHOD: Self = Self("10030", "Method not allowed");
    pub(super) const ENUM: Self = Self("10032", "Invalid enumerated value");
    pub(super) const RANGE: Self = Self("10033", "Value outside of range");

    fn of(kind: ViolationKind) -> Self {
        match kind {
            ViolationKind::Missing => Self::MISSING,
            ViolationKind::Length => Self::LENGTH,
            ViolationKind::OutOfRange => Self::RANGE,
            ViolationKind::UnknownValue => Self::ENUM,
            kind if is_bad_request(kind) => Self::BAD_REQUEST,
            _ => Self::UNPROCESSABLE,
        }
    }

    /// The code for a status, for errors without a code of their own.
    pub(super) fn of_status(status: StatusCode) -> Self {
        match status {
            StatusCode::UNAUTHORIZED => Self::AUTHENTICATION,
            StatusCode::FORBIDDEN => Self::AUTHORIZATION,
            StatusCode::NOT_FOUND => Self::NOT_FOUND,
            StatusCode::METHOD_NOT_ALLOWED => Self::METHOD,
            StatusCode::UNPROCESSABLE_ENTITY => Self::UNPROCESSABLE,
            StatusCode::TOO_MANY_REQUESTS => Self::TOO_MANY,
            status if status.is_client_error() => Self::BAD_REQUEST,
            _ => Self::UNEXPECTED,
        }
    }
}

/// Whether the API responds 400 instead of 422 to this kind of violation.
fn is_bad_request(kind: ViolationKind) -> bool {
    matches!(kind, ViolationKind::OneOnly | ViolationKind::Unsupported)
}

/// An item of `errors[]`.
#[derive(Debug, Clone)]
struct Item {
    code: Code,
    detail: String,
    /// A JSON pointer into the request body; empty if unknown.
    pointer: String,
}

/// An error response: a status and at least one error.
#[derive(Debug)]
pub(crate) struct ApiError {
    pub(crate) status: StatusCode,
    items: Vec<Item>,
}

/// The errors of a response. [`shape`] reads them from the response's extensions.
#[derive(Debug, Clone)]
struct Items(Vec<Item>);

impl ApiError {
    pub(super) fn new(status: StatusCode, code: Code, detail: impl Into<String>) -> Self {
        Self { status, items: vec![Item { code, detail: detail.into(), pointer: String::new() }] }
    }

    pub(super) fn of_status(status: StatusCode, detail: impl Into<String>) -> Self {
        Self::new(status, Code::of_status(status), detail)
    }

    /// The body: `errors[]` of `code`, `title`, `detail` and `source.pointer`.
    pub(super) fn body(&self) -> Value {
        let errors: Vec<Value> = self
            .items
            .iter()
            .map(|item| {
                let mut error = json!({ "code": item.code.0, "title": item.code.1, "detail": item.detail });
                if !item.pointer.is_empty() {
                    error["source"] = json!({ "pointer": item.pointer });
                }
                error
            })
            .collect();
        json!({ "errors": errors })
    }
}

impl From<domain::Error> for ApiError {
    fn from(error: domain::Error) -> Self {
        use domain::Error;

        let status = |status: u16| StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let (status, code) = match &error {
            Error::NotFound { .. } => (StatusCode::NOT_FOUND, Code::NOT_FOUND),
            Error::Conflict(_) => (StatusCode::CONFLICT, Code::BAD_REQUEST),
            Error::NotPossible(_) => (StatusCode::BAD_REQUEST, Code::BAD_REQUEST),
            Error::MainVersion { .. } => (status(MAIN_VERSION_STATUS), Code::BAD_REQUEST),
            Error::ConversationEnded { .. } => (status(ENDED_CONVERSATION_STATUS), Code::BAD_REQUEST),
            Error::UnreadableExpression { .. } => (status(UNREADABLE_EXPRESSION_STATUS), Code::UNPROCESSABLE),
            Error::Invalid(violations) if violations.iter().all(|violation| is_bad_request(violation.kind)) => {
                (StatusCode::BAD_REQUEST, Code::BAD_REQUEST)
            }
            Error::Invalid(_) => (StatusCode::UNPROCESSABLE_ENTITY, Code::UNPROCESSABLE),
            Error::Store(_) | Error::Flush(_) | Error::Internal(_) => {
                tracing::error!(%error, "a request failed");
                (StatusCode::INTERNAL_SERVER_ERROR, Code::UNEXPECTED)
            }
        };
        match error {
            Error::Invalid(violations) => {
                let items = violations.into_iter().map(|violation| Item {
                    code: Code::of(violation.kind),
                    detail: violation.message,
                    pointer: violation.pointer,
                });
                Self { status, items: items.collect() }
            }
            other => Self::new(status, code, other.to_string()),
        }
    }
}

impl From<Failure> for ApiError {
    fn from(failure: Failure) -> Self {
        let status = StatusCode::from_u16(failure.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        Self::of_status(status, failure.to_string())
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut response = (self.status, Json(self.body())).into_response();
        response.extensions_mut().insert(Items(self.items));
        response
    }
}

/// Joins the details of all errors.
impl std::fmt::Display for ApiError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&domain::error::joined(self.items.iter().map(|item| &*item.detail)))
    }
}

/// Rewrites 422 responses to the form `detail[]` if configured.
pub(super) async fn shape(State(domain): State<Domain>, response: Response) -> Response {
    let Some(Items(items)) = response.extensions().get::<Items>().cloned() else { return response };
    if domain.assumptions().validation_shape != ValidationShape::Detail
        || response.status() != StatusCode::UNPROCESSABLE_ENTITY
    {
        return response;
    }
    let detail: Vec<Value> = items
        .iter()
        .map(|item| {
            let steps = item.pointer.split('/').filter(|step| !step.is_empty());
            let steps = steps.map(|step| step.parse::<u64>().map_or_else(|_| json!(step), |index| json!(index)));
            let loc: Vec<Value> = std::iter::once(json!("body")).chain(steps).collect();
            let kind = if item.code == Code::MISSING { "missing" } else { "value_error" };
            json!({ "loc": loc, "msg": item.detail, "type": kind })
        })
        .collect();
    (StatusCode::UNPROCESSABLE_ENTITY, Json(json!({ "detail": detail }))).into_response()
}

/// Responds 404 to an unknown path.
pub(super) async fn unknown_route(OriginalUri(uri): OriginalUri) -> ApiError {
    let path = uri.path();
    let hint = if path.starts_with("/ai/") { " The base URL of the API ends with /v2." } else { "" };
    let detail = format!("No such path: {path}.{hint}");
    ApiError::new(StatusCode::NOT_FOUND, Code::NOT_FOUND, detail)
}

/// Responds 405 to an unsupported method. The router adds `Allow`.
pub(super) async fn method_not_allowed(OriginalUri(uri): OriginalUri, request: Request) -> ApiError {
    let detail = format!("{} does not support {}.", uri.path(), request.method());
    ApiError::new(StatusCode::METHOD_NOT_ALLOWED, Code::METHOD, detail)
}
