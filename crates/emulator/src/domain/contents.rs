//! All that is in a store, as one document: what a seed holds, and an export writes.
//!
//! Each kind of thing has its section, with entries as the API takes them; what the service sets itself (ids, times)
//! may be there as well, and is kept then. A configuration that has all of that was written by an export, and is taken
//! as it is: it may refer to what was deleted since. What has no section of its own stands raw under `documents`.

use serde_json::{Map, Value, json};
use telnyx_ai_assistants::{AddMessage, CreateConversation, CreateScheduledEvent, CreateSharedTool};
use telnyx_ai_core::decode;
use telnyx_ai_core::json::FromJson;
use telnyx_ai_mcp::CreateMcpServer;
use telnyx_ai_testing::CreateTest;
use telnyx_ai_types::{CreateAssistant, UpdateVersion};
use telnyx_ai_versions::CanaryDeployConfig;

use super::{
    Checks, Code, Outcome, Problem, Work, assistants, call_scripts, canary_deploys, connections, conversations, kind,
    mcp_servers, moment, scheduled_events, scripts, tests, tools,
};
use crate::{
    clock,
    json::{items, text},
    store::Order,
};

/// Loads one entry of a section.
type Load = fn(&Work<'_>, &Map<String, Value>) -> Outcome<()>;

/// The sections in the order they are loaded: what others refer to comes first.
const SECTIONS: [(&str, Load); 9] = [
    ("tools", tool),
    ("mcp_servers", mcp_server),
    ("connections", connection),
    ("assistants", assistant),
    ("tests", test),
    ("conversations", conversation),
    ("calls", call),
    ("documents", document),
    ("agenda", planned),
];

/// The kinds that sections other than `documents` hold, or that are made anew.
const IN_SECTIONS: [&str; 12] = [
    kind::TOOL,
    kind::MCP_SERVER,
    kind::CONNECTION,
    kind::ASSISTANT,
    kind::VERSION,
    kind::CANARY_DEPLOY,
    kind::SCHEDULED_EVENT,
    kind::TEST,
    kind::CONVERSATION,
    kind::MESSAGE,
    kind::CALL_SCRIPT,
    kind::SCRIPTS,
];

/// The section that is no list: rules for chats and verdicts.
const SCRIPTS: &str = "scripts";

/// Adds what a seed holds to what is there. The pointers of a problem point into the seed; it tells everything that is
/// wrong.
pub(crate) fn load(work: &Work<'_>, seed: &Value) -> Outcome<()> {
    let mut checks = Checks::new();
    let Some(sections) = seed.as_object() else {
        let detail = format!("A seed is an object with {}.", names());
        return Err(Problem::invalid(Code::UNPROCESSABLE, "", detail));
    };
    let is_section = |name: &str| name == SCRIPTS || SECTIONS.iter().any(|(section, _)| *section == name);
    for name in sections.keys().filter(|name| !is_section(name)) {
        let detail = format!("There is no such section; there are {}.", names());
        checks.fail(Code::UNPROCESSABLE, format!("/{name}"), detail);
    }
    if sections.contains_key("connections") {
        connections::mark(work.tx)?;
    }
    for (section, load) in SECTIONS {
        match &seed[section] {
            Value::Null => {}
            Value::Array(entries) => {
                for (n, entry) in entries.iter().enumerate() {
                    let at = format!("/{section}/{n}");
                    let Some(entry) = entry.as_object() else {
                        checks.fail(Code::UNPROCESSABLE, at, "An entry is an object.");
                        continue;
                    };
                    if let Err(problem) = work.tx.part(|| load(work, entry)) {
                        for issue in problem.issues {
                            checks.fail(issue.code, format!("{at}{}", issue.pointer.unwrap_or_default()), issue.detail);
                        }
                    }
                }
            }
            _ => checks.fail(Code::UNPROCESSABLE, format!("/{section}"), "A section is a list."),
        }
    }
    if let Some(rules) = sections.get(SCRIPTS).filter(|rules| !rules.is_null())
        && let Err(problem) = work.tx.part(|| scripts::add(work, rules))
    {
        for issue in problem.issues {
            checks.fail(issue.code, format!("/{SCRIPTS}{}", issue.pointer.unwrap_or_default()), issue.detail);
        }
    }
    checks.finish()
}

fn names() -> String {
    format!("{}, {SCRIPTS}", SECTIONS.map(|(section, _)| section).join(", "))
}

/// All that is there, as [`load`] takes it.
pub(crate) fn export(work: &Work<'_>) -> Outcome<Value> {
    let all = |kind: &str| work.tx.list(kind, "", Order::OldestFirst);
    let mut assistants = all(kind::ASSISTANT)?;
    for assistant in &mut assistants {
        let id = assistant["id"].as_str().unwrap_or_default().to_owned();
        let versions = work.tx.list(kind::VERSION, &id, Order::OldestFirst)?;
        if versions.len() > 1 {
            assistant["versions"] = versions.into();
        }
        if let Some(canary) = work.tx.get(kind::CANARY_DEPLOY, &id)? {
            assistant["canary_deploy"] = canary;
        }
        let events = work.tx.list(kind::SCHEDULED_EVENT, &id, Order::OldestFirst)?;
        if !events.is_empty() {
            assistant["scheduled_events"] = events.into();
        }
    }
    let mut conversations = all(kind::CONVERSATION)?;
    for conversation in &mut conversations {
        let id = conversation["id"].as_str().unwrap_or_default();
        let messages = work.tx.list(kind::MESSAGE, id, Order::OldestFirst)?;
        if !messages.is_empty() {
            conversation["messages"] = messages.into();
        }
    }
    let mut documents = Vec::new();
    for kind in work.tx.kinds()? {
        if IN_SECTIONS.contains(&kind.as_str()) || [kind::SEEDED, kind::CLOCK].contains(&kind.as_str()) {
            continue;
        }
        for document in work.tx.documents(&kind)? {
            let (id, parent, body) = (document.id, document.parent, document.body);
            documents.push(json!({ "kind": kind, "id": id, "parent": parent, "body": body }));
        }
    }
    let agenda: Vec<Value> = work
        .tx
        .all_planned()?
        .into_iter()
        .map(|item| json!({ "due": clock::text(item.due), "kind": item.kind, "id": item.id, "step": item.step }))
        .collect();
    let mut whole = json!({
        "tools": all(kind::TOOL)?,
        "mcp_servers": all(kind::MCP_SERVER)?,
        "connections": all(kind::CONNECTION)?,
        "assistants": assistants,
        "tests": all(kind::TEST)?,
        "conversations": conversations,
        "calls": all(kind::CALL_SCRIPT)?,
        "documents": documents,
        "agenda": agenda,
    });
    if let Some(rules) = scripts::get(work)? {
        whole[SCRIPTS] = rules;
    }
    Ok(whole)
}

/// How many things of each section there are.
pub(crate) fn counts(work: &Work<'_>) -> Outcome<Value> {
    let count = |kind: &str| work.tx.count(kind, "");
    Ok(json!({
        "tools": count(kind::TOOL)?,
        "mcp_servers": count(kind::MCP_SERVER)?,
        "connections": count(kind::CONNECTION)?,
        "assistants": count(kind::ASSISTANT)?,
        "tests": count(kind::TEST)?,
        "conversations": count(kind::CONVERSATION)?,
        "calls": count(kind::CALL_SCRIPT)?,
    }))
}

fn assistant(work: &Work<'_>, entry: &Map<String, Value>) -> Outcome<()> {
    let mut body = typed::<CreateAssistant>(entry.clone())?;
    let versions = body.remove("versions").unwrap_or_default();
    let canary = body.remove("canary_deploy").unwrap_or_default();
    let events = body.remove("scheduled_events").unwrap_or_default();

    let main = assistants::restored(work, None, body)?;
    let id = text(&main, "id");
    free(work, kind::ASSISTANT, id, "/id")?;
    work.tx.insert(kind::ASSISTANT, id, "", &main)?;
    let keep = |version: &Value, at: &str| -> Outcome<()> {
        let version_id = text(version, "version_id");
        free(work, kind::VERSION, version_id, at)?;
        Ok(work.tx.insert(kind::VERSION, version_id, id, version)?)
    };
    let mut main_is_kept = false;
    for (n, version) in items(&versions).iter().enumerate() {
        let at = format!("/versions/{n}");
        if version["version_id"] == main["version_id"] {
            keep(&main, &at)?;
            main_is_kept = true;
        } else {
            let version = under(&at, || {
                let version = typed::<UpdateVersion>(object(version)?)?;
                assistants::restored(work, Some(&main), version)
            })?;
            keep(&version, &format!("{at}/version_id"))?;
        }
    }
    if !main_is_kept {
        keep(&main, "/version_id")?;
    }
    if !canary.is_null() {
        under("/canary_deploy", || {
            let body = typed::<CanaryDeployConfig>(object(&canary)?)?;
            // As the API answers it: it may name versions that were deleted.
            if canary["updated_at"].is_string() {
                return Ok(work.tx.insert(kind::CANARY_DEPLOY, id, id, &canary)?);
            }
            canary_deploys::create(work, id, body).map(|_| ())
        })?;
    }
    for (n, event) in items(&events).iter().enumerate() {
        under(&format!("/scheduled_events/{n}"), || {
            let body = typed::<CreateScheduledEvent>(object(event)?)?;
            free(work, kind::SCHEDULED_EVENT, text(event, "scheduled_event_id"), "/scheduled_event_id")?;
            scheduled_events::restore(work, id, body)
        })?;
    }
    Ok(())
}

fn tool(work: &Work<'_>, entry: &Map<String, Value>) -> Outcome<()> {
    let mut body = entry.clone();
    // As the API answers it, the definition has another name than as the API takes it.
    if let (Some(definition), Some(kind)) = (body.remove("tool_definition"), body.get("type").and_then(Value::as_str)) {
        body.insert(kind.to_owned(), definition);
    }
    let made = tools::create(work, &typed::<CreateSharedTool>(body)?)?;
    adopt(work, kind::TOOL, &made, entry, "id", &["created_at"])
}

fn mcp_server(work: &Work<'_>, entry: &Map<String, Value>) -> Outcome<()> {
    let made = mcp_servers::create(work, typed::<CreateMcpServer>(entry.clone())?)?;
    adopt(work, kind::MCP_SERVER, &made, entry, "id", &["created_at"])
}

fn connection(work: &Work<'_>, entry: &Map<String, Value>) -> Outcome<()> {
    let made = connections::create(work, entry)?;
    adopt(work, kind::CONNECTION, &made, entry, "id", &[])
}

fn test(work: &Work<'_>, entry: &Map<String, Value>) -> Outcome<()> {
    let made = tests::create(work, typed::<CreateTest>(entry.clone())?)?;
    adopt(work, kind::TEST, &made, entry, "test_id", &["created_at"])
}

fn conversation(work: &Work<'_>, entry: &Map<String, Value>) -> Outcome<()> {
    let mut body = typed::<CreateConversation>(entry.clone())?;
    let messages = body.remove("messages").unwrap_or_default();
    let made = conversations::create(work, body)?;
    let id = entry.get("id").and_then(Value::as_str).unwrap_or(text(&made, "id"));
    adopt(work, kind::CONVERSATION, &made, entry, "id", &["created_at", "last_message_at"])?;
    for (n, message) in items(&messages).iter().enumerate() {
        under(&format!("/messages/{n}"), || {
            let mut body = object(message)?;
            if let Some(text) = body.remove("text") {
                body.insert("content".to_owned(), text);
            }
            let mut kept = conversations::message(work, typed::<AddMessage>(body)?);
            take_over(&mut kept, message, &["created_at", "sent_at"]);
            Ok(work.tx.insert(kind::MESSAGE, &work.new_id(), id, &kept)?)
        })?;
    }
    Ok(())
}

fn call(work: &Work<'_>, entry: &Map<String, Value>) -> Outcome<()> {
    call_scripts::set(work, &entry.clone().into()).map(|_| ())
}

fn document(work: &Work<'_>, entry: &Map<String, Value>) -> Outcome<()> {
    let field = |name: &str| entry.get(name).and_then(Value::as_str).unwrap_or_default();
    let (kind, id) = (field("kind"), field("id"));
    if kind.is_empty() || id.is_empty() || IN_SECTIONS.contains(&kind) {
        let detail = "A document has an id, and a kind that has no section of its own.";
        return Err(Problem::invalid(Code::UNPROCESSABLE, "/kind", detail));
    }
    free(work, kind, id, "/id")?;
    Ok(work.tx.insert(kind, id, field("parent"), entry.get("body").unwrap_or(&Value::Null))?)
}

fn planned(work: &Work<'_>, entry: &Map<String, Value>) -> Outcome<()> {
    let field = |name: &str| entry.get(name).and_then(Value::as_str).unwrap_or_default();
    let due = moment(field("due"))
        .ok_or_else(|| Problem::invalid(Code::UNPROCESSABLE, "/due", "This is no ISO 8601 time."))?;
    // A pending event has put itself on the agenda.
    work.tx.unplan(field("kind"), field("id"))?;
    Ok(work.tx.plan(field("kind"), field("id"), due, entry.get("step").unwrap_or(&Value::Null))?)
}

/// The entry, once it is known to be a `T`.
fn typed<T: FromJson>(entry: Map<String, Value>) -> Outcome<Map<String, Value>> {
    let entry = Value::Object(entry);
    decode::from_slice::<T>(entry.to_string().as_bytes()).map_err(|error| super::check::not_a_t(&error))?;
    object(&entry)
}

fn object(value: &Value) -> Outcome<Map<String, Value>> {
    let object = value.as_object().cloned();
    object.ok_or_else(|| Problem::invalid(Code::UNPROCESSABLE, "", "An entry is an object."))
}

/// Runs rules for what stands at a place in the entry.
fn under<T>(at: &str, rules: impl FnOnce() -> Outcome<T>) -> Outcome<T> {
    rules().map_err(|mut problem| {
        for issue in &mut problem.issues {
            issue.pointer = Some(format!("{at}{}", issue.pointer.take().unwrap_or_default()));
        }
        problem
    })
}

/// Gives what was made the id and the other fields that its entry has.
fn adopt(
    work: &Work<'_>,
    kind: &str,
    made: &Value,
    entry: &Map<String, Value>,
    id_field: &str,
    others: &[&str],
) -> Outcome<()> {
    let mut adopted = made.clone();
    let entry = Value::Object(entry.clone());
    take_over(&mut adopted, &entry, &[id_field]);
    take_over(&mut adopted, &entry, others);
    let id = text(&adopted, id_field);
    work.tx.delete(kind, text(made, id_field))?;
    free(work, kind, id, &format!("/{id_field}"))?;
    Ok(work.tx.insert(kind, id, "", &adopted)?)
}

fn take_over(made: &mut Value, entry: &Value, fields: &[&str]) {
    for field in fields {
        if entry[field].is_string() {
            made[*field] = entry[field].clone();
        }
    }
}

/// Turns down an id that is taken.
fn free(work: &Work<'_>, kind: &str, id: &str, pointer: &str) -> Outcome<()> {
    if work.tx.get(kind, id)?.is_some() {
        let what = kind.replace('_', " ");
        return Err(Problem::invalid(Code::UNPROCESSABLE, pointer, format!("There is a {what} '{id}' already.")));
    }
    Ok(())
}
