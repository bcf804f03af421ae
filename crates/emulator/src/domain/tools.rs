//! Shared tools, and how assistants get and lose them.

use serde_json::{Map, Value, json};
use telnyx_ai_types::Tool;

use super::{
    Context, Error, Result, ViolationKind, Violations, Wanted,
    assistant_tools::{function_name, shared_ids, type_of},
    assistants,
    error::Violation,
    stored_versions,
    violations::{self, none_of, typed},
};
use crate::{
    assumptions::DEFAULT_TOOL_TIMEOUT_MS,
    json::{self, text},
    store::{Kind, Order},
};

/// Shared tools, newest first.
pub(crate) fn list(cx: &Context<'_>, wanted: &Wanted<'_>) -> Result<Vec<Value>> {
    cx.list(Kind::Tool, wanted)
}

pub(crate) fn get(cx: &Context<'_>, tool_id: &str) -> Result<Value> {
    cx.get(Kind::Tool, tool_id)
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
/// The type can be changed together with the definition. A change to or from an unknown type alone keeps the definition.
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
    let new = given(&body, kind).or_else(sent);
    let is_replaced = new.is_some();
    let keeps = |kept: &&Value| kind == before || !is_type(kind) || !is_type(&before) && kept.is_object();
    if let Some(definition) = new.or_else(|| tool.get("tool_definition").filter(keeps)) {
        request[kind] = definition.clone();
    }
    tool["tool_definition"] = check(&request)?;
    tool["type"] = kind.into();
    if let Some(fields) = tool.as_object_mut() {
        let is_definition = |field: &str| field == kind && is_replaced || is_type(kind) && is_type(field);
        fields.retain(|field, _| FIELDS.contains(&field.as_str()) || !is_definition(field));
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
        for version in stored_versions::serving(cx, assistant)? {
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
        stored_versions::save_main(cx, &assistant)?;
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
    stored_versions::save_main(cx, &assistant)?;
    assistants::view(cx, assistant)
}
