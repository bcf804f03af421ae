//! `/ai/integrations/connections`.

use axum::{
    Router,
    extract::{Path, State},
    routing::get,
};

use super::{Answer, data, no_content};
use crate::{app::App, domain::connections};

pub(super) fn routes(_: &App) -> Router<App> {
    Router::new()
        .route("/integrations/connections", get(list))
        .route("/integrations/connections/{user_connection_id}", get(retrieve).delete(delete))
}

async fn list(State(app): State<App>) -> Answer {
    Ok(data(app.run(connections::list)?))
}

/// Unlike other single objects, a connection comes under `data`.
async fn retrieve(State(app): State<App>, Path(connection_id): Path<String>) -> Answer {
    Ok(data(app.run(|work| connections::get(work, &connection_id))?))
}

async fn delete(State(app): State<App>, Path(connection_id): Path<String>) -> Answer {
    app.run(|work| connections::delete(work, &connection_id))?;
    Ok(no_content())
}
