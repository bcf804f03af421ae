//! `/ai/assistants/{assistant_id}/scheduled_events`.

use axum::{
    Router,
    extract::{Path, State},
    routing::{get, post},
};
use telnyx_ai_assistants::CreateScheduledEvent;

use super::{Answer, body::Body, created, empty, idempotency::idempotent, ok, query::Params};
use crate::{
    app::App,
    domain::scheduled_events::{self, Filter},
};

pub(super) fn routes(app: &App) -> Router<App> {
    Router::new()
        .route("/assistants/{assistant_id}/scheduled_events", get(list))
        .route("/assistants/{assistant_id}/scheduled_events", idempotent(app, post(create)))
        .route("/assistants/{assistant_id}/scheduled_events/{event_id}", get(retrieve).delete(delete))
}

async fn list(State(app): State<App>, Path(assistant_id): Path<String>, params: Params) -> Answer {
    let paging = params.paging()?;
    let filter = Filter {
        channel: params.get("conversation_channel"),
        from: params.get("from_date"),
        to: params.get("to_date"),
    };
    Ok(ok(paging.of_items(app.run(|work| scheduled_events::list(work, &assistant_id, &filter))?)))
}

async fn create(State(app): State<App>, Path(assistant_id): Path<String>, body: Body) -> Answer {
    let body = body.object::<CreateScheduledEvent>()?;
    Ok(created(app.run(|work| scheduled_events::create(work, &assistant_id, body))?))
}

async fn retrieve(State(app): State<App>, Path((assistant_id, event_id)): Path<(String, String)>) -> Answer {
    Ok(ok(app.run(|work| scheduled_events::get(work, &assistant_id, &event_id))?))
}

async fn delete(State(app): State<App>, Path((assistant_id, event_id)): Path<(String, String)>) -> Answer {
    app.run(|work| scheduled_events::delete(work, &assistant_id, &event_id))?;
    Ok(empty())
}
