//! `/ai/assistants/{assistant_id}/scheduled_events`.

use axum::{
    Router,
    extract::State,
    routing::{get, post},
};
use telnyx_ai_assistants::CreateScheduledEvent;

use super::{
    Answer, created, empty,
    handlers::{one_with, pair},
    idempotency::Idempotency,
    ok,
    path::Path,
    query::Params,
};
use crate::{
    app::App,
    domain::{Domain, scheduled_events},
};

pub(super) fn routes(idempotency: &Idempotency) -> Router<App> {
    let create = idempotency.layer(post(one_with::<CreateScheduledEvent>(scheduled_events::create, created)));
    Router::new().route("/assistants/{assistant_id}/scheduled_events", create.get(list)).route(
        "/assistants/{assistant_id}/scheduled_events/{event_id}",
        get(pair(scheduled_events::get, ok)).delete(pair(scheduled_events::delete, empty)),
    )
}

async fn list(State(domain): State<Domain>, Path(assistant_id): Path<String>, params: Params) -> Answer {
    let paging = params.paging()?;
    let (channel, dates) = (params.get("conversation_channel"), ["from_date", "to_date"].map(|name| params.get(name)));
    Ok(ok(paging.of_items(domain.run(|cx| scheduled_events::list(cx, &assistant_id, channel, dates))?)))
}
