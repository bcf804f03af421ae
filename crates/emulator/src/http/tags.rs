//! `/ai/assistants/tags` and `/ai/assistants/{assistant_id}/tags`.

use axum::{
    Router,
    routing::{delete, get, post},
};
use telnyx_ai_assistants::AddTag;

use super::{
    handlers::{one_with, pair, run},
    ok,
};
use crate::{app::App, domain::tags};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/assistants/tags", get(run(tags::list, ok)))
        .route("/assistants/{assistant_id}/tags", post(one_with::<AddTag>(tags::add, ok)))
        .route("/assistants/{assistant_id}/tags/{tag}", delete(pair(tags::remove, ok)))
}
