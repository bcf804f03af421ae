//! Calls and text messages that an assistant makes later.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::{Checks, Code, Outcome, Problem, Work, assistants, dispatch, kind, moment};
use crate::{assumptions::CANCELLED_EVENTS_ARE_KEPT, store::Order};

const CHANNELS: [&str; 2] = ["phone_call", "sms_chat"];
/// What the service sets itself: ignored in requests.
const READ_ONLY: [&str; 12] = [
    "scheduled_event_id",
    "assistant_id",
    "status",
    "created_at",
    "dispatched_at",
    "conversation_id",
    "call_status",
    "call_duration",
    "call_attempts",
    "retry_attempts",
    "retry_count",
    "errors",
];

const REGIONS: [&str; 5] = ["US", "Europe", "Canada", "Australia", "Middle East"];

/// Which events are asked for. Dates are inclusive.
#[derive(Debug, Default)]
pub(crate) struct Filter<'a> {
    pub(crate) channel: Option<&'a str>,
    pub(crate) from: Option<&'a str>,
    pub(crate) to: Option<&'a str>,
}

/// The events of an assistant, newest first.
pub(crate) fn list(work: &Work<'_>, assistant_id: &str, filter: &Filter<'_>) -> Outcome<Vec<Value>> {
    assistants::get(work, assistant_id)?;
    let mut checks = Checks::new();
    let mut bound = |name: &str, text: Option<&str>, end_of_day: bool| -> Option<Timestamp> {
        let text = text?;
        let bound = match (text.parse::<jiff::civil::Date>(), end_of_day && text.len() <= "2026-01-01".len()) {
            (Ok(date), true) => moment(&format!("{date}T23:59:59.999999999Z")),
            _ => moment(text),
        };
        if bound.is_none() {
            checks.fail(Code::UNPROCESSABLE, format!("/{name}"), format!("'{text}' is no ISO 8601 date or time."));
        }
        bound
    };
    let (from, to) = (bound("from_date", filter.from, false), bound("to_date", filter.to, true));
    checks.finish()?;
    let mut events = work.tx.list(kind::SCHEDULED_EVENT, assistant_id, Order::NewestFirst)?;
    events.retain(|event| {
        let at = at(event);
        filter.channel.is_none_or(|channel| event["telnyx_conversation_channel"] == channel)
            && from.is_none_or(|from| at.is_some_and(|at| at >= from))
            && to.is_none_or(|to| at.is_some_and(|at| at <= to))
    });
    Ok(events)
}

/// One event.
pub(crate) fn get(work: &Work<'_>, assistant_id: &str, event_id: &str) -> Outcome<Value> {
    assistants::get(work, assistant_id)?;
    work.tx
        .get(kind::SCHEDULED_EVENT, event_id)?
        .filter(|event| event["assistant_id"] == assistant_id)
        .ok_or_else(|| Problem::not_found("scheduled event", event_id))
}

/// Schedules an event.
pub(crate) fn create(work: &Work<'_>, assistant_id: &str, mut body: Map<String, Value>) -> Outcome<Value> {
    assistants::get(work, assistant_id)?;
    body.retain(|field, value| !value.is_null() && !READ_ONLY.contains(&field.as_str()));
    check(work, &Value::Object(body.clone()), work.assumptions.past_schedules)?;
    keep(work, assistant_id, body)
}

/// Takes an event in as a seed has it, in whatever state. One that is past happens at once.
pub(crate) fn restore(work: &Work<'_>, assistant_id: &str, mut body: Map<String, Value>) -> Outcome<()> {
    body.retain(|_, value| !value.is_null());
    check(work, &Value::Object(body.clone()), true)?;
    keep(work, assistant_id, body).map(|_| ())
}

/// Stores an event, with what it does not have yet.
fn keep(work: &Work<'_>, assistant_id: &str, mut event: Map<String, Value>) -> Outcome<Value> {
    if event.get("telnyx_conversation_channel").is_some_and(|channel| channel == "phone_call") {
        for (name, value) in
            [("max_retries_client_errors", json!(0)), ("retry_attempts", json!(0)), ("call_attempts", json!([]))]
        {
            event.entry(name).or_insert(value);
        }
    }
    for (name, value) in [
        ("scheduled_event_id", json!(work.new_id())),
        ("status", json!("pending")),
        ("created_at", json!(work.now_text())),
        ("retry_count", json!(0)),
        ("errors", json!([])),
    ] {
        event.entry(name).or_insert(value);
    }
    event.insert("assistant_id".into(), assistant_id.into());
    let event = Value::Object(event);
    let id = event["scheduled_event_id"].as_str().unwrap_or_default();
    work.tx.insert(kind::SCHEDULED_EVENT, id, assistant_id, &event)?;
    if event["status"] == "pending" {
        dispatch::plan(work, &event)?;
    }
    Ok(event)
}

/// Cancels an event that is still pending, or removes the record of another.
pub(crate) fn delete(work: &Work<'_>, assistant_id: &str, event_id: &str) -> Outcome<()> {
    let mut event = get(work, assistant_id, event_id)?;
    work.tx.unplan(kind::SCHEDULED_EVENT, event_id)?;
    if CANCELLED_EVENTS_ARE_KEPT && event["status"] == "pending" {
        event["status"] = "cancelled".into();
        work.tx.replace(kind::SCHEDULED_EVENT, event_id, &event)?;
    } else {
        work.tx.delete(kind::SCHEDULED_EVENT, event_id)?;
    }
    Ok(())
}

/// Turns down an event that breaks a rule.
fn check(work: &Work<'_>, event: &Value, past_is_good: bool) -> Outcome<()> {
    let mut checks = Checks::new();
    checks.one_of(event, "/telnyx_conversation_channel", &CHANNELS);
    checks.length(event, "/telnyx_agent_target", 1, usize::MAX);
    checks.length(event, "/telnyx_end_user_target", 1, usize::MAX);
    checks.range(event, "/max_retries_client_errors", 0.0, 10.0);
    checks.range(event, "/retry_interval_secs", 60.0, 86_400.0);
    checks.one_of(event, "/call_settings/sip_region", &REGIONS);
    if event["telnyx_conversation_channel"] == "sms_chat" && event["text"].as_str().is_none_or(str::is_empty) {
        checks.fail(Code::MISSING, "/text", "A scheduled text message needs a text.");
    }
    let pointer = "/scheduled_at_fixed_datetime";
    match at(event) {
        None => checks.fail(Code::UNPROCESSABLE, pointer, "This is no ISO 8601 time."),
        Some(at) if at < work.now && !past_is_good => {
            checks.fail(Code::RANGE, pointer, "This time is past.");
        }
        Some(_) => {}
    }
    checks.finish()
}

/// When an event is to happen.
pub(crate) fn at(event: &Value) -> Option<Timestamp> {
    event["scheduled_at_fixed_datetime"].as_str().and_then(moment)
}
