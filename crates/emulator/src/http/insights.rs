//! `/ai/conversations/insights` and `/ai/conversations/conversation-insights`.

use axum::{
    Router,
    extract::State,
    routing::{get, post},
};
use telnyx_ai_assistants::{CreateInsight, UpdateInsight};

use super::{
    Answer, data,
    handlers::{one, one_with, page, with},
    idempotency::Idempotency,
    no_content,
    query::Params,
};
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
    let create = idempotency.layer(post(with::<CreateInsight>(insights::create, data)));
    let update = one_with::<UpdateInsight>(insights::update, data);
    Router::new()
        .route("/conversations/insights", create.get(page(insights::list)))
        .route(
            "/conversations/insights/{insight_id}",
            get(one(insights::get, data)).put(update).delete(one(insights::delete, no_content)),
        )
        .route("/conversations/conversation-insights/aggregates", get(aggregates))
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
