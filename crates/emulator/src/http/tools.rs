//! `/ai/tools`: tools that assistants share.

use axum::{
    Router,
    routing::{get, post},
};
use telnyx_ai_assistants::{CreateSharedTool, UpdateSharedTool};

use super::{
    handlers::{filtered, one, one_with, with},
    idempotency::Idempotency,
    no_content, ok,
};
use crate::{app::App, domain::tools};

pub(super) fn routes(idempotency: &Idempotency) -> Router<App> {
    let create = idempotency.layer(post(with::<CreateSharedTool>(tools::create, ok)));
    let update = one_with::<UpdateSharedTool>(tools::update, ok);
    let fields = [("display_name", "filter[name]"), ("type", "filter[type]")];
    Router::new()
        .route("/tools", create.get(filtered(tools::list, fields)))
        .route("/tools/{tool_id}", get(one(tools::get, ok)).patch(update).delete(one(tools::delete, no_content)))
}
