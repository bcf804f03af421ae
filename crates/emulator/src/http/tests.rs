//! `/ai/assistants/tests`.

use axum::{
    Router,
    extract::{Path, State},
    routing::{get, post},
};
use telnyx_ai_testing::{CreateTest, UpdateTest};

use super::{Answer, body::Body, created, empty, idempotency::idempotent, ok, query::Params};
use crate::{
    app::App,
    domain::tests::{self, Filter},
};

pub(super) fn routes(app: &App) -> Router<App> {
    Router::new()
        .route("/assistants/tests", get(list))
        .route("/assistants/tests", idempotent(app, post(create)))
        .route("/assistants/tests/{test_id}", get(retrieve).put(update).delete(delete))
}

async fn list(State(app): State<App>, params: Params) -> Answer {
    let paging = params.paging()?;
    let filter = Filter {
        suite: params.get("test_suite"),
        channel: params.get("telnyx_conversation_channel"),
        destination: params.get("destination"),
    };
    Ok(ok(paging.of_items(app.run(|work| tests::list(work, &filter))?)))
}

async fn create(State(app): State<App>, body: Body) -> Answer {
    let body = body.object::<CreateTest>()?;
    Ok(created(app.run(|work| tests::create(work, body))?))
}

async fn retrieve(State(app): State<App>, Path(test_id): Path<String>) -> Answer {
    Ok(ok(app.run(|work| tests::get(work, &test_id))?))
}

async fn update(State(app): State<App>, Path(test_id): Path<String>, body: Body) -> Answer {
    let body = body.object::<UpdateTest>()?;
    Ok(ok(app.run(|work| tests::update(work, &test_id, body))?))
}

async fn delete(State(app): State<App>, Path(test_id): Path<String>) -> Answer {
    app.run(|work| tests::delete(work, &test_id))?;
    Ok(empty())
}
