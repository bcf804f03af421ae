//! `/ai/assistants/{assistant_id}/tools`: the shared tools of an assistant, and a trial of its webhook tools.

use axum::{
    Router,
    extract::{Path, State},
    routing::{post, put},
};
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use telnyx_ai_assistants::TestTool;

use super::{Answer, body::Body, ok};
use crate::{
    app::App,
    assumptions::{TIMED_OUT_TOOL_STATUS, UNREACHABLE_TOOL_STATUS},
    domain::{
        tool_tests::{self, ToolCall},
        tools,
    },
    outgoing::{Answered, Unanswered},
};

pub(super) fn routes(_: &App) -> Router<App> {
    Router::new()
        .route("/assistants/{assistant_id}/tools/{tool_id}", put(add).delete(remove))
        .route("/assistants/{assistant_id}/tools/{tool_id}/test", post(test))
}

async fn add(State(app): State<App>, Path((assistant_id, tool_id)): Path<(String, String)>) -> Answer {
    Ok(ok(app.run(|work| tools::attach(work, &assistant_id, &tool_id))?))
}

async fn remove(State(app): State<App>, Path((assistant_id, tool_id)): Path<(String, String)>) -> Answer {
    Ok(ok(app.run(|work| tools::detach(work, &assistant_id, &tool_id))?))
}

async fn test(State(app): State<App>, Path((assistant_id, tool_id)): Path<(String, String)>, body: Body) -> Answer {
    let body = body.object::<TestTool>()?;
    let call = app.run(|work| tool_tests::prepare(work, &assistant_id, &tool_id, &body))?;
    let report = match make(&app, &call).await {
        Ok(answered) => {
            let response = String::from_utf8_lossy(&answered.body);
            tool_tests::report(&call, answered.status, &answered.content_type, &response)
        }
        Err(error) => {
            let status = match error {
                Unanswered::TimedOut(_) => TIMED_OUT_TOOL_STATUS,
                Unanswered::Request(_) | Unanswered::Unreachable(_) => UNREACHABLE_TOOL_STATUS,
            };
            tool_tests::report(&call, status, "text/plain", &error.to_string())
        }
    };
    Ok(ok(report))
}

async fn make(app: &App, call: &ToolCall) -> Result<Answered, Unanswered> {
    let method = Method::from_bytes(call.method.as_bytes()).map_err(|error| Unanswered::Request(error.to_string()))?;
    let mut headers = HeaderMap::new();
    for (name, value) in &call.headers {
        let bad = |reason: String| Unanswered::Request(format!("header '{name}': {reason}"));
        let header = HeaderName::from_bytes(name.as_bytes()).map_err(|error| bad(error.to_string()))?;
        headers.insert(header, HeaderValue::from_str(value).map_err(|error| bad(error.to_string()))?);
    }
    let body = call.body.as_ref().map(|body| body.to_string().into_bytes()).unwrap_or_default();
    app.outgoing.call(method, &call.url, headers, body, call.timeout).await
}
