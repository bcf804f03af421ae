//! `/ai/assistants/deleted`, and the actions on a deleted assistant.

use axum::{
    Router,
    routing::{get, post},
};

use super::{
    handlers::{one, page},
    ok,
};
use crate::{app::App, domain::deleted_assistants};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/assistants/deleted", get(page(deleted_assistants::list)))
        .route("/assistants/{assistant_id}/deleted", get(one(deleted_assistants::get, ok)))
        .route("/assistants/{assistant_id}/restore", post(one(deleted_assistants::restore, ok)))
}
