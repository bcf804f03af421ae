//! `/_emulator/requests`.

use axum::{Router, extract::State, routing::get};

use super::{Answer, data, empty, query::Params};
use crate::{
    app::App,
    domain::{ViolationKind, Violations},
    json::pointer_to,
    path_pattern::PathPattern,
    request_log::{LoggedRequest, RequestLog},
};

pub(super) fn routes() -> Router<App> {
    Router::new().route("/requests", get(list).delete(clear))
}

const PARAMETERS: [&str; 6] = ["method", "path", "status", "direction", "after", "limit"];

async fn list(State(log): State<RequestLog>, params: Params) -> Answer {
    let mut violations = Violations::default();
    let mut number = |name: &str, max: u64| {
        let text = params.get(name)?;
        let number = text.parse::<u64>().ok().filter(|number| *number <= max);
        if number.is_none() {
            violations.add(
                ViolationKind::OutOfRange,
                format!("/{name}"),
                format!("'{text}' is not a number up to {max}."),
            );
        }
        number
    };
    let status = number("status", 999).and_then(|status| u16::try_from(status).ok());
    let after = number("after", u64::MAX).unwrap_or_default();
    let limit = number("limit", u64::MAX).unwrap_or(u64::MAX);
    let path = params.get("path").map(PathPattern::new);
    if let Some(path) = path.as_ref().filter(|path| !path.is_valid()) {
        violations.add(ViolationKind::Length, "/path", path.problem());
    }
    let direction = params.get("direction");
    if let Some(other) = direction.filter(|direction| !["in", "out"].contains(direction)) {
        let detail = format!("direction is '{other}'; it must be in or out.");
        violations.add(ViolationKind::UnknownValue, "/direction", detail);
    }
    for (name, _) in params.iter().filter(|(name, _)| !PARAMETERS.contains(name)) {
        let detail = format!("This parameter is unknown; the parameters are {}.", PARAMETERS.join(", "));
        violations.add(ViolationKind::Unexpected, pointer_to("", name), detail);
    }
    violations.finish()?;
    let method = params.get("method");
    let requests = log.list(usize::try_from(limit).unwrap_or(usize::MAX), |entry| {
        entry.number > after
            && method.is_none_or(|method| entry.method.as_str().eq_ignore_ascii_case(method))
            && path.as_ref().is_none_or(|path| path.matches(&entry.path))
            && status.is_none_or(|status| entry.status == Some(status))
            && direction.is_none_or(|direction| entry.direction.as_str() == direction)
    });
    Ok(data(requests.iter().map(LoggedRequest::to_json).collect::<Vec<_>>()))
}

async fn clear(State(log): State<RequestLog>) -> Answer {
    log.clear();
    Ok(empty(()))
}
