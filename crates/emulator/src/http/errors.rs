//! Error answers.

use axum::{
    Json,
    extract::{Request, State},
    response::{IntoResponse, Response},
};
use http::StatusCode;
use serde_json::{Value, json};

use crate::{
    app::App,
    assumptions::ValidationShape,
    domain::{Code, Problem, problem::Issue},
};

/// An error answer: a status and at least one issue.
#[derive(Debug)]
pub(crate) struct ApiError {
    status: StatusCode,
    issues: Vec<Issue>,
}

/// The issues of an answer, left with it for [`shape`].
#[derive(Debug, Clone)]
struct Issues(Vec<Issue>);

impl ApiError {
    pub(crate) fn new(status: StatusCode, code: Code, detail: impl Into<String>) -> Self {
        Self { status, issues: vec![Issue { code, detail: detail.into(), pointer: None }] }
    }
}

impl From<Problem> for ApiError {
    fn from(problem: Problem) -> Self {
        let status = StatusCode::from_u16(problem.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        Self { status, issues: problem.issues }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut response = (self.status, Json(error_body(&self.issues))).into_response();
        response.extensions_mut().insert(Issues(self.issues));
        response
    }
}

/// The body of an error answer: `errors[]` of `code`, `title`, `detail` and, where it is known, `source.pointer`.
pub(super) fn error_body(issues: &[Issue]) -> Value {
    let errors: Vec<Value> = issues
        .iter()
        .map(|issue| {
            let mut error = json!({ "code": issue.code.0, "title": issue.code.1, "detail": issue.detail });
            if let Some(pointer) = &issue.pointer {
                error["source"] = json!({ "pointer": pointer });
            }
            error
        })
        .collect();
    json!({ "errors": errors })
}

/// Writes 422 answers in the other shape, where that is asked for.
pub(crate) async fn shape(State(app): State<App>, response: Response) -> Response {
    let Some(Issues(issues)) = response.extensions().get::<Issues>().cloned() else { return response };
    if app.assumptions.validation_shape != ValidationShape::Detail
        || response.status() != StatusCode::UNPROCESSABLE_ENTITY
    {
        return response;
    }
    let detail: Vec<Value> = issues
        .iter()
        .map(|issue| {
            let path = issue.pointer.as_deref().unwrap_or_default();
            let steps = path.split('/').filter(|step| !step.is_empty()).map(|step| match step.parse::<u64>() {
                Ok(index) => json!(index),
                Err(_) => json!(step),
            });
            let loc: Vec<Value> = std::iter::once(json!("body")).chain(steps).collect();
            let kind = if issue.code == Code::MISSING { "missing" } else { "value_error" };
            json!({ "loc": loc, "msg": issue.detail, "type": kind })
        })
        .collect();
    (StatusCode::UNPROCESSABLE_ENTITY, Json(json!({ "detail": detail }))).into_response()
}

/// 404 for an address that is no operation's.
pub(crate) async fn no_such_route(request: Request) -> ApiError {
    let detail = format!("There is nothing at {}.", request.uri().path());
    ApiError::new(StatusCode::NOT_FOUND, Code::NOT_FOUND, detail)
}

/// 405 for an address that does not know the method; the router adds `Allow`.
pub(crate) async fn method_not_allowed(request: Request) -> ApiError {
    let detail = format!("{} does not take {}.", request.uri().path(), request.method());
    ApiError::new(StatusCode::METHOD_NOT_ALLOWED, Code::METHOD, detail)
}
