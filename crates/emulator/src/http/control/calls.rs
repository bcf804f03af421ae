//! `/_emulator/calls`: how the calls of scheduled events end.

use axum::{Router, extract::State, routing::get};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Answer, body::Body, empty, ok};
use crate::{
    app::App,
    domain::{call_scripts, kind},
};

pub(super) fn routes() -> Router<App> {
    Router::new().route("/calls", get(list).post(set).delete(clear))
}

/// A script; what is in it is looked at with the other rules.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Script {
    target: String,
    #[serde(default)]
    outcomes: Vec<Value>,
    duration_secs: Option<u64>,
}

async fn list(State(app): State<App>) -> Answer {
    Ok(ok(json!({ "data": app.run(call_scripts::list)? })))
}

async fn set(State(app): State<App>, body: Body) -> Answer {
    let Script { target, outcomes, duration_secs } = body.parse()?;
    let script = json!({ "target": target, "outcomes": outcomes, "duration_secs": duration_secs });
    Ok(ok(app.run(|work| call_scripts::set(work, &script))?))
}

async fn clear(State(app): State<App>) -> Answer {
    app.run(|work| Ok(work.tx.delete_children(kind::CALL_SCRIPT, "")?))?;
    Ok(empty())
}
