//! Handlers of operations that only run a rule.
//!
//! `respond` builds the response from the result of the rule.

use std::future::{Ready, ready};

use axum::{extract::State, response::Response};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};

use super::{Answer, body::Body, ok, path::Path, query::Params};
use crate::domain::{Context, Domain, Result, Wanted};

/// Runs a rule without arguments.
pub(super) fn run<T: 'static>(
    rule: fn(&Context<'_>) -> Result<T>,
    respond: fn(T) -> Response,
) -> impl Fn(State<Domain>) -> Ready<Answer> + Clone {
    move |State(domain)| ready(domain.run(rule).map(respond).map_err(Into::into))
}

/// Runs a list rule. Responds with the requested page.
pub(super) fn page(
    rule: fn(&Context<'_>) -> Result<Vec<Value>>,
) -> impl Fn(State<Domain>, Params) -> Ready<Answer> + Clone {
    move |State(domain), params| ready(params.paging().and_then(|paging| Ok(ok(paging.of_items(domain.run(rule)?)))))
}

/// Runs a list rule with the wanted values of fields, each with the name of its parameter. Responds with the requested page.
pub(super) fn filtered<const N: usize>(
    rule: fn(&Context<'_>, &Wanted<'_>) -> Result<Vec<Value>>,
    fields: [(&'static str, &'static str); N],
) -> impl Fn(State<Domain>, Params) -> Ready<Answer> + Clone {
    move |State(domain), params| {
        let wanted = fields.map(|(field, name)| (field, params.get(name)));
        ready(params.paging().and_then(|paging| Ok(ok(paging.of_items(domain.run(|cx| rule(cx, &wanted))?)))))
    }
}

/// Runs a rule for the id in the path.
pub(super) fn one<T: 'static>(
    rule: fn(&Context<'_>, &str) -> Result<T>,
    respond: fn(T) -> Response,
) -> impl Fn(State<Domain>, Path<String>) -> Ready<Answer> + Clone {
    move |State(domain), Path(id)| ready(domain.run(|cx| rule(cx, &id)).map(respond).map_err(Into::into))
}

/// Runs a rule for the two ids in the path.
pub(super) fn pair<T: 'static>(
    rule: fn(&Context<'_>, &str, &str) -> Result<T>,
    respond: fn(T) -> Response,
) -> impl Fn(State<Domain>, Path<(String, String)>) -> Ready<Answer> + Clone {
    move |State(domain), Path((id, part))| ready(domain.run(|cx| rule(cx, &id, &part)).map(respond).map_err(Into::into))
}

/// Runs a rule with a body that is a `B`.
pub(super) fn with<B: DeserializeOwned + Serialize>(
    rule: fn(&Context<'_>, Map<String, Value>) -> Result<Value>,
    respond: fn(Value) -> Response,
) -> impl Fn(State<Domain>, Body) -> Ready<Answer> + Clone {
    move |State(domain), body| ready(body.object::<B>().and_then(|body| Ok(respond(domain.run(|cx| rule(cx, body))?))))
}

/// Runs a rule for the id in the path, with a body that is a `B`.
pub(super) fn one_with<B: DeserializeOwned + Serialize>(
    rule: fn(&Context<'_>, &str, Map<String, Value>) -> Result<Value>,
    respond: fn(Value) -> Response,
) -> impl Fn(State<Domain>, Path<String>, Body) -> Ready<Answer> + Clone {
    move |State(domain), Path(id), body| {
        ready(body.object::<B>().and_then(|body| Ok(respond(domain.run(|cx| rule(cx, &id, body))?))))
    }
}
