//! Calls and text messages that an assistant makes later.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::{Checks, Code, Outcome, Problem, Work, assistants, kind, moment};
use crate::{assumptions::CANCELLED_EVENTS_ARE_KEPT, store::Order};

const CHANNELS: [&str; 2] = ["phone_call", "sms_chat"];
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
pub(crate) fn create(work: &Work<'_>, assistant_id: &str, body: Map<String, Value>) -> Outcome<Value> {
    assistants::get(work, assistant_id)?;
    let mut event = body;
    event.retain(|_, value| !value.is_null());
    check(work, &Value::Object(event.clone()))?;

    let id = work.new_id();
    let is_call = event.get("telnyx_conversation_channel").is_some_and(|channel| channel == "phone_call");
    if is_call {
        event.entry("max_retries_client_errors").or_insert_with(|| 0.into());
        event.insert("retry_attempts".into(), 0.into());
        event.insert("call_attempts".into(), json!([]));
    }
    for (name, value) in [
        ("scheduled_event_id", json!(id)),
        ("assistant_id", json!(assistant_id)),
        ("status", json!("pending")),
        ("created_at", json!(work.now_text())),
        ("retry_count", json!(0)),
        ("errors", json!([])),
    ] {
        event.insert(name.into(), value);
    }
    let event = Value::Object(event);
    work.tx.insert(kind::SCHEDULED_EVENT, &id, assistant_id, &event)?;
    Ok(event)
}

/// Cancels an event that is still pending, or removes the record of another.
pub(crate) fn delete(work: &Work<'_>, assistant_id: &str, event_id: &str) -> Outcome<()> {
    let mut event = get(work, assistant_id, event_id)?;
    if CANCELLED_EVENTS_ARE_KEPT && event["status"] == "pending" {
        event["status"] = "cancelled".into();
        work.tx.replace(kind::SCHEDULED_EVENT, event_id, &event)?;
    } else {
        work.tx.delete(kind::SCHEDULED_EVENT, event_id)?;
    }
    Ok(())
}

fn check(work: &Work<'_>, event: &Value) -> Outcome<()> {
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
        Some(at) if at < work.now && !work.assumptions.past_schedules => {
            checks.fail(Code::RANGE, pointer, "This time is past.");
        }
        Some(_) => {}
    }
    checks.finish()
}

/// When an event is to happen.
fn at(event: &Value) -> Option<Timestamp> {
    event["scheduled_at_fixed_datetime"].as_str().and_then(moment)
}
