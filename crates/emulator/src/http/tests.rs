//! `/ai/assistants/tests`.

use axum::{
    Router,
    extract::State,
    routing::{get, post},
};
use telnyx_ai_testing::{CreateTest, UpdateTest};

use super::{
    Answer, created, empty,
    handlers::{one, one_with, with},
    idempotency::Idempotency,
    ok,
    query::Params,
};
use crate::{
    app::App,
    domain::{Domain, tests},
};

pub(super) fn routes(idempotency: &Idempotency) -> Router<App> {
    let create = idempotency.layer(post(with::<CreateTest>(tests::create, created)));
    let update = one_with::<UpdateTest>(tests::update, ok);
    Router::new()
        .route("/assistants/tests", create.get(list))
        .route("/assistants/tests/{test_id}", get(one(tests::get, ok)).put(update).delete(one(tests::delete, empty)))
}

async fn list(State(domain): State<Domain>, params: Params) -> Answer {
    let paging = params.paging()?;
    let fields = ["test_suite", "telnyx_conversation_channel", "destination"];
    let wanted = fields.map(|field| (field, params.get(field)));
    Ok(ok(paging.of_items(domain.run(|cx| tests::list(cx, &wanted))?)))
}
