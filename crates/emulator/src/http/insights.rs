//! `/ai/conversations/insights` and `/ai/conversations/conversation-insights`.

use axum::{
    Router,
    extract::State,
    routing::{get, post},
};
use telnyx_ai_assistants::{CreateInsight, UpdateInsight};

use super::{Answer, body::Body, data, idempotency::Idempotency, no_content, ok, path::Path, query::Params};
use crate::{
    app::App,
    domain::{
        Domain,
        insight_results::{self, Aggregation},
        insights,
    },
    scheduler::runs::Runs,
};

pub(super) fn routes(idempotency: &Idempotency) -> Router<App> {
    Router::new()
        .route("/conversations/insights", get(list))
        .route("/conversations/insights", idempotency.layer(post(create)))
        .route("/conversations/insights/{insight_id}", get(retrieve).put(update).delete(delete))
        .route("/conversations/conversation-insights/aggregates", get(aggregates))
}

async fn list(State(domain): State<Domain>, params: Params) -> Answer {
    let paging = params.paging()?;
    Ok(ok(paging.of_items(domain.run(insights::list)?)))
}

async fn create(State(domain): State<Domain>, body: Body) -> Answer {
    let body = body.object::<CreateInsight>()?;
    Ok(data(domain.run(|cx| insights::create(cx, body))?))
}

async fn retrieve(State(domain): State<Domain>, Path(insight_id): Path<String>) -> Answer {
    Ok(data(domain.run(|cx| insights::get(cx, &insight_id))?))
}

async fn update(State(domain): State<Domain>, Path(insight_id): Path<String>, body: Body) -> Answer {
    let body = body.object::<UpdateInsight>()?;
    Ok(data(domain.run(|cx| insights::update(cx, &insight_id, body))?))
}

async fn delete(State(domain): State<Domain>, Path(insight_id): Path<String>) -> Answer {
    domain.run(|cx| insights::delete(cx, &insight_id))?;
    Ok(no_content())
}

async fn aggregates(State(domain): State<Domain>, State(runs): State<Runs>, params: Params) -> Answer {
    runs.settle_insights().await;
    let aggregation = Aggregation {
        assistant_id: params.get("metadata[assistant_id]"),
        created_at: params.all("created_at").collect(),
        group_by: params.list("group_by"),
        show: params.list("show"),
    };
    let records = domain.run(|cx| insight_results::records(cx, params.get("insight_id")))?;
    Ok(data(insight_results::aggregate(records, &aggregation)?))
}
