//! `/_emulator/requests`.

use axum::{Router, extract::State, routing::get};
use serde_json::{Value, json};

use super::{Answer, empty, ok, query::Params};
use crate::{
    app::App,
    domain::{Checks, Code},
    pattern::Pattern,
    request_log::{LoggedRequest, Wanted},
};

/// How many requests are shown where nobody says.
const DEFAULT_LIMIT: u64 = 100;

pub(super) fn routes() -> Router<App> {
    Router::new().route("/requests", get(list).delete(clear))
}

async fn list(State(app): State<App>, params: Params) -> Answer {
    let mut checks = Checks::new();
    let mut number = |name: &str, max: u64| {
        let text = params.get(name)?;
        let number = text.parse::<u64>().ok().filter(|number| *number <= max);
        if number.is_none() {
            checks.fail(Code::RANGE, format!("/{name}"), format!("'{text}' is not a whole number up to {max}."));
        }
        number
    };
    let status = number("status", 999).and_then(|status| u16::try_from(status).ok());
    let after = number("after", u64::MAX).unwrap_or_default();
    let limit = number("limit", u64::MAX).unwrap_or(DEFAULT_LIMIT);
    checks.finish()?;
    let wanted = Wanted {
        method: params.get("method"),
        path: params.get("path").map(Pattern::new),
        status,
        direction: params.get("direction"),
        after,
    };
    let requests = app.log.list(&wanted, usize::try_from(limit).unwrap_or(usize::MAX));
    Ok(ok(json!({ "data": requests.iter().map(LoggedRequest::to_json).collect::<Vec<Value>>() })))
}

async fn clear(State(app): State<App>) -> Answer {
    app.log.clear();
    Ok(empty())
}
