//! Carries scheduled events out, step by step.
//!
//! A call is placed, rings, is answered or not, and ends; where it was not held and may be tried again, it is placed
//! again. A text message is sent, and arrives or not. Each step puts the next one on the agenda.

use std::time::Duration;

use serde_json::{Map, Value, json};

use super::{
    Outcome, Problem, Work, call_scripts, chat, conversations, dialogues,
    initialization::{Ask, Given},
    kind, scheduled_events,
    variables::{self, Unresolved},
};
use crate::{
    assumptions::{CALL_ENDED_REASON, DEFAULT_RETRY_INTERVAL_SECS, DELIVERY_SECS, NO_ANSWER_SECS, RINGING_SECS},
    calls::{CallOutcome, Callee, PlacedCall},
    clock,
    json::items,
    store::Planned,
};

/// What became of a step.
#[derive(Debug)]
pub(crate) enum Next {
    /// It is done.
    Done,
    /// It needs the answer to this call first; ask for it again with that.
    Ask(Ask),
}

/// Puts an event that was not begun on the agenda.
pub(crate) fn plan(work: &Work<'_>, event: &Value) -> Outcome<()> {
    if let Some(at) = scheduled_events::at(event) {
        work.tx.plan(kind::SCHEDULED_EVENT, id_of(event), at, &json!({ "do": "place" }))?;
    }
    Ok(())
}

/// Carries out one step of an event. `given` is what the webhook of its assistant answered.
pub(crate) fn carry_out(work: &Work<'_>, callee: &dyn Callee, item: &Planned, given: Option<Given>) -> Outcome<Next> {
    // The event may have gone with its assistant.
    let Some(mut event) = work.tx.get(kind::SCHEDULED_EVENT, &item.id)? else { return Ok(Next::Done) };
    let step = &item.step;
    let is_call = event["telnyx_conversation_channel"] == "phone_call";
    match step["do"].as_str().unwrap_or_default() {
        "place" if is_call => place(work, callee, &mut event)?,
        "place" => {
            if let Some(ask) = send(work, callee, &mut event, given)? {
                return Ok(Next::Ask(ask));
            }
        }
        "answer" => {
            if let Some(ask) = answer(work, &mut event, step, given)? {
                return Ok(Next::Ask(ask));
            }
        }
        _ if is_call => end(work, &mut event, step)?,
        _ => arrive(&mut event, step),
    }
    save(work, &event)?;
    Ok(Next::Done)
}

/// Gives an event up that could not be carried out.
pub(crate) fn fail(work: &Work<'_>, event_id: &str, problem: &Problem) -> Outcome<()> {
    if let Some(mut event) = work.tx.get(kind::SCHEDULED_EVENT, event_id)? {
        give_up(&mut event, problem.to_string());
        save(work, &event)?;
    }
    Ok(())
}

fn place(work: &Work<'_>, callee: &dyn Callee, event: &mut Value) -> Outcome<()> {
    let attempt = attempts(event).len() + 1;
    event["status"] = "in_progress".into();
    event["dispatched_at"] = work.now_text().into();
    event["call_status"] = "ringing".into();
    event["retry_attempts"] = (attempt - 1).into();
    let placed = json!({
        "attempt_number": attempt,
        "attempted_at": work.now_text(),
        "call_status": "ringing",
        "telnyx_call_control_id": format!("v3:{}", work.new_id()),
    });
    if let Some(attempts) = event["call_attempts"].as_array_mut() {
        attempts.push(placed);
    }
    let (rings_for, step) = match outcome(work, callee, event, attempt)? {
        CallOutcome::Completed(duration) => {
            (RINGING_SECS, json!({ "do": "answer", "duration_secs": duration.as_secs() }))
        }
        CallOutcome::NoAnswer => (NO_ANSWER_SECS, json!({ "do": "end", "status": "no-answer" })),
        other => (RINGING_SECS, json!({ "do": "end", "status": other.as_str() })),
    };
    then(work, event, rings_for, &step)
}

fn answer(work: &Work<'_>, event: &mut Value, step: &Value, given: Option<Given>) -> Outcome<Option<Ask>> {
    let metadata = json!({ "call_control_id": attempts(event).last().map(|call| &call["telnyx_call_control_id"]) });
    let opened = match open(work, event, metadata, given)? {
        Ok(opened) => opened,
        Err(ask) => return Ok(Some(ask)),
    };
    if let Some(greeting) = opened.greeting {
        chat::say(work, &opened.conversation_id, &opened.assistant, &greeting)?;
    }
    set_call_status(event, "in-progress");
    let secs = step["duration_secs"].as_u64().unwrap_or_default();
    then(work, event, secs, &json!({ "do": "end", "status": "completed", "duration_secs": secs }))?;
    Ok(None)
}

fn end(work: &Work<'_>, event: &mut Value, step: &Value) -> Outcome<()> {
    let status = step["status"].as_str().unwrap_or_default();
    set_call_status(event, status);
    if status == "completed" {
        event["status"] = "completed".into();
        event["call_duration"] = step["duration_secs"].clone();
        if let Some(call) = event["call_attempts"].as_array_mut().and_then(|attempts| attempts.last_mut()) {
            call["call_duration"] = step["duration_secs"].clone();
        }
        if let Some(conversation_id) = event["conversation_id"].as_str() {
            dialogues::end(work, conversation_id, CALL_ENDED_REASON)?;
        }
        return Ok(());
    }
    let calls = attempts(event).len();
    let retries = event["max_retries_client_errors"].as_f64().unwrap_or_default();
    if (calls as f64) <= retries {
        let interval = event["retry_interval_secs"].as_f64().unwrap_or(DEFAULT_RETRY_INTERVAL_SECS);
        let placed = attempts(event).last().and_then(|call| super::moment(call["attempted_at"].as_str()?));
        let again = clock::ahead(placed.unwrap_or(work.now), Duration::from_secs_f64(interval.max(0.0)));
        work.tx.plan(kind::SCHEDULED_EVENT, id_of(event), again.max(work.now), &json!({ "do": "place" }))?;
    } else {
        let times = if calls == 1 { "1 attempt".to_owned() } else { format!("{calls} attempts") };
        give_up(event, format!("The call did not get through: {status} after {times}."));
    }
    Ok(())
}

fn send(work: &Work<'_>, callee: &dyn Callee, event: &mut Value, given: Option<Given>) -> Outcome<Option<Ask>> {
    let opened = match open(work, event, json!({}), given)? {
        Ok(opened) => opened,
        Err(ask) => return Ok(Some(ask)),
    };
    let text = variables::render(event["text"].as_str().unwrap_or_default(), &opened.variables, Unresolved::Raw);
    chat::say(work, &opened.conversation_id, &opened.assistant, &text)?;
    event["status"] = "in_progress".into();
    event["dispatched_at"] = work.now_text().into();
    let status = outcome(work, callee, event, 1)?.as_str();
    then(work, event, DELIVERY_SECS, &json!({ "do": "arrive", "status": status }))?;
    Ok(None)
}

fn arrive(event: &mut Value, step: &Value) {
    if step["status"] == "completed" {
        event["status"] = "completed".into();
    } else {
        give_up(event, "The message could not be delivered.".to_owned());
    }
}

/// A conversation that an event has begun.
struct Begun {
    conversation_id: String,
    assistant: Value,
    greeting: Option<String>,
    variables: Map<String, Value>,
}

/// Starts the conversation of an event, and asks the webhook of its assistant first where there is one. The
/// conversation is kept while the webhook is asked, so that there is one of it.
fn open(work: &Work<'_>, event: &mut Value, more: Value, given: Option<Given>) -> Outcome<Result<Begun, Ask>> {
    let assistant_id = event["assistant_id"].as_str().unwrap_or_default().to_owned();
    let conversation = match event["conversation_id"].as_str() {
        Some(id) => conversations::get(work, id)?,
        None => {
            let mut metadata = object(&event["conversation_metadata"]);
            for field in
                ["assistant_id", "telnyx_conversation_channel", "telnyx_agent_target", "telnyx_end_user_target"]
            {
                metadata.insert(field.to_owned(), event[field].clone());
            }
            metadata.extend(object(&more));
            conversations::create(work, Map::from_iter([("metadata".to_owned(), metadata.into())]))?
        }
    };
    event["conversation_id"] = conversation["id"].clone();
    save(work, event)?;
    let opened = chat::prepare(work, &assistant_id, conversation)?;
    let mut given = match (opened.ask, given) {
        (Some(ask), None) => return Ok(Err(ask)),
        (_, given) => given.unwrap_or_default(),
    };
    // What came with the event goes before what the webhook says.
    given.variables.extend(object(&event["dynamic_variables"]));
    let conversation = chat::initialized(work, opened.conversation, given)?;
    let turn = chat::turn(work, &conversation, &opened.assistant, "", None)?;
    Ok(Ok(Begun {
        conversation_id: chat::id_of(&conversation).to_owned(),
        assistant: turn.assistant,
        greeting: turn.greeting,
        variables: turn.variables,
    }))
}

fn outcome(work: &Work<'_>, callee: &dyn Callee, event: &Value, attempt: usize) -> Outcome<CallOutcome> {
    let text = |field: &str| event[field].as_str().unwrap_or_default().to_owned();
    let call = PlacedCall {
        from: text("telnyx_agent_target"),
        to: text("telnyx_end_user_target"),
        attempt: u32::try_from(attempt).unwrap_or(u32::MAX),
        event: event.clone(),
    };
    call_scripts::outcome(work, callee, &call)
}

fn then(work: &Work<'_>, event: &Value, secs: u64, step: &Value) -> Outcome<()> {
    let due = clock::ahead(work.now, Duration::from_secs(secs));
    Ok(work.tx.plan(kind::SCHEDULED_EVENT, id_of(event), due, step)?)
}

fn set_call_status(event: &mut Value, status: &str) {
    event["call_status"] = status.into();
    if let Some(call) = event["call_attempts"].as_array_mut().and_then(|attempts| attempts.last_mut()) {
        call["call_status"] = status.into();
    }
}

fn give_up(event: &mut Value, reason: String) {
    event["status"] = "failed".into();
    match event["errors"].as_array_mut() {
        Some(errors) => errors.push(reason.into()),
        None => event["errors"] = json!([reason]),
    }
}

fn save(work: &Work<'_>, event: &Value) -> Outcome<()> {
    work.tx.replace(kind::SCHEDULED_EVENT, id_of(event), event)?;
    Ok(())
}

fn attempts(event: &Value) -> &[Value] {
    items(&event["call_attempts"])
}

fn id_of(event: &Value) -> &str {
    event["scheduled_event_id"].as_str().unwrap_or_default()
}

fn object(value: &Value) -> Map<String, Value> {
    value.as_object().cloned().unwrap_or_default()
}
