//! `/ai/assistants/{assistant_id}/canary-deploys`.

use axum::{Router, routing::post};
use telnyx_ai_versions::CanaryDeployConfig;

use super::{
    handlers::{one, one_with},
    idempotency::Idempotency,
    no_content, ok,
};
use crate::{app::App, domain::canary_deploys};

pub(super) fn routes(idempotency: &Idempotency) -> Router<App> {
    let create = idempotency.layer(post(one_with::<CanaryDeployConfig>(canary_deploys::create, ok)));
    let all = create
        .get(one(canary_deploys::get, ok))
        .put(one_with::<CanaryDeployConfig>(canary_deploys::update, ok))
        .delete(one(canary_deploys::delete, no_content));
    Router::new().route("/assistants/{assistant_id}/canary-deploys", all)
}
