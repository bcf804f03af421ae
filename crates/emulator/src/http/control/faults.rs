//! `/_emulator/faults`.

use std::{collections::BTreeMap, time::Duration};

use axum::{
    Router,
    extract::{Path, State},
    routing::{delete, get},
};
use http::{HeaderName, HeaderValue, Method, StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Answer, body::Body, empty, ok};
use crate::{
    app::App,
    domain::{Checks, Code, Outcome, Problem},
    faults::Fault,
};

pub(super) fn routes() -> Router<App> {
    Router::new().route("/faults", get(list).post(add).delete(clear)).route("/faults/{fault_id}", delete(remove))
}

/// A fault as it is asked for.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wish {
    method: Option<String>,
    path: String,
    status: Option<u16>,
    headers: Option<BTreeMap<String, String>>,
    body: Option<Value>,
    delay_ms: Option<u64>,
    stall: Option<bool>,
    drop: Option<When>,
    truncate: Option<bool>,
    invalid_json: Option<bool>,
    rate_limit: Option<Limit>,
    times: Option<u64>,
    every: Option<u64>,
    probability: Option<f64>,
    seed: Option<u64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum When {
    Before,
    After,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Limit {
    requests: u32,
    window_secs: Option<u32>,
}

/// Seconds of the window of a rate limit that names none.
const DEFAULT_WINDOW_SECS: u32 = 60;

async fn list(State(app): State<App>) -> Answer {
    Ok(ok(json!({ "data": app.faults.all() })))
}

async fn add(State(app): State<App>, body: Body) -> Answer {
    let fault = fault(body.parse()?)?;
    Ok(ok(app.faults.add(fault)))
}

async fn clear(State(app): State<App>) -> Answer {
    app.faults.clear();
    Ok(empty())
}

async fn remove(State(app): State<App>, Path(fault_id): Path<String>) -> Answer {
    if fault_id.parse().is_ok_and(|id| app.faults.remove(id)) {
        Ok(empty())
    } else {
        Err(Problem::not_found("fault", &fault_id).into())
    }
}

fn fault(wish: Wish) -> Outcome<Fault> {
    check(&wish)?;
    let mut fault = Fault::on(wish.method.as_deref().unwrap_or("*"), wish.path);
    if let Some(status) = wish.status {
        fault = fault.status(status);
    }
    for (name, value) in wish.headers.into_iter().flatten() {
        fault = fault.header(name, value);
    }
    if let Some(body) = wish.body {
        fault = fault.body(body);
    }
    if let Some(delay) = wish.delay_ms {
        fault = fault.delay(Duration::from_millis(delay));
    }
    if wish.stall == Some(true) {
        fault = fault.stall();
    }
    fault = match wish.drop {
        Some(When::Before) => fault.drop_before(),
        Some(When::After) => fault.drop_after(),
        None => fault,
    };
    if wish.truncate == Some(true) {
        fault = fault.truncate();
    }
    if wish.invalid_json == Some(true) {
        fault = fault.invalid_json();
    }
    if let Some(Limit { requests, window_secs }) = wish.rate_limit {
        let window = Duration::from_secs(window_secs.unwrap_or(DEFAULT_WINDOW_SECS).into());
        fault = fault.rate_limit(requests, window);
    }
    if let Some(times) = wish.times {
        fault = fault.times(times);
    }
    if let Some(every) = wish.every {
        fault = fault.every(every);
    }
    if let Some(probability) = wish.probability {
        fault = fault.probability(probability, wish.seed.unwrap_or_default());
    }
    Ok(fault)
}

fn check(wish: &Wish) -> Outcome<()> {
    let mut checks = Checks::new();
    if let Some(method) = &wish.method
        && method != "*"
        && Method::from_bytes(method.as_bytes()).is_err()
    {
        checks.fail(Code::UNPROCESSABLE, "/method", format!("'{method}' is no method; '*' stands for all."));
    }
    if !(wish.path.starts_with('/') || wish.path.starts_with('*')) {
        checks.fail(Code::UNPROCESSABLE, "/path", "A path starts with '/', such as /ai/assistants/*; '**' is any.");
    }
    if wish.status.is_some_and(|status| status < 200 || StatusCode::from_u16(status).is_err()) {
        checks.fail(Code::RANGE, "/status", "A status is a number from 200 to 999.");
    }
    for (name, value) in wish.headers.iter().flatten() {
        if HeaderName::try_from(name).is_err() || HeaderValue::try_from(value).is_err() {
            checks.fail(Code::UNPROCESSABLE, format!("/headers/{name}"), "This header can not be sent.");
        }
    }
    if wish.every == Some(0) {
        checks.fail(Code::RANGE, "/every", "The first one is 1.");
    }
    if wish.probability.is_some_and(|probability| !(0.0..=1.0).contains(&probability)) {
        checks.fail(Code::RANGE, "/probability", "A probability is a number from 0 to 1.");
    }
    if wish.rate_limit.as_ref().is_some_and(|limit| limit.window_secs == Some(0)) {
        checks.fail(Code::RANGE, "/rate_limit/window_secs", "A window has one second at least.");
    }
    let effects = [
        ("status, headers or body", wish.status.is_some() || wish.headers.is_some() || wish.body.is_some()),
        ("stall", wish.stall == Some(true)),
        ("drop", wish.drop.is_some()),
        ("truncate", wish.truncate == Some(true)),
        ("invalid_json", wish.invalid_json == Some(true)),
        ("rate_limit", wish.rate_limit.is_some()),
    ];
    let asked: Vec<&str> = effects.iter().filter(|(_, asked)| *asked).map(|(name, _)| *name).collect();
    if asked.len() > 1 {
        let detail = format!("A fault has one effect, and this one has {}.", asked.join(" and "));
        checks.fail(Code::UNPROCESSABLE, "", detail);
    } else if asked.is_empty() && wish.delay_ms.is_none() {
        let names: Vec<&str> = effects.iter().map(|(name, _)| *name).collect();
        checks.fail(Code::MISSING, "", format!("A fault needs an effect: {} or delay_ms.", names.join(", ")));
    }
    checks.finish()
}
