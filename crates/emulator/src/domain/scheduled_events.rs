//! Scheduled calls and text messages.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::{
    Context, Error, Result, ViolationKind, Violations, assistants,
    error::Violation,
    event_steps,
    violations::{moment, none_of, typed},
};
use crate::{
    json::text,
    store::{Kind, Order},
    time,
};

/// The fields that the service sets itself. They are ignored in requests.
const READ_ONLY: [&str; 12] = [
    "scheduled_event_id", "assistant_id", "status", "created_at", "dispatched_at", "conversation_id", "call_status",
    "call_duration", "call_attempts", "retry_attempts", "retry_count", "errors",
];

/// The fields that only text messages have.
const OF_MESSAGES: [&str; 1] = ["text"];

/// The fields that only calls have.
const OF_CALLS: [&str; 8] = [
    "call_attempts", "call_duration", "call_settings", "call_status", "dispatched_at", "max_retries_client_errors",
    "retry_attempts", "retry_interval_secs",
];

/// The events of an assistant between two dates, newest first. Both dates are inclusive.
pub(crate) fn list(
    cx: &Context<'_>,
    assistant_id: &str,
    channel: Option<&str>,
    dates: [Option<&str>; 2],
) -> Result<Vec<Value>> {
    assistants::check(cx, assistant_id)?;
    let mut violations = Violations::default();
    let mut bound = |name: &str, text: Option<&str>, end_of_day: bool| -> Option<Timestamp> {
        let text = text?;
        let bound = match (text.parse::<jiff::civil::Date>(), end_of_day && text.len() <= "2026-01-01".len()) {
            (Ok(date), true) => time::parse(&format!("{date}T23:59:59.999999999Z")),
            _ => time::parse(text),
        };
        bound.map_err(|error| violations.add(ViolationKind::NotAllowed, format!("/{name}"), format!("{error}."))).ok()
    };
    let (from, to) = (bound("from_date", dates[0], false), bound("to_date", dates[1], true));
    violations.finish()?;
    let mut events = cx.tx.list(Kind::ScheduledEvent, assistant_id, Order::NewestFirst)?;
    events.retain(|event| {
        let at = at(event);
        channel.is_none_or(|channel| event["telnyx_conversation_channel"] == channel)
            && from.is_none_or(|from| at.is_some_and(|at| at >= from))
            && to.is_none_or(|to| at.is_some_and(|at| at <= to))
    });
    Ok(events)
}

pub(crate) fn get(cx: &Context<'_>, assistant_id: &str, event_id: &str) -> Result<Value> {
    assistants::check(cx, assistant_id)?;
    let event = cx.get(Kind::ScheduledEvent, event_id)?;
    if event["assistant_id"] == assistant_id { Ok(event) } else { Err(Error::not_found("scheduled event", event_id)) }
}

pub(crate) fn create(cx: &Context<'_>, assistant_id: &str, mut body: Map<String, Value>) -> Result<Value> {
    let assistant = assistants::get(cx, assistant_id)?;
    if body.get("telnyx_conversation_channel").is_some_and(|channel| channel == "sms_chat") {
        assistants::check_not_redacted(&assistant, "SMS")?;
    }
    body.retain(|field, value| !value.is_null() && !READ_ONLY.contains(&field.as_str()));
    check(cx, &Value::Object(body.clone()), cx.assumptions.past_schedules)?;
    insert(cx, assistant_id, body)
}

/// Adds an event from a seed, in any state. A past event runs at once.
pub(crate) fn restore(cx: &Context<'_>, assistant_id: &str, mut body: Map<String, Value>) -> Result<()> {
    body.retain(|_, value| !value.is_null());
    check(cx, &Value::Object(body.clone()), true)?;
    insert(cx, assistant_id, body).map(|_| ())
}

/// Stores an event, with defaults for missing fields.
fn insert(cx: &Context<'_>, assistant_id: &str, mut event: Map<String, Value>) -> Result<Value> {
    let is_call = event.get("telnyx_conversation_channel").is_some_and(|channel| channel == "phone_call");
    let others = if is_call { &OF_MESSAGES[..] } else { &OF_CALLS };
    event.retain(|field, _| !others.contains(&field.as_str()));
    if is_call {
        for (name, value) in
            [("max_retries_client_errors", json!(0)), ("retry_attempts", json!(0)), ("call_attempts", json!([]))]
        {
            event.entry(name).or_insert(value);
        }
    }
    for (name, value) in [
        ("scheduled_event_id", json!(cx.new_id())),
        ("status", json!("pending")),
        ("created_at", json!(cx.now_text())),
        ("retry_count", json!(0)),
        ("errors", json!([])),
    ] {
        event.entry(name).or_insert(value);
    }
    event.insert("assistant_id".into(), assistant_id.into());
    let event = Value::Object(event);
    let id = text(&event, "scheduled_event_id");
    cx.tx.insert(Kind::ScheduledEvent, id, assistant_id, &event)?;
    if event["status"] == "pending"
        && let Some(at) = at(&event)
    {
        event_steps::start(cx, &event, at)?;
    }
    Ok(event)
}

/// Deletes an event, which cancels it if it is pending.
pub(crate) fn delete(cx: &Context<'_>, assistant_id: &str, event_id: &str) -> Result<()> {
    get(cx, assistant_id, event_id)?;
    cx.tx.remove_jobs(Kind::ScheduledEvent, event_id)?;
    cx.delete(Kind::ScheduledEvent, event_id)
}

fn check(cx: &Context<'_>, event: &Value, allow_past: bool) -> Result<()> {
    let mut violations = telnyx_ai_rules::scheduled_event(&typed(event)?);
    let pointer = "/scheduled_at_fixed_datetime";
    match moment(text(event, "scheduled_at_fixed_datetime"), pointer) {
        Err(error) => violations.extend(error.into_violations("")),
        Ok(at) if at < cx.now && !allow_past => {
            violations.push(Violation::new(ViolationKind::OutOfRange, pointer, "This time is in the past."));
        }
        Ok(_) => {}
    }
    none_of(violations)
}

pub(crate) fn at(event: &Value) -> Option<Timestamp> {
    time::parse(text(event, "scheduled_at_fixed_datetime")).ok()
}
