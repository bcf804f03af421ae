//! Assistants, and how they and their versions are stored.
//!
//! A version is stored whole, and the assistant is a copy of its main version. What is stored differs from what is
//! answered in one thing: shared tools stand in it by their ids only, and [`view`] fills them in.

use serde_json::{Map, Value, json};

use super::{Outcome, Problem, Work, assistant_rules, canary_deploys, kind, tools, versions};
use crate::{
    assumptions::{
        ASSISTANT_ID_PREFIX, CLONE_SUFFIX, DEFAULT_MODEL, DEFAULT_VERSION_NAME, DEFAULT_WEBHOOK_TIMEOUT_MS,
        DELETED_OBJECT, UPDATES_REPLACE_FIELDS,
    },
    json::text,
    store::Order,
};

/// What the service sets itself: ignored in requests.
const READ_ONLY: [&str; 7] = [
    "id",
    "created_at",
    "version_id",
    "version_created_at",
    "import_metadata",
    "related_mission_ids",
    "promote_to_main",
];

/// What goes with an assistant when it is deleted.
const OWNED: [&str; 3] = [kind::VERSION, kind::CANARY_DEPLOY, kind::SCHEDULED_EVENT];

/// All assistants as they are answered, newest first.
pub(crate) fn list(work: &Work<'_>) -> Outcome<Vec<Value>> {
    let stored = work.tx.list(kind::ASSISTANT, "", Order::NewestFirst)?;
    stored.into_iter().map(|assistant| into_view(work, assistant)).collect()
}

/// One assistant as it is stored: its main version.
pub(crate) fn get(work: &Work<'_>, assistant_id: &str) -> Outcome<Value> {
    work.tx.get(kind::ASSISTANT, assistant_id)?.ok_or_else(|| Problem::not_found("assistant", assistant_id))
}

/// An error where there is no such assistant.
pub(crate) fn check(work: &Work<'_>, assistant_id: &str) -> Outcome<()> {
    if work.tx.has(kind::ASSISTANT, assistant_id)? {
        Ok(())
    } else {
        Err(Problem::not_found("assistant", assistant_id))
    }
}

/// A stored assistant or version as it is answered: with its shared tools among the others.
pub(crate) fn view(work: &Work<'_>, stored: &Value) -> Outcome<Value> {
    into_view(work, stored.clone())
}

/// The [`view`] of what is not needed as it is stored any more.
pub(crate) fn into_view(work: &Work<'_>, stored: Value) -> Outcome<Value> {
    let mut answer = stored;
    answer["tools"] = tools::of_assistant(work, &answer)?.into();
    if let Some(nodes) = answer.pointer_mut("/conversation_flow/nodes").and_then(Value::as_array_mut) {
        for node in nodes {
            tools::fill_node(work, node)?;
        }
    }
    if let Some(object) = answer.as_object_mut() {
        object.remove("tool_ids");
    }
    Ok(answer)
}

/// Makes an assistant; answers it.
pub(crate) fn create(work: &Work<'_>, body: Map<String, Value>) -> Outcome<Value> {
    let assistant = new_assistant(work, &blank(work), body)?;
    into_view(work, assistant)
}

/// Makes an assistant of `base`, which is not stored, and its configuration, and stores it.
fn new_assistant(work: &Work<'_>, base: &Value, configuration: Map<String, Value>) -> Outcome<Value> {
    let mut assistant = updated(work, base, configuration)?;
    stamp(work, &mut assistant);
    let (id, version_id) = (text(&assistant, "id"), text(&assistant, "version_id"));
    work.tx.insert(kind::ASSISTANT, id, "", &assistant)?;
    work.tx.insert(kind::VERSION, version_id, id, &assistant)?;
    Ok(assistant)
}

/// An assistant without a configuration.
fn blank(work: &Work<'_>) -> Value {
    json!({
        "id": format!("{ASSISTANT_ID_PREFIX}{}", work.new_id()),
        "created_at": work.now_text(),
        "model": DEFAULT_MODEL,
        "tools": [],
        "dynamic_variables": {},
    })
}

/// An assistant, or a version of `main`, as a seed has it: with the ids and times that it brings, and others such as the
/// service makes. A version without a name and instructions is what it says and `main` for the rest. It is not stored.
pub(crate) fn restored(work: &Work<'_>, main: Option<&Value>, body: Map<String, Value>) -> Outcome<Value> {
    let brought: Vec<(String, Value)> = READ_ONLY
        .iter()
        .filter_map(|field| Some(((*field).to_owned(), body.get(*field).filter(|value| !value.is_null())?.clone())))
        .collect();
    let is_whole =
        ["id", "created_at", "version_id", "version_created_at"].iter().all(|field| body.contains_key(*field));
    let mut restored = if is_whole {
        Value::Object(body)
    } else {
        let mut base = match main {
            Some(main) if !(body.contains_key("name") && body.contains_key("instructions")) => main.clone(),
            _ => blank(work),
        };
        if let Some(base) = base.as_object_mut() {
            base.remove("version_name");
        }
        let mut restored = updated(work, &base, body)?;
        stamp(work, &mut restored);
        restored
    };
    for (field, value) in brought {
        restored[field] = value;
    }
    if let Some(main) = main {
        restored["id"] = main["id"].clone();
        restored["created_at"] = main["created_at"].clone();
    }
    if let Some(restored) = restored.as_object_mut() {
        restored.remove("promote_to_main");
    }
    Ok(restored)
}

/// Writes a new version of an assistant, by default as its main one; answers that version.
pub(crate) fn update(work: &Work<'_>, assistant_id: &str, body: Map<String, Value>) -> Outcome<Value> {
    let promote = body.get("promote_to_main").and_then(Value::as_bool).unwrap_or(true);
    let mut base = get(work, assistant_id)?;
    if let Some(base) = base.as_object_mut() {
        base.remove("version_name");
    }
    let mut version = updated(work, &base, body)?;
    stamp(work, &mut version);
    work.tx.insert(kind::VERSION, text(&version, "version_id"), assistant_id, &version)?;
    if promote {
        make_main(work, &version)?;
    }
    into_view(work, version)
}

/// `base` with the fields of `patch` in place of its own, checked by all rules for what may be written. Identity and
/// times stay those of `base`.
pub(crate) fn updated(work: &Work<'_>, base: &Value, patch: Map<String, Value>) -> Outcome<Value> {
    let mut next = base.as_object().cloned().unwrap_or_default();
    for (name, value) in patch {
        match value {
            _ if READ_ONLY.contains(&name.as_str()) => {}
            // An assistant always has these; clearing them leaves them as they were.
            Value::Null if matches!(name.as_str(), "name" | "instructions") => {}
            Value::Null => {
                next.remove(&name);
            }
            Value::Object(fields) if !UPDATES_REPLACE_FIELDS => match next.entry(name).or_insert_with(|| json!({})) {
                Value::Object(present) => present.extend(fields),
                present => *present = fields.into(),
            },
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
    tools::strip_answers(&mut next);
    provision(work, &mut next, base);
    let next = Value::Object(next);
    assistant_rules::check(work, base, &next)?;
    Ok(next)
}

/// Gives an assistant the messaging profile, and with telephony the `TeXML` app, that the service makes for it.
fn provision(work: &Work<'_>, assistant: &mut Map<String, Value>, base: &Value) {
    let telephony = assistant.contains_key("telephony_settings")
        || assistant
            .get("enabled_features")
            .and_then(Value::as_array)
            .is_some_and(|features| features.iter().any(|feature| feature == "telephony"));
    let wanted = [
        ("messaging_settings", "default_messaging_profile_id", true),
        ("telephony_settings", "default_texml_app_id", telephony),
    ];
    for (settings, field, wanted) in wanted {
        if wanted && let Value::Object(settings_now) = assistant.entry(settings).or_insert_with(|| json!({})) {
            let present = settings_now.entry(field).or_insert(Value::Null);
            if present.is_null() {
                *present = match &base[settings][field] {
                    Value::Null => work.new_id().into(),
                    kept => kept.clone(),
                };
            }
        }
    }
}

/// Makes it a version of its own, born now.
fn stamp(work: &Work<'_>, version: &mut Value) {
    version["version_id"] = work.new_id().into();
    version["version_created_at"] = work.now_text().into();
}

/// Makes a stored version the main one of its assistant.
pub(crate) fn make_main(work: &Work<'_>, version: &Value) -> Outcome<()> {
    work.tx.replace(kind::ASSISTANT, text(version, "id"), version)?;
    Ok(())
}

/// Stores an assistant that was changed in place, without a new version.
pub(crate) fn save_main(work: &Work<'_>, assistant: &Value) -> Outcome<()> {
    work.tx.replace(kind::VERSION, text(assistant, "version_id"), assistant)?;
    make_main(work, assistant)
}

/// The stored version that serves a conversation.
pub(crate) fn version_for(work: &Work<'_>, assistant_id: &str, conversation: &Value) -> Outcome<Value> {
    let main = get(work, assistant_id)?;
    let Some(version_id) = canary_deploys::route(work, assistant_id, conversation)? else { return Ok(main) };
    Ok(versions::find(work, assistant_id, &version_id)?.unwrap_or(main))
}

/// Removes an assistant and all that belongs to it.
pub(crate) fn delete(work: &Work<'_>, assistant_id: &str) -> Outcome<Value> {
    if !work.tx.delete(kind::ASSISTANT, assistant_id)? {
        return Err(Problem::not_found("assistant", assistant_id));
    }
    for owned in OWNED {
        work.tx.delete_children(owned, assistant_id)?;
    }
    Ok(json!({ "id": assistant_id, "object": DELETED_OBJECT, "deleted": true }))
}

/// Makes an assistant that is like another, but for its telephony and messaging settings; answers it.
pub(crate) fn clone_of(work: &Work<'_>, assistant_id: &str) -> Outcome<Value> {
    let original = get(work, assistant_id)?;
    let mut copy = blank(work);
    for (field, value) in original.as_object().into_iter().flatten() {
        let stays_behind = ["telephony_settings", "messaging_settings", "version_name"].contains(&field.as_str());
        if !stays_behind && !READ_ONLY.contains(&field.as_str()) {
            copy[field] = value.clone();
        }
    }
    // The settings that stay behind include one that the pay tool asks for.
    if original["telephony_settings"]["disable_dtmf"] == true && tools::has_pay(work, &copy)? {
        copy["telephony_settings"] = json!({ "disable_dtmf": true });
    }
    let name = format!("{}{CLONE_SUFFIX}", text(&original, "name"));
    let assistant = new_assistant(work, &copy, Map::from_iter([("name".to_owned(), name.into())]))?;
    into_view(work, assistant)
}

/// Makes an assistant of one at another provider, or writes over the one made before; answers it.
pub(crate) fn import(work: &Work<'_>, provider: &str, import_id: &str, body: Map<String, Value>) -> Outcome<Value> {
    let metadata = json!({ "import_id": import_id, "import_provider": provider });
    let before = work
        .tx
        .list(kind::ASSISTANT, "", Order::OldestFirst)?
        .into_iter()
        .find(|assistant| assistant["import_metadata"] == metadata);
    let mut assistant = match before {
        None => new_assistant(work, &blank(work), body)?,
        Some(mut before) => {
            if let Some(before) = before.as_object_mut() {
                before.remove("version_name");
            }
            let mut version = updated(work, &before, body)?;
            stamp(work, &mut version);
            work.tx.insert(kind::VERSION, text(&version, "version_id"), text(&version, "id"), &version)?;
            version
        }
    };
    assistant["import_metadata"] = metadata;
    save_main(work, &assistant)?;
    view(work, &assistant)
}

/// The `TeXML` document that connects a call to an assistant.
pub(crate) fn texml(work: &Work<'_>, assistant_id: &str) -> Outcome<String> {
    check(work, assistant_id)?;
    let id: String = assistant_id
        .chars()
        .map(|c| match c {
            '&' => "&amp;".to_owned(),
            '<' => "&lt;".to_owned(),
            '>' => "&gt;".to_owned(),
            '"' => "&quot;".to_owned(),
            c => c.to_string(),
        })
        .collect();
    Ok(format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Response>\n  <Connect>\n    <AIAssistant id=\"{id}\"/>\n  \
         </Connect>\n</Response>\n"
    ))
}

/// The instructions of an assistant.
pub(crate) fn instructions(assistant: &Value) -> &str {
    text(assistant, "instructions")
}
