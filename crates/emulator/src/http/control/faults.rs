//! `/_emulator/faults`.

use std::{collections::BTreeMap, time::Duration};

use axum::{
    Router,
    extract::State,
    routing::{delete, get},
};
use http::{HeaderName, HeaderValue, Method, StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Answer, body::Body, empty, ok, path::Path};
use crate::{
    app::App,
    domain::{Error, Result, ViolationKind, Violations},
    faults::{Fault, Faults},
    http::faults::LENGTH_HEADERS,
    path_pattern::{self, PathPattern},
};

pub(super) fn routes() -> Router<App> {
    Router::new().route("/faults", get(list).post(add).delete(clear)).route("/faults/{fault_id}", delete(remove))
}

/// The request to add a fault.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
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

/// The default window of a rate limit, in seconds.
const DEFAULT_WINDOW_SECS: u32 = 60;

async fn list(State(faults): State<Faults>) -> Answer {
    Ok(ok(json!({ "data": faults.all() })))
}

async fn add(State(faults): State<Faults>, body: Body) -> Answer {
    let id = faults.add(fault(body.parse()?)?);
    Ok(ok(faults.get(id).unwrap_or_default()))
}

async fn clear(State(faults): State<Faults>) -> Answer {
    faults.clear();
    Ok(empty())
}

async fn remove(State(faults): State<Faults>, Path(fault_id): Path<String>) -> Answer {
    if fault_id.parse().is_ok_and(|id| faults.remove(id)) {
        Ok(empty())
    } else {
        Err(Error::not_found("fault", &fault_id).into())
    }
}

fn fault(wanted: Wanted) -> Result<Fault> {
    check(&wanted)?;
    let mut fault = Fault::on(wanted.method.as_deref().unwrap_or("*"), wanted.path);
    if let Some(status) = wanted.status {
        fault = fault.status(status);
    }
    for (name, value) in wanted.headers.into_iter().flatten() {
        fault = fault.header(name, value);
    }
    if let Some(body) = wanted.body {
        fault = fault.body(body);
    }
    if let Some(delay) = wanted.delay_ms {
        fault = fault.delay(Duration::from_millis(delay));
    }
    if wanted.stall == Some(true) {
        fault = fault.stall();
    }
    fault = match wanted.drop {
        Some(When::Before) => fault.drop_before(),
        Some(When::After) => fault.drop_after(),
        None => fault,
    };
    if wanted.truncate == Some(true) {
        fault = fault.truncate();
    }
    if wanted.invalid_json == Some(true) {
        fault = fault.invalid_json();
    }
    if let Some(Limit { requests, window_secs }) = wanted.rate_limit {
        let window = Duration::from_secs(window_secs.unwrap_or(DEFAULT_WINDOW_SECS).into());
        fault = fault.rate_limit(requests, window);
    }
    if let Some(times) = wanted.times {
        fault = fault.times(times);
    }
    if let Some(every) = wanted.every {
        fault = fault.every(every);
    }
    if let Some(probability) = wanted.probability {
        fault = fault.probability(probability, wanted.seed.unwrap_or_default());
    }
    Ok(fault)
}

fn check(wanted: &Wanted) -> Result<()> {
    let mut violations = Violations::new();
    if let Some(method) = &wanted.method
        && method != "*"
        && Method::from_bytes(method.as_bytes()).is_err()
    {
        violations.add(ViolationKind::NotAllowed, "/method", format!("'{method}' is not a method; '*' is any method."));
    }
    if !(wanted.path.starts_with('/') || wanted.path.starts_with('*')) {
        violations.add(
            ViolationKind::NotAllowed,
            "/path",
            "A path starts with '/', such as /ai/assistants/*; '**' is any path.",
        );
    }
    if !PathPattern::new(&*wanted.path).is_valid() {
        let detail = format!("A pattern has at most {} bytes.", path_pattern::MAX_LENGTH);
        violations.add(ViolationKind::Length, "/path", detail);
    }
    if wanted.status.is_some_and(|status| status < 200 || StatusCode::from_u16(status).is_err()) {
        violations.add(ViolationKind::OutOfRange, "/status", "A status is a number from 200 to 999.");
    }
    for (name, value) in wanted.headers.iter().flatten() {
        match HeaderName::try_from(name) {
            Ok(name) if LENGTH_HEADERS.contains(&name) => {
                let detail = "The connection sets this header. To break off a response, use drop, stall or truncate.";
                violations.add(ViolationKind::NotAllowed, format!("/headers/{name}"), detail);
            }
            Ok(_) if HeaderValue::try_from(value).is_ok() => {}
            _ => violations.add(ViolationKind::NotAllowed, format!("/headers/{name}"), "This header cannot be sent."),
        }
    }
    if wanted.every == Some(0) {
        violations.add(ViolationKind::OutOfRange, "/every", "This number is at least 1.");
    }
    if wanted.probability.is_some_and(|probability| !(0.0..=1.0).contains(&probability)) {
        violations.add(ViolationKind::OutOfRange, "/probability", "A probability is a number from 0 to 1.");
    }
    if wanted.rate_limit.as_ref().is_some_and(|limit| limit.window_secs == Some(0)) {
        violations.add(ViolationKind::OutOfRange, "/rate_limit/window_secs", "A window has at least 1 second.");
    }
    let effects = [
        ("status, headers or body", wanted.status.is_some() || wanted.headers.is_some() || wanted.body.is_some()),
        ("stall", wanted.stall == Some(true)),
        ("drop", wanted.drop.is_some()),
        ("truncate", wanted.truncate == Some(true)),
        ("invalid_json", wanted.invalid_json == Some(true)),
        ("rate_limit", wanted.rate_limit.is_some()),
    ];
    let asked: Vec<&str> = effects.iter().filter(|(_, asked)| *asked).map(|(name, _)| *name).collect();
    if asked.len() > 1 {
        let detail = format!("A fault has one effect; this one has {}.", asked.join(" and "));
        violations.add(ViolationKind::NotAllowed, "", detail);
    } else if asked.is_empty() && wanted.delay_ms.is_none() {
        let names: Vec<&str> = effects.iter().map(|(name, _)| *name).collect();
        violations.add(
            ViolationKind::Missing,
            "",
            format!("A fault needs an effect: {} or delay_ms.", names.join(", ")),
        );
    }
    violations.finish()
}
