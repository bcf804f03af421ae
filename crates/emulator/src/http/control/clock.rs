//! `/_emulator/clock`.

use std::time::Duration;

use axum::{Router, extract::State, routing::get};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Answer, body::Body, ok};
use crate::{
    agenda,
    app::App,
    clock::{Clock, ahead, text},
    domain::{Checks, Code, Outcome, moment},
};

pub(super) fn routes() -> Router<App> {
    Router::new().route("/clock", get(show).post(change))
}

/// What to do with the clock, in this order: freeze it, set it, move it forward, let it run, have it go with the
/// machine's.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Change {
    set: Option<String>,
    freeze: Option<bool>,
    advance_secs: Option<f64>,
    sync: Option<bool>,
}

async fn show(State(app): State<App>) -> Answer {
    Ok(ok(view(&app)?))
}

async fn change(State(app): State<App>, body: Body) -> Answer {
    let change: Change = body.parse()?;
    let mut checks = Checks::new();
    let set = change.set.as_deref().map(moment);
    if set == Some(None) {
        checks.fail(Code::UNPROCESSABLE, "/set", "This is no ISO 8601 time.");
    }
    let advance = change.advance_secs.map(Duration::try_from_secs_f64);
    if let Some(Err(error)) = &advance {
        checks.fail(Code::RANGE, "/advance_secs", format!("{error}; to go back, set the clock."));
    }
    checks.finish()?;

    let clock = Clock(app.clone());
    let mut carried_out = 0;
    if change.freeze == Some(true) {
        clock.freeze();
    }
    if let Some(Some(moment)) = set {
        carried_out += agenda::move_to(&app, moment).await;
    }
    if let Some(Ok(by)) = advance {
        carried_out += agenda::move_to(&app, ahead(app.time.now(), by)).await;
    }
    if change.freeze == Some(false) {
        clock.resume();
    }
    if change.sync == Some(true) {
        carried_out += clock.to_machine().await;
    }
    let mut view = view(&app)?;
    view["carried_out"] = carried_out.into();
    Ok(ok(view))
}

fn view(app: &App) -> Outcome<Value> {
    app.run(|work| {
        Ok(json!({
            "now": text(app.time.now()),
            "frozen": app.time.is_frozen(),
            "next_due": work.tx.next_planned()?.map(|next| text(next.due)),
            "planned": work.tx.count_planned()?,
        }))
    })
}
