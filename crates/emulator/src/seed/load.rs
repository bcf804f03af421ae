//! Loads the sections of a seed into the store.
//!
//! Entries are checked like requests. Fields that the service sets itself, such as ids and times, are kept. A configuration
//! that has all of these fields is from an export. It is not checked, because it may refer to deleted resources.

use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};
use telnyx_ai_assistants::{
    AddMessage, CreateConversation, CreateInsight, CreateInsightGroup, CreateScheduledEvent, CreateSharedTool,
};
use telnyx_ai_mcp::CreateMcpServer;
use telnyx_ai_testing::CreateTest;
use telnyx_ai_types::{CreateAssistant, UpdateVersion};
use telnyx_ai_versions::CanaryDeployConfig;

use super::{MAX_DEPTH, SCRIPTS, SECTIONS, Section, is_document};
use crate::{
    domain::{
        self, Context, Error, Result, ViolationKind, Violations, assistants, call_scripts, canary_deploys, connections,
        conversation_state::ConversationState, conversations, deleted_assistants, insight_groups, insight_runs,
        insights, jobs::Job, mcp_servers, scheduled_events, test_runs::StoredRun, tests, tools, violations,
    },
    json::{self, JsonError, items, text},
    scripts,
    store::Kind,
};

/// Adds the contents of a seed to the store.
///
/// The error lists all problems, with pointers into the seed.
pub(crate) fn load(cx: &Context<'_>, seed: &Value) -> Result<()> {
    let mut violations = Violations::default();
    if json::depth(seed) > MAX_DEPTH {
        return Err(violations::unreadable(JsonError::TooDeep(MAX_DEPTH)));
    }
    let Some(sections) = seed.as_object() else {
        let detail = format!("A seed must be an object with the sections {}.", names());
        return Err(Error::invalid(ViolationKind::NotAllowed, "", detail));
    };
    // Names with `x-` are a convention for YAML anchors.
    let is_section =
        |name: &str| name == SCRIPTS || name.starts_with("x-") || SECTIONS.iter().any(|section| section.name == name);
    for name in sections.keys().filter(|name| !is_section(name)) {
        let detail = format!("This is not a section of a seed; the sections are {}.", names());
        violations.add(ViolationKind::NotAllowed, json::pointer_to("", name), detail);
    }
    if sections.contains_key("connections") {
        connections::mark_seeded(cx.tx)?;
    }
    for Section { name: section, load, .. } in SECTIONS {
        match &seed[section] {
            Value::Null => {}
            Value::Array(entries) => {
                for (n, entry) in entries.iter().enumerate() {
                    let at = format!("/{section}/{n}");
                    match entry.as_object() {
                        None => violations.add(ViolationKind::NotAllowed, at, "An entry must be an object."),
                        Some(entry) => {
                            if let Err(error) = cx.tx.savepoint(|| load(cx, entry)) {
                                violations.add_error(error, &at);
                            }
                        }
                    }
                }
            }
            _ => violations.add(ViolationKind::NotAllowed, format!("/{section}"), "A section must be a list."),
        }
    }
    if let Some(rules) = sections.get(SCRIPTS).filter(|rules| !rules.is_null())
        && let Err(error) = cx.tx.savepoint(|| scripts::add(cx, rules))
    {
        violations.add_error(error, &format!("/{SCRIPTS}"));
    }
    violations.finish()
}

fn names() -> String {
    format!("{}, {SCRIPTS}", SECTIONS.map(|section| section.name).join(", "))
}

pub(super) fn assistant(cx: &Context<'_>, entry: &Map<String, Value>) -> Result<()> {
    let mut body = typed::<CreateAssistant>(entry.clone())?;
    let versions = body.remove("versions").unwrap_or_default();
    let canary = body.remove("canary_deploy").unwrap_or_default();
    let events = body.remove("scheduled_events").unwrap_or_default();
    let [deleted_at, erased_at] =
        ["deleted_at", "permanently_deleted_at"].map(|field| body.remove(field).unwrap_or_default());

    let main = assistants::restored(cx, None, body)?;
    let id = text(&main, "id");
    check_id(id, "/id", &["deleted", "import", "tags", "tests"])?;
    check_unused(cx, Kind::Assistant, id, "/id")?;
    check_unused(cx, Kind::DeletedAssistant, id, "/id")?;
    cx.tx.insert(Kind::Assistant, id, "", &main)?;
    load_versions(cx, &main, items(&versions))?;
    if !canary.is_null() {
        under("/canary_deploy", || canary_deploy(cx, id, &canary))?;
    }
    for (n, event) in items(&events).iter().enumerate() {
        under(&format!("/scheduled_events/{n}"), || scheduled_event(cx, id, event))?;
    }
    if !deleted_at.is_null() {
        let mut deleted = main.clone();
        deleted["deleted_at"] = deleted_at;
        deleted["permanently_deleted_at"] = erased_at;
        deleted_assistants::load(cx, deleted)?;
    }
    Ok(())
}

/// Inserts the versions of an assistant in their order.
///
/// The main version comes last if it is not listed.
fn load_versions(cx: &Context<'_>, main: &Value, versions: &[Value]) -> Result<()> {
    let insert = |version: &Value, at: &str| -> Result<()> {
        let version_id = text(version, "version_id");
        check_id(version_id, at, &[])?;
        check_unused(cx, Kind::Version, version_id, at)?;
        Ok(cx.tx.insert(Kind::Version, version_id, text(main, "id"), version)?)
    };
    let mut lists_main = false;
    for (n, version) in versions.iter().enumerate() {
        let at = format!("/versions/{n}");
        if version["version_id"] == main["version_id"] {
            insert(main, &at)?;
            lists_main = true;
        } else {
            let version = under(&at, || {
                let version = typed::<UpdateVersion>(object(version)?)?;
                assistants::restored(cx, Some(main), version)
            })?;
            insert(&version, &format!("{at}/version_id"))?;
        }
    }
    if lists_main { Ok(()) } else { insert(main, "/version_id") }
}

fn canary_deploy(cx: &Context<'_>, assistant_id: &str, canary: &Value) -> Result<()> {
    let body = typed::<CanaryDeployConfig>(object(canary)?)?;
    // An exported deploy may name versions that were deleted.
    if canary["updated_at"].is_string() {
        return Ok(cx.tx.insert(Kind::CanaryDeploy, assistant_id, assistant_id, canary)?);
    }
    canary_deploys::create(cx, assistant_id, body).map(|_| ())
}

fn scheduled_event(cx: &Context<'_>, assistant_id: &str, event: &Value) -> Result<()> {
    let body = typed::<CreateScheduledEvent>(object(event)?)?;
    if !event["scheduled_event_id"].is_null() {
        let event_id = text(event, "scheduled_event_id");
        check_id(event_id, "/scheduled_event_id", &[])?;
        check_unused(cx, Kind::ScheduledEvent, event_id, "/scheduled_event_id")?;
    }
    scheduled_events::restore(cx, assistant_id, body)
}

pub(super) fn tool(cx: &Context<'_>, entry: &Map<String, Value>) -> Result<()> {
    let mut body = entry.clone();
    // Responses and requests have different names for the definition.
    if let (Some(definition), Some(kind)) = (body.remove("tool_definition"), body.get("type").and_then(Value::as_str)) {
        body.insert(kind.to_owned(), definition);
    }
    let made = tools::create(cx, typed::<CreateSharedTool>(body)?)?;
    copy_given_fields(cx, Kind::Tool, &made, entry, &["created_at"])
}

pub(super) fn mcp_server(cx: &Context<'_>, entry: &Map<String, Value>) -> Result<()> {
    let made = mcp_servers::create(cx, typed::<CreateMcpServer>(entry.clone())?)?;
    copy_given_fields(cx, Kind::McpServer, &made, entry, &["created_at"])
}

pub(super) fn connection(cx: &Context<'_>, entry: &Map<String, Value>) -> Result<()> {
    let made = connections::create(cx, entry)?;
    copy_given_fields(cx, Kind::Connection, &made, entry, &[])
}

pub(super) fn insight(cx: &Context<'_>, entry: &Map<String, Value>) -> Result<()> {
    let made = insights::create(cx, typed::<CreateInsight>(entry.clone())?)?;
    copy_given_fields(cx, Kind::Insight, &made, entry, &["created_at", "insight_type"])
}

/// Loads an insight group, which has the ids of its insights.
pub(super) fn insight_group(cx: &Context<'_>, entry: &Map<String, Value>) -> Result<()> {
    let mut body = typed::<CreateInsightGroup>(entry.clone())?;
    let members = body.remove("insight_ids").unwrap_or_default();
    let made = insight_groups::create(cx, body)?;
    let mut stored = cx.tx.get(Kind::InsightGroup, text(&made, "id"))?.unwrap_or_default();
    for (n, member) in items(&members).iter().enumerate() {
        let id = member.as_str().unwrap_or_default();
        under(&format!("/insight_ids/{n}"), || insights::get(cx, id).map(|_| ()))?;
    }
    stored["insight_ids"] = items(&members).into();
    copy_given_fields(cx, Kind::InsightGroup, &stored, entry, &["created_at"])
}

/// Loads a WhatsApp number, which has the assistant of its messaging profile.
pub(super) fn number(cx: &Context<'_>, entry: &Map<String, Value>) -> Result<()> {
    let mut violations = Violations::default();
    for name in ["number", "assistant_id"] {
        if field(entry, name).is_empty() {
            violations.add(ViolationKind::Missing, format!("/{name}"), format!("A number needs the field {name}."));
        }
    }
    violations.finish()?;
    let number = field(entry, "number");
    check_unused(cx, Kind::Number, number, "/number")?;
    Ok(cx.tx.insert(Kind::Number, number, "", &entry.clone().into())?)
}

pub(super) fn test(cx: &Context<'_>, entry: &Map<String, Value>) -> Result<()> {
    let made = tests::create(cx, typed::<CreateTest>(entry.clone())?)?;
    copy_given_fields(cx, Kind::Test, &made, entry, &["created_at"])
}

pub(super) fn conversation(cx: &Context<'_>, entry: &Map<String, Value>) -> Result<()> {
    let mut body = typed::<CreateConversation>(entry.clone())?;
    let messages = body.remove("messages").unwrap_or_default();
    let made = conversations::create(cx, body)?;
    let id = entry.get("id").and_then(Value::as_str).unwrap_or(text(&made, "id"));
    copy_given_fields(cx, Kind::Conversation, &made, entry, &["created_at", "last_message_at"])?;
    for (n, message) in items(&messages).iter().enumerate() {
        under(&format!("/messages/{n}"), || {
            let mut body = object(message)?;
            if let Some(text) = body.remove("text") {
                body.insert("content".to_owned(), text);
            }
            let mut kept = conversations::message(cx, typed::<AddMessage>(body)?);
            copy_fields(&mut kept, message, &["created_at", "sent_at"]);
            Ok(cx.tx.insert(Kind::Message, &cx.new_id(), id, &kept)?)
        })?;
    }
    Ok(())
}

pub(super) fn call(cx: &Context<'_>, entry: &Map<String, Value>) -> Result<()> {
    call_scripts::set(cx, &call_scripts::read(&entry.clone().into())?).map(|_| ())
}

pub(super) fn document(cx: &Context<'_>, entry: &Map<String, Value>) -> Result<()> {
    let (name, id) = (field(entry, "kind"), field(entry, "id"));
    let kind = match Kind::parse(name) {
        Some(kind) if is_document(kind) && !id.is_empty() => kind,
        _ => {
            let detail = format!(
                "A document needs an id and a kind that has no section of its own; '{name}' is not such a kind."
            );
            return Err(Error::invalid(ViolationKind::NotAllowed, "/kind", detail));
        }
    };
    check_unused(cx, kind, id, "/id")?;
    let body = entry.get("body").filter(|body| body.is_object()).ok_or_else(|| {
        Error::invalid(ViolationKind::NotAllowed, "/body", "The body of a document must be an object.")
    })?;
    under("/body", || match kind {
        Kind::TestRun => domain::read::<StoredRun>(kind, id, body).map(|_| ()),
        Kind::ConversationState => domain::read::<ConversationState>(kind, id, body).map(|_| ()),
        Kind::InsightRun => domain::read::<insight_runs::StoredRun>(kind, id, body).map(|_| ()),
        _ => Ok(()),
    })?;
    Ok(cx.tx.insert(kind, id, field(entry, "parent"), body)?)
}

pub(super) fn job(cx: &Context<'_>, entry: &Map<String, Value>) -> Result<()> {
    let due = violations::moment(field(entry, "due"), "/due")?;
    let step = entry.get("step").unwrap_or(&Value::Null);
    let job = Job::read(field(entry, "kind"), field(entry, "id"), step)
        .map_err(|error| Error::invalid(ViolationKind::NotAllowed, "/step", error.to_string()))?;
    // Loading a pending event has already added its first job.
    job.remove_others(cx)?;
    job.add(cx, due)
}

fn field<'a>(entry: &'a Map<String, Value>, name: &str) -> &'a str {
    entry.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// Checks that an entry deserializes as `T`.
fn typed<T: DeserializeOwned + Serialize>(entry: Map<String, Value>) -> Result<Map<String, Value>> {
    violations::object::<T>(&Value::Object(entry))
}

fn object(value: &Value) -> Result<Map<String, Value>> {
    let object = value.as_object().cloned();
    object.ok_or_else(|| Error::invalid(ViolationKind::NotAllowed, "", "An entry must be an object."))
}

/// Runs rules for the part of an entry at the pointer `at`.
fn under<T>(at: &str, rules: impl FnOnce() -> Result<T>) -> Result<T> {
    rules().map_err(|error| match error {
        Error::Store(error) => Error::Store(error),
        error => Error::Invalid(error.into_violations(at)),
    })
}

/// Sets the id and other fields of a created document to those of its entry.
fn copy_given_fields(
    cx: &Context<'_>,
    kind: Kind,
    made: &Value,
    entry: &Map<String, Value>,
    others: &[&str],
) -> Result<()> {
    let (id_field, reserved): (&str, &[&str]) = match kind {
        Kind::Test => ("test_id", &["test-suites"]),
        Kind::Conversation => ("id", &["conversation-insights", "insight-groups", "insights"]),
        _ => ("id", &[]),
    };
    let mut document = made.clone();
    let pointer = format!("/{id_field}");
    if let Some(id) = entry.get(id_field).filter(|id| !id.is_null()) {
        check_id(id.as_str().unwrap_or_default(), &pointer, reserved)?;
        document[id_field] = id.clone();
    }
    copy_fields(&mut document, &entry.clone().into(), others);
    let id = text(&document, id_field);
    cx.tx.delete(kind, text(made, id_field))?;
    check_unused(cx, kind, id, &pointer)?;
    Ok(cx.tx.insert(kind, id, "", &document)?)
}

fn copy_fields(made: &mut Value, entry: &Value, fields: &[&str]) {
    for field in fields {
        if entry[field].is_string() {
            made[*field] = entry[field].clone();
        }
    }
}

/// Fails if an id cannot be part of a URL, or is a part of another URL.
fn check_id(id: &str, pointer: &str, reserved: &[&str]) -> Result<()> {
    let detail = match id {
        "" => "An id must be a non-empty string.".to_owned(),
        "." | ".." => format!("'{id}' cannot be an id, because URLs cannot have it."),
        id if reserved.contains(&id) => format!("'{id}' cannot be an id, because it is a part of other URLs."),
        _ => return Ok(()),
    };
    Err(Error::invalid(ViolationKind::NotAllowed, pointer, detail))
}

/// Fails if an id is already in use.
fn check_unused(cx: &Context<'_>, kind: Kind, id: &str, pointer: &str) -> Result<()> {
    if cx.tx.has(kind, id)? {
        let detail = format!("There is another {} with the id '{id}'.", kind.noun());
        return Err(Error::invalid(ViolationKind::NotAllowed, pointer, detail));
    }
    Ok(())
}
