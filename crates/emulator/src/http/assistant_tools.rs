//! `/ai/assistants/{assistant_id}/tools`: the shared tools of an assistant, and a trial of its webhook tools.

use axum::{
    Router,
    extract::{Path, State},
    routing::{post, put},
};
use telnyx_ai_assistants::TestTool;

use super::{Answer, body::Body, ok};
use crate::{
    app::App,
    assumptions::{TIMED_OUT_TOOL_STATUS, UNREACHABLE_TOOL_STATUS},
    domain::{tool_tests, tools},
    outgoing::Unanswered,
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
    let report = match app.call_tool(&call).await {
        Ok(answered) => {
            let response = String::from_utf8_lossy(&answered.body);
            tool_tests::report(&call, answered.status, &answered.content_type, &response)
        }
        Err(error) => {
            let status = match error {
                Unanswered::TimedOut(_) => TIMED_OUT_TOOL_STATUS,
                Unanswered::Request(_) | Unanswered::Forbidden(_) | Unanswered::Unreachable(_) => {
                    UNREACHABLE_TOOL_STATUS
                }
            };
            tool_tests::report(&call, status, "text/plain", &error.to_string())
        }
    };
    Ok(ok(report))
}
