//! `/_emulator/export` and `/_emulator/reset`.

use axum::{
    Router,
    extract::State,
    response::IntoResponse,
    routing::{get, post},
};
use http::header;

use super::{Answer, ok};
use crate::{
    app::App,
    domain::{Domain, Error},
    seed,
};

pub(super) fn routes() -> Router<App> {
    Router::new().route("/export", get(export)).route("/reset", post(reset))
}

async fn export(State(domain): State<Domain>) -> Answer {
    let contents = domain.run(seed::export)?;
    let text = serde_json::to_string_pretty(&contents).map_err(|error| Error::Internal(error.to_string()))?;
    Ok(([(header::CONTENT_TYPE, "application/json")], text + "\n").into_response())
}

async fn reset(State(app): State<App>) -> Answer {
    app.reset().map_err(|error| Error::Internal(error.to_string()))?;
    Ok(ok(app.domain.run(seed::counts)?))
}
