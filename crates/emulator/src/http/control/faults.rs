//! `/_emulator/faults`.

use axum::{
    Router,
    extract::State,
    routing::{delete, get},
};
use http::{HeaderName, HeaderValue, Method, StatusCode};

use super::{Answer, body::Body, data, empty, ok, path::Path};
use crate::{
    app::App,
    domain::{Error, Result, ViolationKind, Violations},
    faults::{Fault, Faults},
    http::faults::LENGTH_HEADERS,
    json::{as_text, pointer_to},
};

pub(super) fn routes() -> Router<App> {
    Router::new().route("/faults", get(list).post(add).delete(clear)).route("/faults/{fault_id}", delete(remove))
}

async fn list(State(faults): State<Faults>) -> Answer {
    Ok(data(faults.all()))
}

async fn add(State(faults): State<Faults>, body: Body) -> Answer {
    let fault = Fault::of(body.parse()?);
    check(&fault)?;
    let id = faults.add(fault);
    Ok(ok(faults.get(id).unwrap_or_default()))
}

async fn clear(State(faults): State<Faults>) -> Answer {
    faults.clear();
    Ok(empty(()))
}

async fn remove(State(faults): State<Faults>, Path(fault_id): Path<String>) -> Answer {
    if fault_id.parse().is_ok_and(|id| faults.remove(id)) {
        Ok(empty(()))
    } else {
        Err(Error::not_found("fault", &fault_id).into())
    }
}

fn check(fault: &Fault) -> Result<()> {
    let (request, mut violations) = (&fault.spec, Violations::default());
    if let Some(method) = &request.method
        && Method::from_bytes(method.as_bytes()).is_err()
    {
        violations.add(ViolationKind::NotAllowed, "/method", format!("'{method}' is not a method; '*' is any method."));
    }
    if let Some((kind, problem)) = fault.path_problem() {
        violations.add(kind, "/path", problem);
    }
    if let Some(status) = request.status.filter(|status| *status < 200 || StatusCode::from_u16(*status).is_err()) {
        violations.add(ViolationKind::OutOfRange, "/status", format!("{status} is not a status from 200 to 999."));
    }
    for (name, value) in request.headers.iter().flatten() {
        let detail = match HeaderName::try_from(name) {
            Ok(name) if LENGTH_HEADERS.contains(&name) => {
                "The connection sets this header. To interrupt a response, use drop, stall or truncate.".to_owned()
            }
            Ok(_) if !value.is_string() && !value.is_number() => "A header is a string or a number.".to_owned(),
            Ok(_) if HeaderValue::try_from(as_text(value)).is_ok() => continue,
            Ok(_) => "The value has characters that a header cannot have.".to_owned(),
            Err(_) => format!("'{name}' is not a name of a header."),
        };
        violations.add(ViolationKind::NotAllowed, pointer_to("/headers", name), detail);
    }
    if request.every == Some(0) {
        violations.add(ViolationKind::OutOfRange, "/every", "every is 0; it must be at least 1.");
    }
    if let Some(probability) = request.probability.filter(|probability| !(0.0..=1.0).contains(probability)) {
        let detail = format!("{probability} is not a probability from 0 to 1.");
        violations.add(ViolationKind::OutOfRange, "/probability", detail);
    }
    if request.rate_limit.as_ref().is_some_and(|limit| limit.window_secs == 0) {
        let detail = "window_secs is 0; it must be at least 1.";
        violations.add(ViolationKind::OutOfRange, "/rate_limit/window_secs", detail);
    }
    let effects = [
        ("status, headers or body", request.has_response()),
        ("stall", request.stall == Some(true)),
        ("drop", request.drop.is_some()),
        ("truncate", request.truncate == Some(true)),
        ("invalid_json", request.invalid_json == Some(true)),
        ("rate_limit", request.rate_limit.is_some()),
    ];
    let asked: Vec<&str> = effects.iter().filter(|(_, asked)| *asked).map(|(name, _)| *name).collect();
    if asked.len() > 1 {
        let detail = format!("A fault has one effect; this one has {}.", asked.join(" and "));
        violations.add(ViolationKind::NotAllowed, "", detail);
    } else if asked.is_empty() && request.delay_ms.is_none() {
        let names: Vec<&str> = effects.iter().map(|(name, _)| *name).collect();
        violations.add(
            ViolationKind::Missing,
            "",
            format!("A fault needs an effect: {} or delay_ms.", names.join(", ")),
        );
    }
    violations.finish()
}
