//! `/ai/assistants/tests`.

use axum::{
    Router,
    routing::{get, post},
};
use telnyx_ai_testing::{CreateTest, UpdateTest};

use super::{
    created, empty,
    handlers::{filtered, one, one_with, with},
    idempotency::Idempotency,
    ok,
};
use crate::{app::App, domain::tests};

pub(super) fn routes(idempotency: &Idempotency) -> Router<App> {
    let create = idempotency.layer(post(with::<CreateTest>(tests::create, created)));
    let update = one_with::<UpdateTest>(tests::update, ok);
    let fields = ["test_suite", "telnyx_conversation_channel", "destination"].map(|field| (field, field));
    Router::new()
        .route("/assistants/tests", create.get(filtered(tests::list, fields)))
        .route("/assistants/tests/{test_id}", get(one(tests::get, ok)).put(update).delete(one(tests::delete, empty)))
}
