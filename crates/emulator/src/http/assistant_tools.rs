//! `/ai/assistants/{assistant_id}/tools`: the tools of an assistant.

use axum::{
    Router,
    extract::State,
    routing::{post, put},
};
use http::header;
use telnyx_ai_assistants::TestTool;

use super::{Answer, body::Body, handlers::pair, ok, path::Path};
use crate::{
    app::App,
    domain::{Domain, tool_tests, tools},
    outbound::Outbound,
};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route(
            "/assistants/{assistant_id}/tools/{tool_id}",
            put(pair(tools::attach, ok)).delete(pair(tools::detach, ok)),
        )
        .route("/assistants/{assistant_id}/tools/{tool_id}/test", post(test))
}

async fn test(
    State(domain): State<Domain>,
    State(outbound): State<Outbound>,
    Path((assistant_id, tool_id)): Path<(String, String)>,
    body: Body,
) -> Answer {
    let body = body.fields::<TestTool>()?;
    let call = domain.run(|cx| tool_tests::prepare(cx, &assistant_id, &tool_id, &body))?;
    let report = match outbound.call_tool(&call).await {
        Ok(answered) => {
            let response = String::from_utf8_lossy(&answered.body);
            tool_tests::report(&call, answered.status, answered.header(header::CONTENT_TYPE), &response)
        }
        Err(error) => tool_tests::report(&call, error.tool_status(), "text/plain", &error.to_string()),
    };
    Ok(ok(report))
}
