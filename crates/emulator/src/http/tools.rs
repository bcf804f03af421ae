//! `/ai/tools`: tools that assistants share.

use axum::{
    Router,
    extract::State,
    routing::{get, post},
};
use telnyx_ai_assistants::{CreateSharedTool, UpdateSharedTool};

use super::{
    Answer,
    handlers::{one, one_with, with},
    idempotency::Idempotency,
    no_content, ok,
    query::Params,
};
use crate::{
    app::App,
    domain::{Domain, tools},
};

pub(super) fn routes(idempotency: &Idempotency) -> Router<App> {
    let create = idempotency.layer(post(with::<CreateSharedTool>(tools::create, ok)));
    let update = one_with::<UpdateSharedTool>(tools::update, ok);
    Router::new()
        .route("/tools", create.get(list))
        .route("/tools/{tool_id}", get(one(tools::get, ok)).patch(update).delete(one(tools::delete, no_content)))
}

async fn list(State(domain): State<Domain>, params: Params) -> Answer {
    let paging = params.paging()?;
    let wanted = [("display_name", params.get("filter[name]")), ("type", params.get("filter[type]"))];
    Ok(ok(paging.of_items(domain.run(|cx| tools::list(cx, &wanted))?)))
}
