//! `/ai/assistants/tags` and `/ai/assistants/{assistant_id}/tags`.

use axum::{
    Router,
    extract::State,
    routing::{get, post},
};
use telnyx_ai_assistants::AddTag;

use super::{Answer, body::Body, ok, path::Path};
use crate::{
    app::App,
    domain::{Domain, tags},
};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/assistants/tags", get(list))
        .route("/assistants/{assistant_id}/tags", post(add))
        .route("/assistants/{assistant_id}/tags/{tag}", axum::routing::delete(remove))
}

async fn list(State(domain): State<Domain>) -> Answer {
    Ok(ok(domain.run(tags::list)?))
}

async fn add(State(domain): State<Domain>, Path(assistant_id): Path<String>, body: Body) -> Answer {
    let body = body.fields::<AddTag>()?;
    Ok(ok(domain.run(|cx| tags::add(cx, &assistant_id, &body))?))
}

async fn remove(State(domain): State<Domain>, Path((assistant_id, tag)): Path<(String, String)>) -> Answer {
    Ok(ok(domain.run(|cx| tags::remove(cx, &assistant_id, &tag))?))
}
