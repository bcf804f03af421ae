//! `/ai/assistants/tests`.

use axum::{
    Router,
    extract::State,
    routing::{get, post},
};
use telnyx_ai_testing::{CreateTest, UpdateTest};

use super::{Answer, body::Body, created, empty, idempotency::Idempotency, ok, path::Path, query::Params};
use crate::{
    app::App,
    domain::{
        Domain,
        tests::{self, Filter},
    },
};

pub(super) fn routes(idempotency: &Idempotency) -> Router<App> {
    Router::new()
        .route("/assistants/tests", get(list))
        .route("/assistants/tests", idempotency.layer(post(create)))
        .route("/assistants/tests/{test_id}", get(retrieve).put(update).delete(delete))
}

async fn list(State(domain): State<Domain>, params: Params) -> Answer {
    let paging = params.paging()?;
    let filter = Filter {
        suite: params.get("test_suite"),
        channel: params.get("telnyx_conversation_channel"),
        destination: params.get("destination"),
    };
    Ok(ok(paging.of_items(domain.run(|cx| tests::list(cx, &filter))?)))
}

async fn create(State(domain): State<Domain>, body: Body) -> Answer {
    let body = body.object::<CreateTest>()?;
    Ok(created(domain.run(|cx| tests::create(cx, body))?))
}

async fn retrieve(State(domain): State<Domain>, Path(test_id): Path<String>) -> Answer {
    Ok(ok(domain.run(|cx| tests::get(cx, &test_id))?))
}

async fn update(State(domain): State<Domain>, Path(test_id): Path<String>, body: Body) -> Answer {
    let body = body.object::<UpdateTest>()?;
    Ok(ok(domain.run(|cx| tests::update(cx, &test_id, body))?))
}

async fn delete(State(domain): State<Domain>, Path(test_id): Path<String>) -> Answer {
    domain.run(|cx| tests::delete(cx, &test_id))?;
    Ok(empty())
}
