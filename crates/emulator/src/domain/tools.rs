//! Shared tools, and the tools of an assistant.

use std::collections::HashSet;

use serde_json::{Map, Value, json};

use telnyx_ai_rules::{SharedTool, SharedTools};
use telnyx_ai_types::Tool;

use super::{
    Context, Error, Result, ViolationKind, Violations, Wanted, assistants,
    error::Violation,
    versions,
    violations::{self, none_of, typed},
};
use crate::{
    assumptions::DEFAULT_TOOL_TIMEOUT_MS,
    json::{self, items, text},
    store::{Kind, Order},
};

/// Shared tools, newest first.
pub(crate) fn list(cx: &Context<'_>, wanted: &Wanted<'_>) -> Result<Vec<Value>> {
    cx.list(Kind::Tool, wanted)
}

pub(crate) fn get(cx: &Context<'_>, tool_id: &str) -> Result<Value> {
    cx.get(Kind::Tool, tool_id)
}

/// The shared tool, if it exists.
pub(crate) fn find(cx: &Context<'_>, tool_id: &str) -> Result<Option<Value>> {
    Ok(cx.tx.get(Kind::Tool, tool_id)?)
}

pub(crate) fn create(cx: &Context<'_>, body: Map<String, Value>) -> Result<Value> {
    let definition = check(&Value::Object(body.clone()))?;
    let kind = body.get("type").and_then(Value::as_str).unwrap_or_default();
    check_definitions(kind, &body)?;
    let id = cx.new_id();
    let mut tool = json!({
        "id": id,
        "type": kind,
        "display_name": body.get("display_name"),
        "tool_definition": definition,
        "timeout_ms": given(&body, "timeout_ms").cloned().unwrap_or_else(|| DEFAULT_TOOL_TIMEOUT_MS.into()),
        "created_at": cx.now_text(),
    });
    add_unknown_fields(&mut tool, &body);
    cx.tx.insert(Kind::Tool, &id, "", &tool)?;
    Ok(tool)
}

/// Changes the name, the timeout or the definition of a shared tool.
///
/// The type can be changed together with the definition. A change to or from an unknown type alone keeps the definition,
/// as far as the new type has its fields.
pub(crate) fn update(cx: &Context<'_>, tool_id: &str, body: Map<String, Value>) -> Result<Value> {
    let mut tool = get(cx, tool_id)?;
    for field in ["display_name", "timeout_ms"] {
        if let Some(value) = given(&body, field) {
            tool[field] = value.clone();
        }
    }
    let before = type_of(&tool).to_owned();
    let kind = body.get("type").and_then(Value::as_str).unwrap_or(&before);
    check_definitions(kind, &body)?;
    let mut request = json!({ "display_name": tool["display_name"], "type": kind, "timeout_ms": tool["timeout_ms"] });
    // A definition that was sent with an unknown type is an unknown field.
    let sent = || tool.get(kind).filter(|sent| kind != before && !is_type(&before) && sent.is_object());
    let kept = &tool["tool_definition"];
    if let Some(definition) = given(&body, kind).or_else(sent) {
        request[kind] = definition.clone();
    } else if kind == before || !is_type(kind) {
        request[kind] = kept.clone();
    } else if !is_type(&before) && kept.is_object() {
        request[kind] = kept.clone();
        remove_unknown_fields(&mut request)?;
    }
    tool["tool_definition"] = check(&request)?;
    tool["type"] = kind.into();
    if let Some(fields) = tool.as_object_mut() {
        fields.retain(|field, _| field != kind && !(is_type(kind) && is_type(field)));
    }
    add_unknown_fields(&mut tool, &body);
    if given(&body, kind).is_none() && kind == before {
        cx.tx.replace(Kind::Tool, tool_id, &tool)?;
        return Ok(tool);
    }
    let known = violations_of_owners(cx, tool_id)?;
    cx.tx.replace(Kind::Tool, tool_id, &tool)?;
    match violations_of_owners(cx, tool_id)?.into_iter().find(|violation| !known.contains(violation)) {
        Some((owner, Violation { kind: rule, message, .. })) => {
            Err(Error::invalid(rule, json::pointer_to("", kind), format!("{owner} has this tool. {message}")))
        }
        None => Ok(tool),
    }
}

/// The violations of the versions that serve conversations and have a shared tool.
fn violations_of_owners(cx: &Context<'_>, tool_id: &str) -> Result<Vec<(String, Violation)>> {
    let mut all = Vec::new();
    for assistant in cx.tx.list(Kind::Assistant, "", Order::OldestFirst)? {
        for version in versions::serving(cx, assistant)? {
            if shared_ids(&version).contains(tool_id) {
                let owner =
                    format!("Version '{}' of assistant '{}'", text(&version, "version_id"), text(&version, "id"));
                let violations = assistants::violations(cx, &version, &version)?;
                all.extend(violations.into_iter().map(|violation| (owner.clone(), violation)));
            }
        }
    }
    Ok(all)
}

/// The fields of requests and responses, without the definitions of each type.
const FIELDS: [&str; 6] = ["id", "type", "display_name", "tool_definition", "timeout_ms", "created_at"];

/// Whether this is a known type of tool, and so the field of its definition.
fn is_type(name: &str) -> bool {
    !matches!(serde_json::from_value(json!({ "type": name })), Ok(Tool::Unknown(_)))
}

/// Fails if a tool of a known type has the definition of another type.
///
/// For an unknown type, it is an unknown field.
fn check_definitions(kind: &str, body: &Map<String, Value>) -> Result<()> {
    let mut violations = Violations::default();
    for (field, value) in body {
        if field != kind && !value.is_null() && is_type(kind) && is_type(field) {
            let detail = format!("A tool of type {kind} cannot have the field {field}.");
            violations.add(ViolationKind::Unexpected, format!("/{field}"), detail);
        }
    }
    violations.finish()
}

/// Adds the fields of a request that the API does not have.
fn add_unknown_fields(tool: &mut Value, body: &Map<String, Value>) {
    for (field, value) in body {
        if !FIELDS.contains(&field.as_str()) && *field != type_of(tool) && !value.is_null() {
            tool[field] = value.clone();
        }
    }
}

/// Removes the fields of a definition that its type does not have.
fn remove_unknown_fields(request: &mut Value) -> Result<()> {
    let unknown = telnyx_ai_core::unknown_paths(&typed::<Tool>(request)?);
    let kind = type_of(request).to_owned();
    if let Some(definition) = request[&kind].as_object_mut() {
        definition.retain(|field, _| !unknown.contains(&format!("{kind}.{field}")));
    }
    Ok(())
}

/// A field of a request, unless it is `null`.
fn given<'a>(body: &'a Map<String, Value>, field: &str) -> Option<&'a Value> {
    body.get(field).filter(|value| !value.is_null())
}

/// Checks a request for a complete tool. Returns its definition.
///
/// The definition must be valid in an assistant, too.
fn check(request: &Value) -> Result<Value> {
    none_of(telnyx_ai_rules::shared_tool(&typed(request)?))?;
    let mut inline = request.clone();
    let definition = &mut inline[type_of(request)];
    if definition.is_null() {
        *definition = json!({});
    }
    let mut inline = violations::object::<Tool>(&inline)?;
    Ok(inline.remove(type_of(request)).unwrap_or_default())
}

/// Deletes a shared tool. Assistants that have it continue without it.
pub(crate) fn delete(cx: &Context<'_>, tool_id: &str) -> Result<()> {
    cx.delete(Kind::Tool, tool_id)
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

/// Adds a shared tool to an assistant. Returns the assistant.
pub(crate) fn attach(cx: &Context<'_>, assistant_id: &str, tool_id: &str) -> Result<Value> {
    let before = assistants::get(cx, assistant_id)?;
    let mut assistant = before.clone();
    get(cx, tool_id)?;
    let mut ids = assistant["tool_ids"].as_array().cloned().unwrap_or_default();
    if !ids.iter().any(|id| id == tool_id) {
        ids.push(tool_id.into());
        assistant["tool_ids"] = ids.into();
        assistants::check_rules(cx, &before, &assistant)?;
        assistants::save_main(cx, &assistant)?;
    }
    assistants::view(cx, assistant)
}

/// Removes a tool from an assistant. Returns the assistant.
///
/// A shared tool is selected by its id, an inline one by its name.
pub(crate) fn detach(cx: &Context<'_>, assistant_id: &str, tool_id: &str) -> Result<Value> {
    let mut assistant = assistants::get(cx, assistant_id)?;
    let mut removed = false;
    for field in ["tool_ids", "tools"] {
        if let Some(items) = assistant.get_mut(field).and_then(Value::as_array_mut) {
            let before = items.len();
            items.retain(|item| item != tool_id && function_name(item) != Some(tool_id));
            removed |= items.len() < before;
        }
    }
    if !removed {
        return Err(Error::not_found("tool", tool_id));
    }
    assistants::save_main(cx, &assistant)?;
    assistants::view(cx, assistant)
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
