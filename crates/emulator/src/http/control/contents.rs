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
    domain::{Problem, contents},
};

pub(super) fn routes() -> Router<App> {
    Router::new().route("/export", get(export)).route("/reset", post(reset))
}

async fn export(State(app): State<App>) -> Answer {
    let contents = app.run(contents::export)?;
    let text = serde_json::to_string_pretty(&contents).map_err(|error| Problem::internal(error.to_string()))?;
    Ok(([(header::CONTENT_TYPE, "application/json")], text + "\n").into_response())
}

async fn reset(State(app): State<App>) -> Answer {
    app.reset().map_err(|error| Problem::internal(error.to_string()))?;
    Ok(ok(app.run(contents::counts)?))
}
