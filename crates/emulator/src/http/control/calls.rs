//! `/_emulator/calls`: scripts for the calls of scheduled events.

use axum::{Router, extract::State, routing::get};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Answer, body::Body, empty, ok};
use crate::{
    app::App,
    domain::{Domain, call_scripts},
};

pub(super) fn routes() -> Router<App> {
    Router::new().route("/calls", get(list).post(set).delete(clear))
}

/// A script. The domain checks its values.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Script {
    target: String,
    #[serde(default)]
    outcomes: Vec<Value>,
    duration_secs: Option<u64>,
}

async fn list(State(domain): State<Domain>) -> Answer {
    Ok(ok(json!({ "data": domain.run(call_scripts::list)? })))
}

async fn set(State(domain): State<Domain>, body: Body) -> Answer {
    let Script { target, outcomes, duration_secs } = body.parse()?;
    let script = json!({ "target": target, "outcomes": outcomes, "duration_secs": duration_secs });
    let script = call_scripts::read(&script)?;
    Ok(ok(domain.run(|cx| call_scripts::set(cx, &script))?))
}

async fn clear(State(domain): State<Domain>) -> Answer {
    domain.run(call_scripts::clear)?;
    Ok(empty())
}
