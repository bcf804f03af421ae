//! The tools of a stored assistant or version: inline ones, and the ids of shared ones.

use std::collections::HashSet;

use serde_json::{Map, Value, json};

use telnyx_ai_rules::{SharedTool, SharedTools};

use super::{Context, Error, Result};
use crate::{
    json::{self, items, text},
    store::Kind,
};

/// The shared tool, if it exists.
pub(crate) fn find(cx: &Context<'_>, tool_id: &str) -> Result<Option<Value>> {
    Ok(cx.tx.get(Kind::Tool, tool_id)?)
}

/// A shared tool in the form of an assistant's `tools`.
pub(crate) fn as_tool(shared: &Value) -> Value {
    let kind = type_of(shared);
    let mut tool = json!({ "type": kind, "shared": true });
    tool[kind] = shared["tool_definition"].clone();
    if kind == "webhook" {
        tool["timeout_ms"] = shared["timeout_ms"].clone();
    }
    tool
}

/// All tools of a stored assistant or version, inline ones first.
pub(crate) fn of_assistant(cx: &Context<'_>, stored: &Value) -> Result<Vec<Value>> {
    let mut tools = stored["tools"].as_array().cloned().unwrap_or_default();
    for tool in &mut tools {
        if tool.is_object() {
            tool["shared"] = false.into();
        }
    }
    tools.extend(by_ids(cx, &stored["tool_ids"])?);
    Ok(tools)
}

/// Adds the shared tools to a node of a conversation flow.
///
/// In the contract, a tool node has a list with one tool, and a prompt node has a list of such lists.
pub(crate) fn fill_node(cx: &Context<'_>, node: &mut Value) -> Result<()> {
    if let Some(tool) = find(cx, text(node, "shared_tool_id"))? {
        node["tool"] = json!([as_tool(&tool)]);
    }
    if node["shared_tool_ids"].is_array() {
        node["tools"] = by_ids(cx, &node["shared_tool_ids"])?.into_iter().map(|tool| json!([tool])).collect();
    }
    Ok(())
}

/// Whether a stored assistant has a pay tool, inline, shared or in its flow.
pub(crate) fn has_pay(cx: &Context<'_>, stored: &Value) -> Result<bool> {
    let inline = items(&stored["tools"]).iter().any(|tool| tool["type"] == "pay");
    Ok(inline || referenced(cx, &Value::Null, stored)?.values().any(|tool| tool.tool_type == "pay"))
}

/// The shared tools that an assistant refers to.
///
/// Deleted tools that it had `before` have an empty type.
pub(crate) fn referenced(cx: &Context<'_>, before: &Value, assistant: &Value) -> Result<SharedTools> {
    let (before, mut tools) = (shared_ids(before), SharedTools::new());
    for id in shared_ids(assistant) {
        match find(cx, id)? {
            Some(tool) => tools.insert(id.to_owned(), for_rules(&tool)),
            None if before.contains(id) => tools.insert(id.to_owned(), SharedTool::default()),
            None => None,
        };
    }
    Ok(tools)
}

fn for_rules(shared: &Value) -> SharedTool {
    let tool = SharedTool::new(type_of(shared));
    match shared["tool_definition"]["name"].as_str() {
        Some(name) => tool.with_name(name),
        None => tool,
    }
}

fn by_ids(cx: &Context<'_>, tool_ids: &Value) -> Result<Vec<Value>> {
    let mut tools = Vec::new();
    for id in items(tool_ids) {
        tools.extend(find(cx, id.as_str().unwrap_or_default())?.as_ref().map(as_tool));
    }
    Ok(tools)
}

/// The ids of all shared tools of a stored assistant, including those in its flow.
pub(crate) fn shared_ids(stored: &Value) -> HashSet<&str> {
    let nodes = items(&stored["conversation_flow"]["nodes"]);
    let lists = [&stored["tool_ids"]].into_iter().chain(nodes.iter().map(|node| &node["shared_tool_ids"]));
    let listed = lists.filter_map(Value::as_array).flatten();
    listed.chain(nodes.iter().map(|node| &node["shared_tool_id"])).filter_map(Value::as_str).collect()
}

/// Removes the parts that only responses have.
///
/// These are the field `shared`, and the shared tools in nodes.
pub(crate) fn strip_response_fields(assistant: &mut Map<String, Value>) {
    for tool in assistant.get_mut("tools").and_then(Value::as_array_mut).into_iter().flatten() {
        json::remove(tool, &["shared"]);
    }
    let flow = assistant.get_mut("conversation_flow");
    for node in flow.and_then(|flow| flow.get_mut("nodes")).and_then(Value::as_array_mut).into_iter().flatten() {
        json::remove(node, &["tool", "tools"]);
    }
}

/// A tool of an assistant: a shared one by its id, or an inline one by its name.
pub(crate) fn of_assistant_by_id(cx: &Context<'_>, assistant: &Value, tool_id: &str) -> Result<Value> {
    let attached = assistant["tool_ids"].as_array().is_some_and(|ids| ids.iter().any(|id| id == tool_id));
    if attached && let Some(shared) = find(cx, tool_id)? {
        return Ok(as_tool(&shared));
    }
    let inline = items(&assistant["tools"]);
    let named = inline.iter().find(|tool| function_name(tool) == Some(tool_id)).cloned();
    named.ok_or_else(|| Error::not_found("tool", tool_id))
}

pub(crate) fn type_of(tool: &Value) -> &str {
    text(tool, "type")
}

/// The name that a model uses to call a tool, if it has one.
pub(crate) fn function_name(tool: &Value) -> Option<&str> {
    tool[type_of(tool)]["name"].as_str()
}
