//! `/_emulator/calls`: scripts for the calls of scheduled events.

use axum::{Router, extract::State, routing::get};
use serde_json::json;

use super::{Answer, body::Body, empty, ok};
use crate::{
    app::App,
    domain::{Domain, call_scripts},
};

pub(super) fn routes() -> Router<App> {
    Router::new().route("/calls", get(list).post(set).delete(clear))
}

async fn list(State(domain): State<Domain>) -> Answer {
    Ok(ok(json!({ "data": domain.run(call_scripts::list)? })))
}

async fn set(State(domain): State<Domain>, body: Body) -> Answer {
    let script = call_scripts::read(&body.parse()?)?;
    Ok(ok(domain.run(|cx| call_scripts::set(cx, &script))?))
}

async fn clear(State(domain): State<Domain>) -> Answer {
    domain.run(call_scripts::clear)?;
    Ok(empty())
}
