//! Tool definitions for a model.

use serde_json::{Map, Value, json};

use super::assistant_tools::{function_name, type_of};
use crate::json::{as_text, items};

/// A tool definition for a model.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ToolOffer {
    pub(crate) name: String,
    pub(crate) description: String,
    /// JSON Schema.
    pub(crate) parameters: Value,
}

/// The name that a model uses to call a tool.
pub(crate) fn name_of(tool: &Value) -> &str {
    function_name(tool).unwrap_or_else(|| type_of(tool))
}

/// Builds the tool definition for a model.
pub(crate) fn offer(tool: &Value) -> ToolOffer {
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
        "handoff" => {
            one_of("assistant", "The assistant to hand the conversation over to.", &definition["ai_assistants"])
        }
        "transfer" | "invite" | "refer" => one_of("target", "The destination.", &definition["targets"]),
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
            "skip_turn" => "Waits for the user without a reply.".to_owned(),
            other => other.replace('_', " "),
        },
        str::to_owned,
    );
    ToolOffer { name: name_of(tool).to_owned(), description, parameters }
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

/// The arguments of a tool call in a flow.
///
/// They are the variables with the names of the parameters.
pub(crate) fn arguments_from(tool: &Value, variables: &Map<String, Value>) -> Map<String, Value> {
    let offer = offer(tool);
    let properties = offer.parameters["properties"].as_object().cloned().unwrap_or_default();
    properties.keys().filter_map(|name| Some((name.clone(), variables.get(name)?.clone()))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn webhook_offers_all_parameters() {
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
}
