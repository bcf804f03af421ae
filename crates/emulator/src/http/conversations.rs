//! `/ai/conversations`.

use axum::{
    Router,
    extract::State,
    routing::{get, post},
};
use telnyx_ai_assistants::{AddMessage, CreateConversation, UpdateConversation};

use super::{
    Answer,
    body::Body,
    data,
    handlers::{one, one_with, with},
    idempotency::Idempotency,
    no_content, ok,
    path::Path,
    query::Params,
};
use crate::{
    app::App,
    domain::{Context, Domain, conversations},
    scheduler::runs::Runs,
};

pub(super) fn routes(idempotency: &Idempotency) -> Router<App> {
    let create = idempotency.layer(post(with::<CreateConversation>(conversations::create, ok)));
    let update = one_with::<UpdateConversation>(conversations::update, data);
    Router::new()
        .route("/conversations", create.get(list))
        .route(
            "/conversations/{conversation_id}",
            get(one(conversations::get, data)).put(update).delete(one(conversations::delete, no_content)),
        )
        .route("/conversations/{conversation_id}/message", idempotency.layer(post(add_message)))
        .route("/conversations/{conversation_id}/messages", get(messages))
        .route("/conversations/{conversation_id}/conversations-insights", get(insights))
}

async fn list(State(domain): State<Domain>, params: Params) -> Answer {
    Ok(data(conversations::list(&domain, params.iter())?))
}

async fn add_message(State(domain): State<Domain>, Path(conversation_id): Path<String>, body: Body) -> Answer {
    let body = body.object::<AddMessage>()?;
    Ok(no_content(domain.run(|cx| conversations::add(cx, &conversation_id, body))?))
}

async fn messages(State(domain): State<Domain>, Path(conversation_id): Path<String>, params: Params) -> Answer {
    let paging = params.paging()?;
    let page = |cx: &Context<'_>| conversations::page_of_messages(cx, &conversation_id, paging.offset(), paging.size);
    let (page, total) = domain.run(page)?;
    Ok(ok(paging.of_page(page, total)))
}

async fn insights(
    State(domain): State<Domain>,
    State(runs): State<Runs>,
    Path(conversation_id): Path<String>,
    params: Params,
) -> Answer {
    let paging = params.paging()?;
    runs.settle_insights().await;
    Ok(ok(paging.of_items(domain.run(|cx| conversations::list_insights(cx, &conversation_id))?)))
}
