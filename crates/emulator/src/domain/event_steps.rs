//! The steps of scheduled events.
//!
//! A call is placed, rings, may be answered, and ends. If nobody answered and retries are left, it is placed again. A text
//! message is sent, then delivered or not. Each step adds the job for the next one.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::{
    Context, Error, Result, assistants, call_events, call_scripts,
    calls::{CallOutcome, PlacedCall},
    chat, conversation_state, conversations, insight_runs,
    jobs::{EventStep, Job},
    variables::{self, Unresolved},
    variables_webhook::{Initialization, VariablesRequest},
};
use crate::{
    assumptions::{
        CALL_ENDED_REASON, DEFAULT_RETRY_INTERVAL_SECS, DELIVERY_SECS, IDLE_LIMIT_REASON, NO_ANSWER_SECS, RINGING_SECS,
        TIME_LIMIT_REASON,
    },
    json::{items, object, text},
    store::Kind,
    time,
};

/// The reason that a step did not run. Nothing is stored.
#[derive(Debug)]
pub(crate) enum Stopped {
    /// The step needs an external response. Run it again with the response.
    Needs(Box<Need>),
    Failed(Error),
}

impl<E: Into<Error>> From<E> for Stopped {
    fn from(error: E) -> Self {
        Self::Failed(error.into())
    }
}

/// An external response that a step needs.
#[derive(Debug)]
pub(crate) enum Need {
    /// The variables for the conversation.
    Variables(VariablesRequest),
    /// The outcome of a call.
    Outcome(PlacedCall),
}

/// The external responses that a step has received so far.
#[derive(Debug, Clone, Default)]
pub(crate) struct Answers {
    pub(crate) variables: Option<Initialization>,
    pub(crate) outcome: Option<CallOutcome>,
}

type Step<T = ()> = std::result::Result<T, Stopped>;

/// Adds the first job of an event that is pending.
pub(crate) fn start(cx: &Context<'_>, event: &Value, at: Timestamp) -> Result<()> {
    job(event, EventStep::Place {}).add(cx, at)
}

pub(crate) fn run(cx: &Context<'_>, event_id: &str, step: EventStep, answers: Answers) -> Step {
    // The event may have been deleted together with its assistant.
    let Some(event) = cx.tx.get(Kind::ScheduledEvent, event_id)? else { return Ok(()) };
    match step {
        EventStep::Place {} if event["telnyx_conversation_channel"] == "phone_call" => place(cx, event, &answers),
        EventStep::Place {} => send(cx, event, answers),
        EventStep::Answer { duration_secs } => answer(cx, event, duration_secs, answers),
        EventStep::End(outcome) => end(cx, event, outcome),
        EventStep::Arrive(outcome) => finish_message(cx, event, outcome),
    }
}

pub(crate) fn fail(cx: &Context<'_>, event_id: &str, reason: &str) -> Result<()> {
    if let Some(mut event) = cx.tx.get(Kind::ScheduledEvent, event_id)? {
        fail_event(&mut event, reason.to_owned());
        if matches!(text(&event, "call_status"), "ringing" | "in-progress") {
            set_call_status(&mut event, CallOutcome::Failed.as_str());
        }
        save(cx, &event)?;
    }
    Ok(())
}

fn place(cx: &Context<'_>, mut event: Value, answers: &Answers) -> Step {
    let attempt = attempts(&event).len() + 1;
    event["status"] = "in_progress".into();
    event["dispatched_at"] = cx.now_text().into();
    event["call_status"] = "ringing".into();
    event["retry_attempts"] = (attempt - 1).into();
    let placed = json!({
        "attempt_number": attempt,
        "attempted_at": cx.now_text(),
        "call_status": "ringing",
        "telnyx_call_control_id": format!("v3:{}", cx.new_id()),
    });
    push(&mut event, "call_attempts", placed);
    let (rings_for, step) = match outcome(cx, &event, attempt, answers)? {
        CallOutcome::Completed(duration) => (RINGING_SECS, EventStep::Answer { duration_secs: duration.as_secs() }),
        CallOutcome::NoAnswer => (NO_ANSWER_SECS, EventStep::End(CallOutcome::NoAnswer)),
        other => (RINGING_SECS, EventStep::End(other)),
    };
    schedule_step(cx, &event, rings_for, step)
}

fn answer(cx: &Context<'_>, mut event: Value, duration_secs: u64, answers: Answers) -> Step {
    let call = json!({
        "call_control_id": attempts(&event).last().map(|call| &call["telnyx_call_control_id"]),
        "call_leg_id": cx.new_id(),
        "call_session_id": cx.new_id(),
    });
    set_call_status(&mut event, "in-progress");
    let mut joined = event.clone();
    let opened = match cx.tx.savepoint(|| open(cx, &mut joined, call.clone(), answers.variables)) {
        Ok(opened) => opened,
        Err(Stopped::Failed(error)) if !matches!(error, Error::Store(_)) => {
            start_failed(cx, &mut event, &call, &error)?;
            let outcome = CallOutcome::Completed(Duration::from_secs(duration_secs));
            return schedule_step(cx, &event, duration_secs, EventStep::End(outcome));
        }
        Err(stopped) => return Err(stopped),
    };
    call_events::created(cx, &conversations::get(cx, &opened.conversation_id)?)?;
    if let Some(greeting) = opened.greeting {
        conversations::add(cx, &opened.conversation_id, chat::assistant_message(&opened.assistant, &greeting))?;
    }
    let conversation_id = opened.conversation_id;
    let mut state = conversation_state::get(cx, &conversation_id)?;
    state.event_id = joined["scheduled_event_id"].as_str().map(str::to_owned);
    conversation_state::save(cx, &conversation_id, &state)?;
    let limit = |name: &str| opened.assistant["telephony_settings"][name].as_f64().map(|secs| secs.max(0.0) as u64);
    let time_limit = limit("time_limit_secs").filter(|limit| *limit <= duration_secs);
    let call_secs = time_limit.unwrap_or(duration_secs);
    let reason = if time_limit.is_some() { TIME_LIMIT_REASON } else { CALL_ENDED_REASON };
    let idle_limit = limit("user_idle_timeout_secs").filter(|limit| *limit < call_secs);
    let mut ends = vec![(call_secs, reason, None)];
    ends.extend(idle_limit.map(|secs| (secs, IDLE_LIMIT_REASON, Some(secs))));
    for (secs, reason, idle_secs) in ends {
        // Not a step of the event, because the call continues if the event is deleted.
        let (conversation_id, reason) = (conversation_id.clone(), reason.to_owned());
        let end = time::after(cx.now, Duration::from_secs(secs));
        Job::EndCall { conversation_id, reason, idle_secs }.add(cx, end)?;
    }
    schedule_step(cx, &joined, call_secs, EventStep::End(CallOutcome::Completed(Duration::from_secs(call_secs))))
}

/// Ends the call of an event because its conversation has ended.
pub(crate) fn hang_up(cx: &Context<'_>, event_id: &str, conversation_id: &str) -> Result<()> {
    let Some(event) = cx.tx.get(Kind::ScheduledEvent, event_id)? else { return Ok(()) };
    if event["call_status"] != "in-progress" || event["conversation_id"] != conversation_id {
        return Ok(());
    }
    cx.tx.remove_jobs(Kind::ScheduledEvent, event_id)?;
    complete(cx, event, call_events::duration(&conversations::get(cx, conversation_id)?, cx.now))
}

/// Adds the event for an assistant that could not join a call.
///
/// The call continues, and the event fails at its end.
fn start_failed(cx: &Context<'_>, event: &mut Value, call: &Value, error: &Error) -> Result<()> {
    let mut call = call.clone();
    for field in ["telnyx_agent_target", "telnyx_conversation_channel", "telnyx_end_user_target"] {
        call[field] = event[field].clone();
    }
    let reason = if matches!(error, Error::NotFound { .. }) { "invalid_request" } else { "service_error" };
    push(event, "errors", format!("The assistant could not join the call: {error}").into());
    call_events::start_failed(cx, text(event, "scheduled_event_id"), text(event, "assistant_id"), &call, reason)
}

fn end(cx: &Context<'_>, mut event: Value, outcome: CallOutcome) -> Step {
    if let CallOutcome::Completed(duration) = outcome {
        return Ok(complete(cx, event, duration.as_secs())?);
    }
    let status = outcome.as_str();
    set_call_status(&mut event, status);
    let calls = attempts(&event).len();
    let retries = event["max_retries_client_errors"].as_f64().unwrap_or_default();
    if (calls as f64) <= retries {
        let interval = event["retry_interval_secs"].as_f64().unwrap_or(DEFAULT_RETRY_INTERVAL_SECS);
        let interval = Duration::try_from_secs_f64(interval).unwrap_or_default();
        let placed = attempts(&event).last().and_then(|call| time::parse(call["attempted_at"].as_str()?).ok());
        let again = time::after(placed.unwrap_or(cx.now), interval);
        job(&event, EventStep::Place {}).add(cx, again.max(cx.now))?;
    } else {
        let times = if calls == 1 { "1 attempt".to_owned() } else { format!("{calls} attempts") };
        fail_event(&mut event, format!("The call was not answered: {status} after {times}."));
    }
    Ok(save(cx, &event)?)
}

/// Ends an answered call.
fn complete(cx: &Context<'_>, mut event: Value, secs: u64) -> Result<()> {
    set_call_status(&mut event, "completed");
    // No conversation means that the assistant could not join.
    event["status"] = if event["conversation_id"].is_null() { "failed" } else { "completed" }.into();
    set_of_call(&mut event, "call_duration", &secs.into());
    save(cx, &event)
}

fn send(cx: &Context<'_>, mut event: Value, answers: Answers) -> Step {
    let outcome = outcome(cx, &event, 1, &answers)?;
    let opened = open(cx, &mut event, json!({}), answers.variables)?;
    assistants::check_not_redacted(&opened.assistant, "SMS")?;
    let message = variables::render(text(&event, "text"), &opened.variables, Unresolved::Raw);
    conversations::add(cx, &opened.conversation_id, chat::assistant_message(&opened.assistant, &message))?;
    insight_runs::plan_when_idle(cx, &opened.conversation_id, &opened.assistant)?;
    event["status"] = "in_progress".into();
    schedule_step(cx, &event, DELIVERY_SECS, EventStep::Arrive(outcome))
}

fn finish_message(cx: &Context<'_>, mut event: Value, outcome: CallOutcome) -> Step {
    if let CallOutcome::Completed(_) = outcome {
        event["status"] = "completed".into();
    } else {
        fail_event(&mut event, "The message could not be delivered.".to_owned());
    }
    Ok(save(cx, &event)?)
}

/// A conversation that an event has started.
struct Started {
    conversation_id: String,
    assistant: Value,
    greeting: Option<String>,
    variables: Map<String, Value>,
}

fn open(cx: &Context<'_>, event: &mut Value, more: Value, variables: Option<Initialization>) -> Step<Started> {
    let assistant_id = text(event, "assistant_id").to_owned();
    let conversation = match event["conversation_id"].as_str() {
        Some(id) => conversations::get(cx, id)?,
        None => {
            let mut metadata = object(&event["conversation_metadata"]);
            let (channel, agent) = (text(event, "telnyx_conversation_channel"), &event["telnyx_agent_target"]);
            metadata.extend(conversations::parties(&assistant_id, channel, agent, &event["telnyx_end_user_target"]));
            metadata.extend(object(&more));
            conversations::create(cx, Map::from_iter([("metadata".to_owned(), metadata.into())]))?
        }
    };
    event["conversation_id"] = conversation["id"].clone();
    let opened = chat::prepare(cx, &assistant_id, conversation)?;
    chat::record_version(cx, &opened.conversation)?;
    let mut initialization = match (opened.request, variables) {
        (Some(request), None) => return Err(Stopped::Needs(Need::Variables(request).into())),
        (_, variables) => variables.unwrap_or_default(),
    };
    // The event's variables take precedence over the webhook's.
    initialization.variables.extend(object(&event["dynamic_variables"]));
    let conversation = chat::store_initialization(cx, text(&opened.conversation, "id"), &initialization)?;
    let turn = chat::turn(cx, &conversation, &opened.assistant, None, "", None)?;
    Ok(Started {
        conversation_id: text(&conversation, "id").to_owned(),
        assistant: turn.assistant,
        greeting: turn.greeting,
        variables: turn.variables,
    })
}

/// The outcome of a call, from a script for its target or from the callee.
fn outcome(cx: &Context<'_>, event: &Value, attempt: usize, answers: &Answers) -> Step<CallOutcome> {
    if let Some(outcome) = answers.outcome {
        return Ok(outcome);
    }
    let call = PlacedCall {
        from: text(event, "telnyx_agent_target").to_owned(),
        to: text(event, "telnyx_end_user_target").to_owned(),
        attempt: u32::try_from(attempt).unwrap_or(u32::MAX),
        event: event.clone(),
    };
    call_scripts::outcome(cx, &call)?.ok_or(Stopped::Needs(Need::Outcome(call).into()))
}

/// Saves the event and adds the job of its next step.
fn schedule_step(cx: &Context<'_>, event: &Value, secs: u64, step: EventStep) -> Step {
    job(event, step).add(cx, time::after(cx.now, Duration::from_secs(secs)))?;
    Ok(save(cx, event)?)
}

fn job(event: &Value, step: EventStep) -> Job {
    Job::Event { event_id: text(event, "scheduled_event_id").to_owned(), step }
}

fn set_call_status(event: &mut Value, status: &str) {
    set_of_call(event, "call_status", &status.into());
}

/// Sets a field of an event and of its last call.
fn set_of_call(event: &mut Value, field: &str, value: &Value) {
    event[field] = value.clone();
    if let Some(call) = event["call_attempts"].as_array_mut().and_then(|attempts| attempts.last_mut()) {
        call[field] = value.clone();
    }
}

fn fail_event(event: &mut Value, reason: String) {
    event["status"] = "failed".into();
    push(event, "errors", reason.into());
}

/// Adds an item to a list of an event.
fn push(event: &mut Value, field: &str, item: Value) {
    match event[field].as_array_mut() {
        Some(items) => items.push(item),
        None => event[field] = json!([item]),
    }
}

fn save(cx: &Context<'_>, event: &Value) -> Result<()> {
    Ok(cx.tx.replace(Kind::ScheduledEvent, text(event, "scheduled_event_id"), event)?)
}

fn attempts(event: &Value) -> &[Value] {
    items(&event["call_attempts"])
}
