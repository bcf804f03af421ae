//! `/ai/integrations/connections`.

use axum::{Router, routing::get};

use super::{
    data,
    handlers::{one, run},
    no_content,
};
use crate::{app::App, domain::connections};

/// Unlike other single objects, a connection is returned under `data`.
pub(super) fn routes() -> Router<App> {
    Router::new().route("/integrations/connections", get(run(connections::list, data))).route(
        "/integrations/connections/{user_connection_id}",
        get(one(connections::get, data)).delete(one(connections::delete, no_content)),
    )
}
