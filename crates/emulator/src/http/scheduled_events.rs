//! `/ai/assistants/{assistant_id}/scheduled_events`.

use axum::{
    Router,
    extract::State,
    routing::{get, post},
};
use telnyx_ai_assistants::CreateScheduledEvent;

use super::{Answer, body::Body, created, empty, idempotency::Idempotency, ok, path::Path, query::Params};
use crate::{
    app::App,
    domain::{
        Domain,
        scheduled_events::{self, Filter},
    },
};

pub(super) fn routes(idempotency: &Idempotency) -> Router<App> {
    Router::new()
        .route("/assistants/{assistant_id}/scheduled_events", get(list))
        .route("/assistants/{assistant_id}/scheduled_events", idempotency.layer(post(create)))
        .route("/assistants/{assistant_id}/scheduled_events/{event_id}", get(retrieve).delete(delete))
}

async fn list(State(domain): State<Domain>, Path(assistant_id): Path<String>, params: Params) -> Answer {
    let paging = params.paging()?;
    let filter = Filter {
        channel: params.get("conversation_channel"),
        from: params.get("from_date"),
        to: params.get("to_date"),
    };
    Ok(ok(paging.of_items(domain.run(|cx| scheduled_events::list(cx, &assistant_id, &filter))?)))
}

async fn create(State(domain): State<Domain>, Path(assistant_id): Path<String>, body: Body) -> Answer {
    let body = body.object::<CreateScheduledEvent>()?;
    Ok(created(domain.run(|cx| scheduled_events::create(cx, &assistant_id, body))?))
}

async fn retrieve(State(domain): State<Domain>, Path((assistant_id, event_id)): Path<(String, String)>) -> Answer {
    Ok(ok(domain.run(|cx| scheduled_events::get(cx, &assistant_id, &event_id))?))
}

async fn delete(State(domain): State<Domain>, Path((assistant_id, event_id)): Path<(String, String)>) -> Answer {
    domain.run(|cx| scheduled_events::delete(cx, &assistant_id, &event_id))?;
    Ok(empty())
}
