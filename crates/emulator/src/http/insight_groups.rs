//! `/ai/conversations/insight-groups`.

use axum::{
    Router,
    extract::State,
    routing::{delete, get, post},
};
use telnyx_ai_assistants::{CreateInsightGroup, UpdateInsightGroup};

use super::{Answer, body::Body, data, idempotency::Idempotency, no_content, ok, path::Path, query::Params};
use crate::{
    app::App,
    domain::{Domain, insight_groups},
};

pub(super) fn routes(idempotency: &Idempotency) -> Router<App> {
    Router::new()
        .route("/conversations/insight-groups", get(list))
        .route("/conversations/insight-groups", idempotency.layer(post(create)))
        .route("/conversations/insight-groups/{group_id}", get(retrieve).put(update).delete(remove))
        .route("/conversations/insight-groups/{group_id}/insights/{insight_id}/assign", post(assign))
        .route("/conversations/insight-groups/{group_id}/insights/{insight_id}/unassign", delete(unassign))
}

async fn list(State(domain): State<Domain>, params: Params) -> Answer {
    let paging = params.paging()?;
    Ok(ok(paging.of_items(domain.run(insight_groups::list)?)))
}

async fn create(State(domain): State<Domain>, body: Body) -> Answer {
    let body = body.object::<CreateInsightGroup>()?;
    Ok(data(domain.run(|cx| insight_groups::create(cx, body))?))
}

async fn retrieve(State(domain): State<Domain>, Path(group_id): Path<String>) -> Answer {
    Ok(data(domain.run(|cx| insight_groups::get(cx, &group_id))?))
}

async fn update(State(domain): State<Domain>, Path(group_id): Path<String>, body: Body) -> Answer {
    let body = body.object::<UpdateInsightGroup>()?;
    Ok(data(domain.run(|cx| insight_groups::update(cx, &group_id, body))?))
}

async fn remove(State(domain): State<Domain>, Path(group_id): Path<String>) -> Answer {
    domain.run(|cx| insight_groups::delete(cx, &group_id))?;
    Ok(no_content())
}

async fn assign(State(domain): State<Domain>, Path((group_id, insight_id)): Path<(String, String)>) -> Answer {
    domain.run(|cx| insight_groups::assign(cx, &group_id, &insight_id))?;
    Ok(no_content())
}

async fn unassign(State(domain): State<Domain>, Path((group_id, insight_id)): Path<(String, String)>) -> Answer {
    domain.run(|cx| insight_groups::unassign(cx, &group_id, &insight_id))?;
    Ok(no_content())
}
