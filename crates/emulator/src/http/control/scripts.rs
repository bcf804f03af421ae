//! `/_emulator/scripts`: rules for what assistants say and how test runs are judged.

use axum::{Router, extract::State, routing::get};
use serde_json::{Value, json};

use super::{Answer, body::Body, empty, ok};
use crate::{app::App, domain::scripts};

pub(super) fn routes() -> Router<App> {
    Router::new().route("/scripts", get(read).put(write).delete(clear))
}

async fn read(State(app): State<App>) -> Answer {
    Ok(ok(app.scripts.get().to_value()))
}

async fn write(State(app): State<App>, body: Body) -> Answer {
    let rules: Value = body.parse()?;
    app.set_scripts(scripts::read(&rules)?)?;
    Ok(ok(app.scripts.get().to_value()))
}

async fn clear(State(app): State<App>) -> Answer {
    app.set_scripts(scripts::read(&json!({}))?)?;
    Ok(empty())
}
