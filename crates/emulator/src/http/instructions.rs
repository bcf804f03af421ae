//! `/ai/assistants/{assistant_id}/instructions/enhance`.

use axum::{Router, extract::State, response::IntoResponse, routing::post};
use http::header;
use serde_json::Value;
use telnyx_ai_assistants::EnhanceInstructions;

use super::{Answer, body::Body, path::Path, streamed};
use crate::{
    app::App,
    domain::{Domain, instructions},
};

pub(super) fn routes() -> Router<App> {
    Router::new().route("/assistants/{assistant_id}/instructions/enhance", post(enhance))
}

async fn enhance(State(domain): State<Domain>, Path(assistant_id): Path<String>, body: Body) -> Answer {
    let body = body.object::<EnhanceInstructions>()?;
    let given = |name: &str| body.get(name).and_then(Value::as_str);
    let text = domain
        .run(|cx| instructions::enhance(cx, &assistant_id, given("instructions"), given("enhancement_prompt")))?;
    let lines = text.split_inclusive('\n').map(str::to_owned).collect();
    Ok(([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], streamed(lines)).into_response())
}
