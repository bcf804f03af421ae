//! `/ai/conversations`.

use axum::{
    Router,
    extract::{Path, State},
    routing::{get, post},
};
use serde_json::json;
use telnyx_ai_assistants::{AddMessage, CreateConversation, UpdateConversation};

use super::{Answer, body::Body, data, idempotency::idempotent, no_content, ok, query::Params};
use crate::{
    app::App,
    domain::{conversations, kind},
    store::Order,
};

pub(super) fn routes(app: &App) -> Router<App> {
    Router::new()
        .route("/conversations", get(list))
        .route("/conversations", idempotent(app, post(create)))
        .route("/conversations/{conversation_id}", get(retrieve).put(update).delete(delete))
        .route("/conversations/{conversation_id}/message", idempotent(app, post(add_message)))
        .route("/conversations/{conversation_id}/messages", get(messages))
        .route("/conversations/{conversation_id}/conversations-insights", get(insights))
}

async fn list(State(app): State<App>, params: Params) -> Answer {
    Ok(data(app.run(|work| conversations::list(work, params.iter()))?))
}

async fn create(State(app): State<App>, body: Body) -> Answer {
    let body = body.object::<CreateConversation>()?;
    Ok(ok(app.run(|work| conversations::create(work, body))?))
}

async fn retrieve(State(app): State<App>, Path(conversation_id): Path<String>) -> Answer {
    let conversation = app.run(|work| conversations::get(work, &conversation_id))?;
    Ok(ok(json!({ "data": conversation })))
}

async fn update(State(app): State<App>, Path(conversation_id): Path<String>, body: Body) -> Answer {
    let body = body.object::<UpdateConversation>()?;
    let conversation = app.run(|work| conversations::update(work, &conversation_id, &body))?;
    Ok(ok(json!({ "data": conversation })))
}

async fn delete(State(app): State<App>, Path(conversation_id): Path<String>) -> Answer {
    app.run(|work| conversations::delete(work, &conversation_id))?;
    Ok(no_content())
}

async fn add_message(State(app): State<App>, Path(conversation_id): Path<String>, body: Body) -> Answer {
    let body = body.object::<AddMessage>()?;
    app.run(|work| conversations::add(work, &conversation_id, body))?;
    Ok(no_content())
}

async fn messages(State(app): State<App>, Path(conversation_id): Path<String>, params: Params) -> Answer {
    page(&app, &conversation_id, &params, kind::MESSAGE)
}

async fn insights(State(app): State<App>, Path(conversation_id): Path<String>, params: Params) -> Answer {
    page(&app, &conversation_id, &params, kind::INSIGHTS)
}

/// One page of what belongs to a conversation, oldest first.
fn page(app: &App, conversation_id: &str, params: &Params, kind: &str) -> Answer {
    let paging = params.paging()?;
    let page = app.run(|work| {
        conversations::get(work, conversation_id)?;
        paging.of_documents(work, kind, conversation_id, Order::OldestFirst)
    })?;
    Ok(ok(page))
}
