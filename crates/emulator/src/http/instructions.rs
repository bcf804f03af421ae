//! `/ai/assistants/{assistant_id}/instructions/enhance`.

use std::convert::Infallible;

use axum::{Router, body::Body as AxumBody, extract::State, response::IntoResponse, routing::post};
use futures_util::{StreamExt, stream};
use http::header;
use telnyx_ai_assistants::EnhanceInstructions;

use super::{Answer, body::Body, path::Path};
use crate::{
    app::App,
    domain::{Domain, instructions},
};

pub(super) fn routes() -> Router<App> {
    Router::new().route("/assistants/{assistant_id}/instructions/enhance", post(enhance))
}

async fn enhance(State(domain): State<Domain>, Path(assistant_id): Path<String>, body: Body) -> Answer {
    let body = body.fields::<EnhanceInstructions>()?;
    let (given, prompt) = (body["instructions"].as_str(), body["enhancement_prompt"].as_str());
    let enhanced = domain.run(|cx| instructions::enhance(cx, &assistant_id, given, prompt))?;
    let lines: Vec<String> = enhanced.split_inclusive('\n').map(str::to_owned).collect();
    let chunks = stream::iter(lines).then(|line| async {
        // Lets each chunk be sent on its own.
        tokio::task::yield_now().await;
        Ok::<_, Infallible>(line)
    });
    Ok(([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], AxumBody::from_stream(chunks)).into_response())
}
