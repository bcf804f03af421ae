//! Runs an assistant's tools.

use std::time::Duration;

use serde_json::{Map, Value, json};

use crate::{
    assumptions::DEFAULT_ASYNC_TIMEOUT_MS,
    domain::{
        assistant_tools::type_of,
        tool_offers::name_of,
        tool_requests,
        turn::Turn,
        variables::{Unresolved, render},
    },
    hooks::ToolUse,
    json::{self, items},
    outbound::{Outbound, OutboundError, OutboundResponse, mcp::McpTools},
};

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Effect {
    None,
    /// The conversation ends for this reason.
    Ended(&'static str),
    /// The assistant with this id continues.
    HandedOver(String),
    /// The assistant sends no message in this turn.
    Skipped,
}

#[derive(Debug)]
pub(super) struct ToolOutcome {
    pub(super) content: String,
    pub(super) failed: bool,
    /// The HTTP status of a webhook tool. For other tools, 200 or 500.
    pub(super) status: u16,
    pub(super) variables: Map<String, Value>,
    pub(super) effect: Effect,
}

impl ToolOutcome {
    pub(super) fn content(content: impl Into<String>) -> Self {
        Self { content: content.into(), failed: false, status: 200, variables: Map::new(), effect: Effect::None }
    }

    fn done(what: &Value, effect: Effect) -> Self {
        Self { effect, ..Self::content(what.to_string()) }
    }

    pub(super) fn failed(why: impl Into<String>) -> Self {
        Self { failed: true, status: 500, ..Self::content(json!({ "error": why.into() }).to_string()) }
    }
}

pub(super) async fn run(outbound: &Outbound, turn: &Turn, mcp: &mut McpTools, call: &ToolUse) -> ToolOutcome {
    let Some(tool) = turn.tools.iter().find(|tool| name_of(tool) == call.name) else {
        return match mcp.call(&call.name, &call.arguments).await {
            Ok(content) => ToolOutcome::content(content),
            Err(reason) => ToolOutcome::failed(reason),
        };
    };
    let definition = &tool[type_of(tool)];
    match type_of(tool) {
        "webhook" => webhook(outbound, tool, call, &turn.variables).await,
        "update_dynamic_variables" => {
            let updatable = items(&definition["updatable_variables"]);
            let may_be_set = |name: &str| updatable.iter().any(|variable| variable["name"] == name);
            match call.arguments.keys().find(|name| !may_be_set(name)) {
                Some(name) => ToolOutcome::failed(format!("the variable '{name}' may not be set")),
                None => ToolOutcome {
                    variables: call.arguments.clone(),
                    ..ToolOutcome::done(&json!({ "updated": call.arguments.keys().collect::<Vec<_>>() }), Effect::None)
                },
            }
        }
        "hangup" => ToolOutcome::done(&json!({ "status": "ended" }), Effect::Ended("assistant_hangup")),
        "transfer" | "refer" => match selected(&targets(definition, &turn.variables), call, &["target", "to"]) {
            Some(target) => {
                let to = target["to"].as_str().or_else(|| target["sip_address"].as_str()).unwrap_or_default();
                let to = render(to, &turn.variables, Unresolved::Raw);
                let reason = if type_of(tool) == "transfer" { "transfer" } else { "refer" };
                ToolOutcome::done(&json!({ "status": "transferred", "to": to }), Effect::Ended(reason))
            }
            None => ToolOutcome::failed("there is no such target"),
        },
        "handoff" => match selected(&definition["ai_assistants"], call, &["assistant"]) {
            Some(assistant) => {
                let id = json::text(assistant, "id").to_owned();
                ToolOutcome::done(&json!({ "status": "handed over", "assistant_id": id }), Effect::HandedOver(id))
            }
            None => ToolOutcome::failed("there is no such assistant to hand over to"),
        },
        "skip_turn" => ToolOutcome::done(&json!({ "status": "skipped" }), Effect::Skipped),
        "retrieval" => ToolOutcome::done(&json!({ "results": [] }), Effect::None),
        // Other tools take effect outside the emulator.
        _ => ToolOutcome::done(&json!({ "status": "ok" }), Effect::None),
    }
}

/// The targets of a tool. The definition has a list, or names a variable with one.
fn targets(definition: &Value, variables: &Map<String, Value>) -> Value {
    let Some(template) = definition["targets"].as_str() else { return definition["targets"].clone() };
    let rendered = render(template, variables, Unresolved::Empty);
    serde_json::from_str(&rendered).unwrap_or_else(|_| json!([{ "to": rendered }]))
}

/// The target that a call selects by name, id or address; else the first.
fn selected<'a>(choices: &'a Value, call: &ToolUse, fields: &[&str]) -> Option<&'a Value> {
    let choices = choices.as_array()?;
    let Some(named) = fields.iter().find_map(|field| call.arguments.get(*field)) else { return choices.first() };
    choices.iter().find(|choice| ["name", "id", "to", "sip_address"].iter().any(|field| choice[*field] == *named))
}

async fn webhook(outbound: &Outbound, tool: &Value, call: &ToolUse, variables: &Map<String, Value>) -> ToolOutcome {
    let request = match tool_requests::call(tool, &call.arguments, variables) {
        Ok(request) => request,
        Err(problem) => return ToolOutcome::failed(problem.to_string()),
    };
    let definition = &tool["webhook"];
    if definition["async"] != true {
        return webhook_outcome(definition, outbound.call_tool(&request).await);
    }
    let calling = outbound.clone();
    let answer = tokio::spawn(async move { calling.call_tool(&request).await });
    let timeout_ms = definition["async_timeout_ms"].as_f64().unwrap_or(f64::from(DEFAULT_ASYNC_TIMEOUT_MS)).max(0.0);
    match tokio::time::timeout(Duration::from_millis(timeout_ms as u64), answer).await {
        Ok(Ok(answer)) => webhook_outcome(definition, answer),
        Ok(Err(error)) => ToolOutcome::failed(error.to_string()),
        Err(_) => ToolOutcome::done(&json!({ "status": "submitted" }), Effect::None),
    }
}

fn webhook_outcome(definition: &Value, answer: Result<OutboundResponse, OutboundError>) -> ToolOutcome {
    let answer = match answer {
        Ok(answer) => answer,
        Err(error) => return ToolOutcome { status: error.tool_status(), ..ToolOutcome::failed(error.to_string()) },
    };
    let content = String::from_utf8_lossy(json::strip_bom(&answer.body)).into_owned();
    if !answer.is_success() {
        let error = json!({ "error": format!("the endpoint responded {}", answer.status), "response": content });
        return ToolOutcome { failed: true, status: answer.status, ..ToolOutcome::content(error.to_string()) };
    }
    let document = answer.json().unwrap_or_default();
    let stored = items(&definition["store_fields_as_variables"]);
    let variables = stored
        .iter()
        .filter_map(|field| {
            Some((field["name"].as_str()?.to_owned(), at_path(&document, field["value_path"].as_str()?)?))
        })
        .collect();
    ToolOutcome { status: answer.status, variables, ..ToolOutcome::content(content) }
}

/// The part of a response at a path of names and indices, separated by dots.
fn at_path(document: &Value, path: &str) -> Option<Value> {
    let found = path.split('.').try_fold(document, json::part)?;
    Some(found.clone()).filter(|found| !found.is_null())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dotted_path_selects_part_of_response() {
        let document = json!({"order": {"items": [{"sku": "a"}]}, "none": null});
        assert_eq!(at_path(&document, "order.items.0.sku"), Some(json!("a")));
        assert_eq!(at_path(&document, "order.none"), None);
        assert_eq!(at_path(&document, "none"), None);
    }
}
