//! `/ai/assistants/deleted`, and the actions on a deleted assistant.

use axum::{
    Router,
    extract::State,
    routing::{get, post},
};

use super::{Answer, ok, path::Path, query::Params};
use crate::{
    app::App,
    domain::{Domain, deleted_assistants},
};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/assistants/deleted", get(list))
        .route("/assistants/{assistant_id}/deleted", get(retrieve))
        .route("/assistants/{assistant_id}/restore", post(restore))
}

async fn list(State(domain): State<Domain>, params: Params) -> Answer {
    let paging = params.paging()?;
    Ok(ok(paging.of_items(domain.run(deleted_assistants::list)?)))
}

async fn retrieve(State(domain): State<Domain>, Path(assistant_id): Path<String>) -> Answer {
    Ok(ok(domain.run(|cx| deleted_assistants::get(cx, &assistant_id))?))
}

async fn restore(State(domain): State<Domain>, Path(assistant_id): Path<String>) -> Answer {
    Ok(ok(domain.run(|cx| deleted_assistants::restore(cx, &assistant_id))?))
}
