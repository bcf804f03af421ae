//! The tools of an assistant: what a model is told of them, and what they do.

use std::time::Duration;

use serde_json::{Map, Value, json};

use super::mcp::McpTools;
use crate::{
    app::App,
    assumptions::DEFAULT_ASYNC_TIMEOUT_MS,
    domain::{
        tools::{function_name, type_of},
        variables::{Unresolved, as_text, render},
        webhook_calls,
    },
    json::items,
    outgoing::{Answered, Unanswered},
    responder::{ToolUse, Turn},
};

/// What a tool does to the conversation, beside answering.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Effect {
    /// Nothing.
    None,
    /// It is over, and why.
    Ended(&'static str),
    /// The assistant of this id goes on.
    HandedOver(String),
    /// The assistant says nothing in this turn.
    Skipped,
}

/// What came of a tool.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) content: String,
    pub(crate) failed: bool,
    /// Variables that it set.
    pub(crate) variables: Map<String, Value>,
    pub(crate) effect: Effect,
}

impl Ran {
    pub(crate) fn answered(content: impl Into<String>) -> Self {
        Self { content: content.into(), failed: false, variables: Map::new(), effect: Effect::None }
    }

    fn done(what: &Value, effect: Effect) -> Self {
        Self { effect, ..Self::answered(what.to_string()) }
    }

    pub(crate) fn failed(why: impl Into<String>) -> Self {
        Self { failed: true, ..Self::answered(json!({ "error": why.into() }).to_string()) }
    }
}

/// A tool as a model is told of it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Offer {
    pub(crate) name: String,
    pub(crate) description: String,
    /// JSON Schema.
    pub(crate) parameters: Value,
}

/// The tools of an assistant, as it is answered.
pub(crate) fn of(assistant: &Value) -> Vec<Value> {
    assistant["tools"].as_array().cloned().unwrap_or_default()
}

/// The name by which a tool is called.
pub(crate) fn name_of(tool: &Value) -> &str {
    function_name(tool).unwrap_or_else(|| type_of(tool))
}

/// What a model is told of a tool.
pub(crate) fn offer(tool: &Value) -> Offer {
    let definition = &tool[type_of(tool)];
    let parameters = match type_of(tool) {
        "webhook" => {
            let (mut properties, mut required) = (Map::new(), Vec::new());
            for place in ["path_parameters", "query_parameters", "body_parameters"] {
                properties.extend(definition[place]["properties"].as_object().cloned().unwrap_or_default());
                required.extend(definition[place]["required"].as_array().cloned().unwrap_or_default());
            }
            json!({ "type": "object", "properties": properties, "required": required })
        }
        "update_dynamic_variables" => {
            let variables = items(&definition["updatable_variables"]);
            let properties: Map<String, Value> = variables
                .iter()
                .map(|variable| {
                    let mut property = json!({ "type": variable["type"].as_str().unwrap_or("string") });
                    if let Some(description) = variable["description"].as_str() {
                        property["description"] = description.into();
                    }
                    (as_text(&variable["name"]), property)
                })
                .collect();
            json!({ "type": "object", "properties": properties })
        }
        "handoff" => one_of("assistant", "The assistant that takes over.", &definition["ai_assistants"]),
        "transfer" | "invite" | "refer" => one_of("target", "Whom to reach.", &definition["targets"]),
        "retrieval" => json!({
            "type": "object", "properties": { "query": { "type": "string" } }, "required": ["query"],
        }),
        _ => match &definition["parameters"] {
            Value::Object(parameters) if !parameters.is_empty() => parameters.clone().into(),
            _ => json!({ "type": "object", "properties": {} }),
        },
    };
    let description = definition["description"].as_str().map_or_else(
        || match type_of(tool) {
            "hangup" => "Ends the conversation.".to_owned(),
            "handoff" => "Hands the conversation over to another assistant.".to_owned(),
            "transfer" => "Transfers the conversation to someone else.".to_owned(),
            "skip_turn" => "Says nothing, and waits.".to_owned(),
            other => other.replace('_', " "),
        },
        str::to_owned,
    );
    Offer { name: name_of(tool).to_owned(), description, parameters }
}

fn one_of(name: &str, description: &str, choices: &Value) -> Value {
    let choices = items(choices);
    let names: Vec<&Value> = choices.iter().map(|choice| &choice["name"]).filter(|name| name.is_string()).collect();
    let mut property = json!({ "type": "string", "description": description });
    if !names.is_empty() {
        property["enum"] = json!(names);
    }
    json!({ "type": "object", "properties": { name: property } })
}

/// The arguments that a step of a flow calls a tool with: the variables of the same names.
pub(crate) fn arguments_from(tool: &Value, variables: &Map<String, Value>) -> Map<String, Value> {
    let offer = offer(tool);
    let properties = offer.parameters["properties"].as_object().cloned().unwrap_or_default();
    properties.keys().filter_map(|name| Some((name.clone(), variables.get(name)?.clone()))).collect()
}

/// Calls a tool.
pub(crate) async fn run(app: &App, turn: &Turn, mcp: &mut McpTools, call: &ToolUse) -> Ran {
    let Some(tool) = turn.tools.iter().find(|tool| name_of(tool) == call.name) else {
        return mcp.call(app, call).await;
    };
    let definition = &tool[type_of(tool)];
    match type_of(tool) {
        "webhook" => webhook(app, tool, call, &turn.variables).await,
        "update_dynamic_variables" => {
            let updatable = items(&definition["updatable_variables"]);
            let may_be_set = |name: &str| updatable.iter().any(|variable| variable["name"] == name);
            match call.arguments.keys().find(|name| !may_be_set(name)) {
                Some(name) => Ran::failed(format!("the variable '{name}' may not be set")),
                None => Ran {
                    variables: call.arguments.clone(),
                    ..Ran::done(&json!({ "updated": call.arguments.keys().collect::<Vec<_>>() }), Effect::None)
                },
            }
        }
        "hangup" => Ran::done(&json!({ "status": "ended" }), Effect::Ended("assistant_hangup")),
        "transfer" | "refer" => match chosen(&targets(definition, &turn.variables), call, &["target", "to"]) {
            Some(target) => {
                let to = target["to"].as_str().or_else(|| target["sip_address"].as_str()).unwrap_or_default();
                let to = render(to, &turn.variables, Unresolved::Raw);
                let reason = if type_of(tool) == "transfer" { "transfer" } else { "refer" };
                Ran::done(&json!({ "status": "transferred", "to": to }), Effect::Ended(reason))
            }
            None => Ran::failed("there is no such target"),
        },
        "handoff" => match chosen(&definition["ai_assistants"], call, &["assistant"]) {
            Some(assistant) => {
                let id = assistant["id"].as_str().unwrap_or_default().to_owned();
                Ran::done(&json!({ "status": "handed over", "assistant_id": id }), Effect::HandedOver(id))
            }
            None => Ran::failed("there is no such assistant to hand over to"),
        },
        "skip_turn" => Ran::done(&json!({ "status": "skipped" }), Effect::Skipped),
        "retrieval" => Ran::done(&json!({ "results": [] }), Effect::None),
        // What would happen elsewhere is only noted.
        _ => Ran::done(&json!({ "status": "ok" }), Effect::None),
    }
}

/// Whom a tool can reach: a list, or the variable that has it.
fn targets(definition: &Value, variables: &Map<String, Value>) -> Value {
    let Some(template) = definition["targets"].as_str() else { return definition["targets"].clone() };
    let rendered = render(template, variables, Unresolved::Empty);
    serde_json::from_str(&rendered).unwrap_or_else(|_| json!([{ "to": rendered }]))
}

/// The one of some choices that the call names, by its name, its id or its address; the first where it names none.
fn chosen<'a>(choices: &'a Value, call: &ToolUse, fields: &[&str]) -> Option<&'a Value> {
    let choices = choices.as_array()?;
    let Some(named) = fields.iter().find_map(|field| call.arguments.get(*field)) else { return choices.first() };
    choices.iter().find(|choice| ["name", "id", "to", "sip_address"].iter().any(|field| choice[*field] == *named))
}

async fn webhook(app: &App, tool: &Value, call: &ToolUse, variables: &Map<String, Value>) -> Ran {
    let request = match webhook_calls::call(tool, &call.arguments, variables) {
        Ok(request) => request,
        Err(problem) => return Ran::failed(problem.to_string()),
    };
    let definition = &tool["webhook"];
    if definition["async"] != true {
        return taken(definition, app.call_tool(&request).await);
    }
    let calling = app.clone();
    let answer = tokio::spawn(async move { calling.call_tool(&request).await });
    let patience = definition["async_timeout_ms"].as_f64().unwrap_or(f64::from(DEFAULT_ASYNC_TIMEOUT_MS)).max(0.0);
    match tokio::time::timeout(Duration::from_millis(patience as u64), answer).await {
        Ok(Ok(answer)) => taken(definition, answer),
        Ok(Err(error)) => Ran::failed(error.to_string()),
        Err(_) => Ran::done(&json!({ "status": "submitted" }), Effect::None),
    }
}

fn taken(definition: &Value, answer: Result<Answered, Unanswered>) -> Ran {
    let answer = match answer {
        Ok(answer) => answer,
        Err(error) => return Ran::failed(error.to_string()),
    };
    let content = String::from_utf8_lossy(&answer.body).into_owned();
    if !answer.is_good() {
        let error = json!({ "error": format!("the endpoint answered {}", answer.status), "response": content });
        return Ran { failed: true, ..Ran::answered(error.to_string()) };
    }
    let whole: Value = serde_json::from_str(&content).unwrap_or_default();
    let stored = items(&definition["store_fields_as_variables"]);
    let variables = stored
        .iter()
        .filter_map(|field| Some((field["name"].as_str()?.to_owned(), at_path(&whole, field["value_path"].as_str()?)?)))
        .collect();
    Ran { variables, ..Ran::answered(content) }
}

/// A part of an answer, by names or indices with dots in between.
fn at_path(whole: &Value, path: &str) -> Option<Value> {
    let found = path.split('.').try_fold(whole, |value, step| match step.parse::<usize>() {
        Ok(index) if value.is_array() => value.get(index),
        _ => value.get(step),
    })?;
    Some(found.clone()).filter(|found| !found.is_null())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn models_are_told_what_to_give() {
        let tool = json!({"type": "webhook", "webhook": {
            "name": "status", "description": "d", "url": "http://x/{id}",
            "path_parameters": {"properties": {"id": {"type": "string"}}, "required": ["id"]},
            "query_parameters": {"properties": {"q": {"type": "integer"}}},
        }});
        let offer = offer(&tool);
        assert_eq!((offer.name.as_str(), offer.description.as_str()), ("status", "d"));
        assert_eq!(offer.parameters["required"], json!(["id"]));
        assert_eq!(offer.parameters["properties"]["q"]["type"], "integer");
        let variables = json!({"id": "7", "other": 1});
        let arguments = arguments_from(&tool, variables.as_object().expect("an object"));
        assert_eq!(Value::Object(arguments), json!({"id": "7"}));

        let handoff = json!({"type": "handoff", "handoff": {"ai_assistants": [{"id": "a", "name": "Sales"}]}});
        assert_eq!(super::offer(&handoff).parameters["properties"]["assistant"]["enum"], json!(["Sales"]));
    }

    #[test]
    fn parts_of_answers_are_found() {
        let whole = json!({"order": {"items": [{"sku": "a"}]}, "none": null});
        assert_eq!(at_path(&whole, "order.items.0.sku"), Some(json!("a")));
        assert_eq!(at_path(&whole, "order.none"), None);
        assert_eq!(at_path(&whole, "none"), None);
    }
}
