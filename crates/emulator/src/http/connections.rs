//! `/ai/integrations/connections`.

use axum::{Router, extract::State, routing::get};

use super::{Answer, data, no_content, path::Path};
use crate::{
    app::App,
    domain::{Domain, connections},
};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/integrations/connections", get(list))
        .route("/integrations/connections/{user_connection_id}", get(retrieve).delete(delete))
}

async fn list(State(domain): State<Domain>) -> Answer {
    Ok(data(domain.run(connections::list)?))
}

/// Unlike other single objects, a connection is returned under `data`.
async fn retrieve(State(domain): State<Domain>, Path(connection_id): Path<String>) -> Answer {
    Ok(data(domain.run(|cx| connections::get(cx, &connection_id))?))
}

async fn delete(State(domain): State<Domain>, Path(connection_id): Path<String>) -> Answer {
    domain.run(|cx| connections::delete(cx, &connection_id))?;
    Ok(no_content())
}
