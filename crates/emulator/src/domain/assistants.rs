//! Assistants, and how they and their versions are stored.
//!
//! A version is stored completely, and the assistant is a copy of its main version. The stored form has the ids of shared
//! tools only. [`view`] adds the tools themselves.

use serde_json::{Map, Value, json};

use super::{
    Context, Error, Result, ViolationKind, assistant_tools,
    error::Violation,
    insight_settings, stored_versions,
    violations::{none_of, typed},
};
use crate::{
    assumptions::{ASSISTANT_ID_PREFIX, CLONE_SUFFIX, DEFAULT_MODEL, DEFAULT_VERSION_NAME, DEFAULT_WEBHOOK_TIMEOUT_MS},
    json::{self, items, text},
    store::{Kind, Order},
};

/// The fields that the service sets itself. They are ignored in requests.
const READ_ONLY: [&str; 9] = [
    "id", "created_at", "deleted_at", "permanently_deleted_at", "version_id", "version_created_at", "import_metadata",
    "related_mission_ids", "promote_to_main",
];

/// The documents that are erased with an assistant.
const OWNED: [Kind; 3] = [Kind::Version, Kind::CanaryDeploy, Kind::ScheduledEvent];

/// All assistants in the form of the API, newest first.
pub(crate) fn list(cx: &Context<'_>) -> Result<Vec<Value>> {
    let stored = cx.tx.list(Kind::Assistant, "", Order::NewestFirst)?;
    stored.into_iter().map(|assistant| view(cx, assistant)).collect()
}

/// The stored form of an assistant: its main version.
pub(crate) fn get(cx: &Context<'_>, assistant_id: &str) -> Result<Value> {
    cx.get(Kind::Assistant, assistant_id)
}

pub(crate) fn check(cx: &Context<'_>, assistant_id: &str) -> Result<()> {
    cx.check(Kind::Assistant, assistant_id)
}

/// A stored assistant or version in the form of the API, with its shared tools.
pub(crate) fn view(cx: &Context<'_>, stored: Value) -> Result<Value> {
    let mut answer = stored;
    answer["tools"] = assistant_tools::of_assistant(cx, &answer)?.into();
    if let Some(nodes) = answer.pointer_mut("/conversation_flow/nodes").and_then(Value::as_array_mut) {
        for node in nodes {
            assistant_tools::fill_node(cx, node)?;
        }
    }
    json::remove(&mut answer, &["tool_ids"]);
    Ok(answer)
}

pub(crate) fn create(cx: &Context<'_>, body: Map<String, Value>) -> Result<Value> {
    let assistant = new_assistant(cx, blank(cx), body)?;
    view(cx, assistant)
}

/// Creates and stores an assistant from `base` and a configuration.
fn new_assistant(cx: &Context<'_>, base: Value, configuration: Map<String, Value>) -> Result<Value> {
    let assistant = next_version(cx, base, configuration)?;
    let (id, version_id) = (text(&assistant, "id"), text(&assistant, "version_id"));
    cx.tx.insert(Kind::Assistant, id, "", &assistant)?;
    cx.tx.insert(Kind::Version, version_id, id, &assistant)?;
    Ok(assistant)
}

/// An assistant without a configuration.
fn blank(cx: &Context<'_>) -> Value {
    json!({
        "id": format!("{ASSISTANT_ID_PREFIX}{}", cx.new_id()),
        "created_at": cx.now_text(),
        "model": DEFAULT_MODEL,
        "tools": [],
        "dynamic_variables": {},
    })
}

/// Reads an assistant, or a version of `main`, from a seed. Stores nothing.
///
/// Generates missing ids and times. A version without a name and instructions inherits the fields of `main`.
pub(crate) fn restored(cx: &Context<'_>, main: Option<&Value>, body: Map<String, Value>) -> Result<Value> {
    let brought: Vec<(String, Value)> = READ_ONLY
        .iter()
        .filter_map(|field| Some(((*field).to_owned(), body.get(*field).filter(|value| !value.is_null())?.clone())))
        .collect();
    let is_whole =
        ["id", "created_at", "version_id", "version_created_at"].iter().all(|field| body.contains_key(*field));
    let mut restored = if is_whole {
        Value::Object(body)
    } else {
        let base = match main {
            Some(main) if !(body.contains_key("name") && body.contains_key("instructions")) => main.clone(),
            _ => blank(cx),
        };
        next_version(cx, base, body)?
    };
    for (field, value) in brought {
        restored[field] = value;
    }
    if let Some(main) = main {
        restored["id"] = main["id"].clone();
        restored["created_at"] = main["created_at"].clone();
    }
    json::remove(&mut restored, &["promote_to_main"]);
    Ok(restored)
}

/// Creates and returns a version, which becomes the main one by default.
pub(crate) fn update(cx: &Context<'_>, assistant_id: &str, body: Map<String, Value>) -> Result<Value> {
    let promote = body.get("promote_to_main").and_then(Value::as_bool).unwrap_or(true);
    let version = next_version(cx, get(cx, assistant_id)?, body)?;
    stored_versions::save(cx, &version, promote)?;
    view(cx, version)
}

/// A new version of `base`, with its own id, time and name. Stores nothing.
fn next_version(cx: &Context<'_>, mut base: Value, patch: Map<String, Value>) -> Result<Value> {
    json::remove(&mut base, &["version_name"]);
    let mut version = updated(cx, &base, patch)?;
    version["version_id"] = cx.new_id().into();
    version["version_created_at"] = cx.now_text().into();
    Ok(version)
}

/// Replaces fields of `base` with those of `patch`, and checks the result.
///
/// Keeps the ids and times of `base`.
pub(crate) fn updated(cx: &Context<'_>, base: &Value, patch: Map<String, Value>) -> Result<Value> {
    let mut next = base.as_object().cloned().unwrap_or_default();
    for (name, value) in patch {
        match value {
            _ if READ_ONLY.contains(&name.as_str()) => {}
            // Required fields cannot be cleared.
            Value::Null if matches!(name.as_str(), "name" | "instructions") => {}
            Value::Null => {
                next.remove(&name);
            }
            value => {
                next.insert(name, value);
            }
        }
    }
    next.entry("model").or_insert_with(|| DEFAULT_MODEL.into());
    next.entry("tools").or_insert_with(|| json!([]));
    next.entry("version_name").or_insert_with(|| DEFAULT_VERSION_NAME.into());
    if next.get("dynamic_variables_webhook_url").and_then(Value::as_str).is_some_and(|url| !url.is_empty()) {
        next.entry("dynamic_variables_webhook_timeout_ms").or_insert_with(|| DEFAULT_WEBHOOK_TIMEOUT_MS.into());
    }
    assistant_tools::strip_response_fields(&mut next);
    provision(cx, &mut next, base);
    insight_settings::complete(&mut next, base);
    keep_challenger(&mut next, base);
    keep_fallback_models(&mut next, base);
    let next = Value::Object(next);
    insight_settings::check(&next)?;
    check_rules(cx, base, &next)?;
    Ok(next)
}

/// Checks a configuration.
///
/// Shared tools, MCP servers and the insight group that it had `before` may have been deleted since.
pub(crate) fn check_rules(cx: &Context<'_>, before: &Value, assistant: &Value) -> Result<()> {
    none_of(violations(cx, before, assistant)?)
}

/// The violations of a configuration, for [`check_rules`].
pub(crate) fn violations(cx: &Context<'_>, before: &Value, assistant: &Value) -> Result<Vec<Violation>> {
    let mut violations = telnyx_ai_rules::version_name(text(assistant, "version_name"));
    let shared_tools = assistant_tools::referenced(cx, before, assistant)?;
    violations.extend(telnyx_ai_rules::assistant(&typed(assistant)?, Some(&shared_tools)));
    violations.extend(unknown_mcp_servers(cx, before, assistant)?);
    violations.extend(insight_settings::unknown_group(cx, before, assistant)?);
    Ok(violations)
}

/// The MCP servers that do not exist, except those that the assistant had `before`.
fn unknown_mcp_servers(cx: &Context<'_>, before: &Value, assistant: &Value) -> Result<Vec<Violation>> {
    let mut violations = Vec::new();
    for (n, server) in items(&assistant["mcp_servers"]).iter().enumerate() {
        let is_known = items(&before["mcp_servers"]).iter().any(|known| known["id"] == server["id"]);
        let id = text(server, "id");
        if !is_known && !cx.tx.has(Kind::McpServer, id)? {
            let message = format!("There is no MCP server '{id}'.");
            violations.push(Violation::new(ViolationKind::UnknownReference, format!("/mcp_servers/{n}/id"), message));
        }
    }
    Ok(violations)
}

/// Adds the messaging profile and the `TeXML` app of an assistant.
fn provision(cx: &Context<'_>, assistant: &mut Map<String, Value>, base: &Value) {
    for (settings, field) in
        [("messaging_settings", "default_messaging_profile_id"), ("telephony_settings", "default_texml_app_id")]
    {
        if let Value::Object(settings_now) = assistant.entry(settings).or_insert_with(|| json!({})) {
            let present = settings_now.entry(field).or_insert(Value::Null);
            if present.is_null() {
                *present = match &base[settings][field] {
                    Value::Null => cx.new_id().into(),
                    kept => kept.clone(),
                };
            }
        }
    }
}

/// Keeps the challenger of transcription that an update omits, if it fits.
fn keep_challenger(assistant: &mut Map<String, Value>, base: &Value) {
    let Some(Value::Object(transcription)) = assistant.get_mut("transcription") else { return };
    let stored = &base["transcription"]["challenger"];
    if !transcription.contains_key("challenger") && stored.is_object() && fits(transcription, "challenger", stored) {
        transcription.insert("challenger".to_owned(), stored.clone());
    }
}

/// Keeps the fallback models of transcription that an update omits.
///
/// Models that no longer fit are dropped. A challenger replaces all of them.
fn keep_fallback_models(assistant: &mut Map<String, Value>, base: &Value) {
    let Some(Value::Object(transcription)) = assistant.get_mut("transcription") else { return };
    if transcription.contains_key("fallback_models") || transcription.get("challenger").is_some_and(Value::is_object) {
        return;
    }
    let stored = items(&base["transcription"]["fallback_models"]).iter();
    let kept: Vec<Value> =
        stored.filter(|fallback| fits(transcription, "fallback_models", &json!([fallback]))).cloned().collect();
    if !kept.is_empty() {
        transcription.insert("fallback_models".to_owned(), kept.into());
    }
}

/// Whether `field` of the settings of transcription can have a value.
///
/// Ignores the conflict between `challenger` and `fallback_models`.
fn fits(transcription: &Map<String, Value>, field: &str, value: &Value) -> bool {
    let mut transcription = transcription.clone();
    transcription.retain(|name, _| !["challenger", "fallback_models"].contains(&name.as_str()));
    transcription.insert(field.to_owned(), value.clone());
    let assistant = json!({ "name": "", "instructions": "", "transcription": transcription });
    let at = format!("/transcription/{field}");
    let is_of_field = |violation: &Violation| violation.pointer.starts_with(&at);
    typed(&assistant).is_ok_and(|assistant| !telnyx_ai_rules::assistant(&assistant, None).iter().any(is_of_field))
}

/// Fails if a stored assistant or version redacts personal data.
///
/// Such an assistant cannot use text messages of any channel.
pub(crate) fn check_not_redacted(stored: &Value, channel: &str) -> Result<()> {
    if stored["privacy_settings"]["pii_redaction"] == "redact" {
        let id = text(stored, "id");
        return Err(Error::NotPossible(format!("Assistant '{id}' cannot use {channel}: PII redaction is on.")));
    }
    Ok(())
}

/// Erases an assistant, deleted or not, and its documents.
pub(crate) fn erase(cx: &Context<'_>, assistant_id: &str) -> Result<()> {
    for kind in [Kind::Assistant, Kind::DeletedAssistant] {
        cx.tx.delete(kind, assistant_id)?;
    }
    for owned in OWNED {
        cx.tx.delete_children(owned, assistant_id)?;
    }
    Ok(())
}

/// Clones an assistant without its telephony and messaging settings.
pub(crate) fn clone_of(cx: &Context<'_>, assistant_id: &str) -> Result<Value> {
    let original = get(cx, assistant_id)?;
    let mut copy = blank(cx);
    for (field, value) in original.as_object().into_iter().flatten() {
        let is_not_copied = ["telephony_settings", "messaging_settings", "version_name"].contains(&field.as_str());
        if !is_not_copied && !READ_ONLY.contains(&field.as_str()) {
            copy[field] = value.clone();
        }
    }
    // The pay tool requires this setting.
    if original["telephony_settings"]["disable_dtmf"] == true && assistant_tools::has_pay(cx, &copy)? {
        copy["telephony_settings"] = json!({ "disable_dtmf": true });
    }
    let name = format!("{}{CLONE_SUFFIX}", text(&original, "name"));
    let assistant = new_assistant(cx, copy, Map::from_iter([("name".to_owned(), name.into())]))?;
    view(cx, assistant)
}

/// Imports an assistant of another provider, or updates an earlier import.
pub(crate) fn import(cx: &Context<'_>, provider: &str, import_id: &str, body: Map<String, Value>) -> Result<Value> {
    let metadata = json!({ "import_id": import_id, "import_provider": provider });
    let mut assistant = match imported(cx, &metadata)? {
        None => new_assistant(cx, blank(cx), body)?,
        Some(before) => {
            let version = next_version(cx, before, body)?;
            stored_versions::save(cx, &version, true)?;
            version
        }
    };
    assistant["import_metadata"] = metadata;
    stored_versions::save_main(cx, &assistant)?;
    view(cx, assistant)
}

/// The assistant that an import has created or updated. Deleted ones do not count.
pub(crate) fn imported(cx: &Context<'_>, metadata: &Value) -> Result<Option<Value>> {
    if metadata.is_null() {
        return Ok(None);
    }
    let all = cx.tx.list(Kind::Assistant, "", Order::OldestFirst)?;
    Ok(all.into_iter().find(|assistant| assistant["import_metadata"] == *metadata))
}

/// The `TeXML` document that connects a call to an assistant.
pub(crate) fn texml(cx: &Context<'_>, assistant_id: &str) -> Result<String> {
    check(cx, assistant_id)?;
    let id = assistant_id.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;");
    Ok(format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Response>\n  <Connect>\n    <AIAssistant id=\"{id}\"/>\n  \
         </Connect>\n</Response>\n"
    ))
}
