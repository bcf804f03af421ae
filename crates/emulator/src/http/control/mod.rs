//! `/_emulator`: the control endpoints.
//!
//! They are not logged, and faults do not apply to them.

mod clock;
mod faults;
mod requests;

use axum::{
    Router,
    extract::{DefaultBodyLimit, Request, State},
    middleware::{Next, from_fn, from_fn_with_state},
    response::IntoResponse,
    routing::{get, post},
};
use http::{Method, header};
use serde_json::json;

use super::{Answer, body, body::Body, data, empty, errors, handlers::run, layers, ok, path, query, read_body};
use crate::{
    app::App,
    domain::{Domain, Error, ViolationKind, Violations, call_scripts},
    json::pointer_to,
    scripts::{self, ActiveScripts},
    seed,
};

pub(super) fn routes(app: &App) -> Router<App> {
    Router::new()
        .route("/calls", get(run(call_scripts::list, data)).post(set_call).delete(run(call_scripts::clear, empty)))
        .route("/scripts", get(active_scripts).put(replace_scripts).delete(clear_scripts))
        .route("/export", get(export))
        .route("/reset", post(reset))
        .merge(clock::routes())
        .merge(faults::routes())
        .merge(requests::routes())
        .fallback(errors::unknown_route)
        .method_not_allowed_fallback(errors::method_not_allowed)
        .layer(from_fn(refuse_filters))
        .layer(DefaultBodyLimit::disable())
        .layer(from_fn_with_state(read_body::Limit::CONTROL, read_body::read))
        .layer(from_fn_with_state(app.clone(), layers::require_configured_key))
}

/// Refuses the parameters of a DELETE, which would remove more than they select.
async fn refuse_filters(method: Method, params: query::Params, request: Request, next: Next) -> Answer {
    let mut violations = Violations::default();
    for (name, _) in params.iter().filter(|_| method == Method::DELETE) {
        violations.add(ViolationKind::Unexpected, pointer_to("", name), "DELETE has no parameters.");
    }
    violations.finish()?;
    Ok(next.run(request).await)
}

async fn set_call(State(domain): State<Domain>, body: Body) -> Answer {
    let script = call_scripts::read(&body.parse()?)?;
    Ok(ok(domain.run(|cx| call_scripts::set(cx, &script))?))
}

async fn active_scripts(State(active): State<ActiveScripts>) -> Answer {
    Ok(ok(active.get().to_value()))
}

async fn replace_scripts(State(domain): State<Domain>, State(active): State<ActiveScripts>, body: Body) -> Answer {
    let rules = scripts::read(&body.parse()?)?;
    let answer = ok(rules.to_value());
    active.replace(&domain, rules)?;
    Ok(answer)
}

async fn clear_scripts(State(domain): State<Domain>, State(active): State<ActiveScripts>) -> Answer {
    Ok(empty(active.replace(&domain, scripts::read(&json!({}))?)?))
}

async fn export(State(domain): State<Domain>) -> Answer {
    let contents = domain.run(seed::export)?;
    let text = serde_json::to_string_pretty(&contents).map_err(|error| Error::Internal(error.to_string()))?;
    Ok(([(header::CONTENT_TYPE, "application/json")], text + "\n").into_response())
}

async fn reset(State(app): State<App>) -> Answer {
    app.reset().map_err(|error| Error::Internal(error.to_string()))?;
    Ok(ok(app.domain.run(seed::counts)?))
}
