//! Shared tools, and the tools of an assistant.

use std::collections::HashSet;

use serde_json::{Map, Value, json};

use super::{Checks, Code, Outcome, Problem, Work, assistant_rules, assistants, kind};
use crate::{assumptions::DEFAULT_TOOL_TIMEOUT_MS, json::items, store::Order};

/// The types of shared tools whose definition is required, under the type's name.
const DEFINED: [&str; 8] =
    ["client_side_tool", "function", "handoff", "invite", "pay", "retrieval", "update_dynamic_variables", "webhook"];

/// Shared tools by name and type, newest first.
pub(crate) fn list(work: &Work<'_>, name: Option<&str>, kind: Option<&str>) -> Outcome<Vec<Value>> {
    let mut tools = work.tx.list(kind::TOOL, "", Order::NewestFirst)?;
    tools.retain(|tool| name.is_none_or(|name| tool["display_name"] == name));
    tools.retain(|tool| kind.is_none_or(|kind| tool["type"] == kind));
    Ok(tools)
}

/// One shared tool.
pub(crate) fn get(work: &Work<'_>, tool_id: &str) -> Outcome<Value> {
    find(work, tool_id)?.ok_or_else(|| Problem::not_found("tool", tool_id))
}

/// One shared tool, where there is one.
pub(crate) fn find(work: &Work<'_>, tool_id: &str) -> Outcome<Option<Value>> {
    Ok(work.tx.get(kind::TOOL, tool_id)?)
}

/// Makes a shared tool.
pub(crate) fn create(work: &Work<'_>, body: &Map<String, Value>) -> Outcome<Value> {
    let kind = body.get("type").and_then(Value::as_str).unwrap_or_default();
    let definition = match body.get(kind) {
        Some(definition) if !definition.is_null() => definition.clone(),
        _ if DEFINED.contains(&kind) => {
            let detail = format!("A tool of type {kind} needs the field {kind}.");
            return Err(Problem::invalid(Code::MISSING, format!("/{kind}"), detail));
        }
        _ => json!({}),
    };
    let id = work.new_id();
    let tool = json!({
        "id": id,
        "type": kind,
        "display_name": body.get("display_name"),
        "tool_definition": definition,
        "timeout_ms": body.get("timeout_ms").filter(|timeout| !timeout.is_null()).cloned().unwrap_or_else(|| DEFAULT_TOOL_TIMEOUT_MS.into()),
        "created_at": work.now_text(),
    });
    check(&tool)?;
    work.tx.insert(kind::TOOL, &id, "", &tool)?;
    Ok(tool)
}

/// Changes a shared tool: its name, its timeout, its definition, or its type together with a definition.
pub(crate) fn update(work: &Work<'_>, tool_id: &str, body: &Map<String, Value>) -> Outcome<Value> {
    let mut tool = get(work, tool_id)?;
    for field in ["display_name", "timeout_ms"] {
        if let Some(value) = body.get(field).filter(|value| !value.is_null()) {
            tool[field] = value.clone();
        }
    }
    let before = type_of(&tool).to_owned();
    let kind = body.get("type").and_then(Value::as_str).unwrap_or(&before).to_owned();
    match body.get(&kind) {
        Some(definition) if !definition.is_null() => tool["tool_definition"] = definition.clone(),
        _ if kind != before && DEFINED.contains(&kind.as_str()) => {
            let detail = format!("A tool of type {kind} needs the field {kind}.");
            return Err(Problem::invalid(Code::MISSING, format!("/{kind}"), detail));
        }
        _ if kind != before => tool["tool_definition"] = json!({}),
        _ => {}
    }
    tool["type"] = kind.into();
    check(&tool)?;
    work.tx.replace(kind::TOOL, tool_id, &tool)?;
    Ok(tool)
}

/// Removes a shared tool. Assistants that had it go on without it.
pub(crate) fn delete(work: &Work<'_>, tool_id: &str) -> Outcome<()> {
    if work.tx.delete(kind::TOOL, tool_id)? { Ok(()) } else { Err(Problem::not_found("tool", tool_id)) }
}

fn check(tool: &Value) -> Outcome<()> {
    let mut checks = Checks::new();
    let whole = as_tool(tool);
    assistant_rules::check_tool(&mut checks, &whole, "");
    if tool["timeout_ms"].as_f64().is_some_and(|timeout| timeout < 1.0) {
        checks.fail(Code::RANGE, "/timeout_ms", "A timeout is 1 ms at least.");
    }
    checks.finish()
}

/// A shared tool as it stands among an assistant's tools.
pub(crate) fn as_tool(shared: &Value) -> Value {
    let kind = type_of(shared);
    let mut tool = json!({ "type": kind, "shared": true });
    tool[kind] = shared["tool_definition"].clone();
    if kind == "webhook" {
        tool["timeout_ms"] = shared["timeout_ms"].clone();
    }
    tool
}

/// All tools of a stored assistant or version: the inline ones, then the shared ones.
pub(crate) fn of_assistant(work: &Work<'_>, stored: &Value) -> Outcome<Vec<Value>> {
    let mut tools = stored["tools"].as_array().cloned().unwrap_or_default();
    for tool in &mut tools {
        if tool.is_object() {
            tool["shared"] = false.into();
        }
    }
    tools.extend(by_ids(work, &stored["tool_ids"])?);
    Ok(tools)
}

/// Fills the shared tools into a node of a conversation flow: in the contract a tool node has a list of one, a prompt
/// node a list of such lists.
pub(crate) fn fill_node(work: &Work<'_>, node: &mut Value) -> Outcome<()> {
    if let Some(tool) = find(work, node["shared_tool_id"].as_str().unwrap_or_default())? {
        node["tool"] = json!([as_tool(&tool)]);
    }
    if node["shared_tool_ids"].is_array() {
        node["tools"] = by_ids(work, &node["shared_tool_ids"])?.into_iter().map(|tool| json!([tool])).collect();
    }
    Ok(())
}

/// Whether a stored assistant can take payments: a pay tool among its tools or in its flow.
pub(crate) fn has_pay(work: &Work<'_>, stored: &Value) -> Outcome<bool> {
    let mut tools = of_assistant(work, stored)?;
    for node in items(&stored["conversation_flow"]["nodes"]) {
        tools.extend(by_ids(work, &json!([node["shared_tool_id"]]))?);
        tools.extend(by_ids(work, &node["shared_tool_ids"])?);
    }
    Ok(tools.iter().any(|tool| tool["type"] == "pay"))
}

fn by_ids(work: &Work<'_>, tool_ids: &Value) -> Outcome<Vec<Value>> {
    let mut tools = Vec::new();
    for id in items(tool_ids) {
        tools.extend(find(work, id.as_str().unwrap_or_default())?.as_ref().map(as_tool));
    }
    Ok(tools)
}

/// The ids of all shared tools that a stored assistant names, in its flow as well.
pub(crate) fn shared_ids(stored: &Value) -> HashSet<&str> {
    let nodes = items(&stored["conversation_flow"]["nodes"]);
    let lists = [&stored["tool_ids"]].into_iter().chain(nodes.iter().map(|node| &node["shared_tool_ids"]));
    let listed = lists.filter_map(Value::as_array).flatten();
    listed.chain(nodes.iter().map(|node| &node["shared_tool_id"])).filter_map(Value::as_str).collect()
}

/// Takes out of a configuration what only answers have: the flag `shared`, and the shared tools inside of nodes.
pub(crate) fn strip_answers(assistant: &mut Map<String, Value>) {
    for tool in assistant.get_mut("tools").and_then(Value::as_array_mut).into_iter().flatten() {
        if let Some(tool) = tool.as_object_mut() {
            tool.remove("shared");
        }
    }
    let flow = assistant.get_mut("conversation_flow");
    for node in flow.and_then(|flow| flow.get_mut("nodes")).and_then(Value::as_array_mut).into_iter().flatten() {
        if let Some(node) = node.as_object_mut() {
            node.remove("tool");
            node.remove("tools");
        }
    }
}

/// Attaches a shared tool to an assistant; answers the assistant.
pub(crate) fn attach(work: &Work<'_>, assistant_id: &str, tool_id: &str) -> Outcome<Value> {
    let before = assistants::get(work, assistant_id)?;
    let mut assistant = before.clone();
    get(work, tool_id)?;
    let mut ids = assistant["tool_ids"].as_array().cloned().unwrap_or_default();
    if !ids.iter().any(|id| id == tool_id) {
        ids.push(tool_id.into());
        assistant["tool_ids"] = ids.into();
        assistant_rules::check(work, &before, &assistant)?;
        assistants::save_main(work, &assistant)?;
    }
    assistants::view(work, &assistant)
}

/// Takes a tool off an assistant: a shared one by its id, an inline one by its name; answers the assistant.
pub(crate) fn detach(work: &Work<'_>, assistant_id: &str, tool_id: &str) -> Outcome<Value> {
    let mut assistant = assistants::get(work, assistant_id)?;
    let mut removed = false;
    for (field, is_it) in [
        ("tool_ids", (|item: &Value, id: &str| item == id) as fn(&Value, &str) -> bool),
        ("tools", |item: &Value, id: &str| function_name(item) == Some(id)),
    ] {
        if let Some(items) = assistant.get_mut(field).and_then(Value::as_array_mut) {
            let before = items.len();
            items.retain(|item| !is_it(item, tool_id));
            removed |= items.len() < before;
        }
    }
    if !removed {
        return Err(Problem::not_found("tool", tool_id));
    }
    assistants::save_main(work, &assistant)?;
    assistants::view(work, &assistant)
}

/// A tool of an assistant: a shared one that is attached, by its id, or an inline one, by its name.
pub(crate) fn of_assistant_by_id(work: &Work<'_>, assistant: &Value, tool_id: &str) -> Outcome<Value> {
    let attached = assistant["tool_ids"].as_array().is_some_and(|ids| ids.iter().any(|id| id == tool_id));
    if attached && let Some(shared) = find(work, tool_id)? {
        return Ok(as_tool(&shared));
    }
    let inline = items(&assistant["tools"]);
    let named = inline.iter().find(|tool| function_name(tool) == Some(tool_id)).cloned();
    named.ok_or_else(|| Problem::not_found("tool", tool_id))
}

/// The `type` of a tool.
pub(crate) fn type_of(tool: &Value) -> &str {
    tool["type"].as_str().unwrap_or_default()
}

/// The name by which a model calls a tool, where the tool has one.
pub(crate) fn function_name(tool: &Value) -> Option<&str> {
    tool[type_of(tool)]["name"].as_str()
}
