//! `/_emulator/scripts`: rules for replies, verdicts and insights.

use axum::{Router, extract::State, routing::get};
use serde_json::{Value, json};

use super::{Answer, body::Body, empty, ok};
use crate::{
    app::App,
    domain::Domain,
    scripts::{self, ActiveScripts},
};

pub(super) fn routes() -> Router<App> {
    Router::new().route("/scripts", get(read).put(write).delete(clear))
}

async fn read(State(active): State<ActiveScripts>) -> Answer {
    Ok(ok(active.get().to_value()))
}

async fn write(State(domain): State<Domain>, State(active): State<ActiveScripts>, body: Body) -> Answer {
    let rules: Value = body.parse()?;
    active.replace(&domain, scripts::read(&rules)?)?;
    Ok(ok(active.get().to_value()))
}

async fn clear(State(domain): State<Domain>, State(active): State<ActiveScripts>) -> Answer {
    active.replace(&domain, scripts::read(&json!({}))?)?;
    Ok(empty())
}
