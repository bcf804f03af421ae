//! `/ai/conversations/insight-groups`.

use axum::{
    Router,
    routing::{delete, get, post},
};
use telnyx_ai_assistants::{CreateInsightGroup, UpdateInsightGroup};

use super::{
    data,
    handlers::{one, one_with, page, pair, with},
    idempotency::Idempotency,
    no_content,
};
use crate::{app::App, domain::insight_groups};

pub(super) fn routes(idempotency: &Idempotency) -> Router<App> {
    let create = idempotency.layer(post(with::<CreateInsightGroup>(insight_groups::create, data)));
    let update = one_with::<UpdateInsightGroup>(insight_groups::update, data);
    Router::new()
        .route("/conversations/insight-groups", create.get(page(insight_groups::list)))
        .route(
            "/conversations/insight-groups/{group_id}",
            get(one(insight_groups::get, data)).put(update).delete(one(insight_groups::delete, no_content)),
        )
        .route(
            "/conversations/insight-groups/{group_id}/insights/{insight_id}/assign",
            post(pair(insight_groups::assign, no_content)),
        )
        .route(
            "/conversations/insight-groups/{group_id}/insights/{insight_id}/unassign",
            delete(pair(insight_groups::unassign, no_content)),
        )
}
