//! Scheduled events on a timeline.

use std::collections::HashMap;

use axum::{Router, extract::State, http::HeaderMap, routing::get};
use jiff::Timestamp;
use maud::{Markup, html};
use serde_json::Value;

use super::{
    Console, Page,
    address::Address,
    clock,
    format::{badge, count, relative_time, time_of_day},
    layout::{self, Tab, empty},
    links::{assistant_link, conversation_href},
    live::{live, part},
    read_store,
};
use crate::{
    app::App,
    domain::{
        Context, Result,
        jobs::{EventStep, Job},
        scheduled_events,
    },
    json::{as_text, items, text},
    store::Kind,
    time,
};

/// The maximum number of events to read.
const MAX_SEARCHED: u32 = 1_000;

/// The maximum number of events to show, before and after the current time.
const MAX_SHOWN: usize = 50;

const HINT: &str = "Schedule a call with the SDK, add one to a seed file, or run this with the id of an assistant:";
const EXAMPLE: &str = r#"{"telnyx_conversation_channel": "phone_call", "telnyx_agent_target": "+15550001",
       "telnyx_end_user_target": "+15550100", "scheduled_at_fixed_datetime": "2030-01-01T09:00:00Z"}"#;

pub(super) fn routes() -> Router<Console> {
    Router::new().route("/schedule", get(page)).route("/parts/schedule", get(timeline_part))
}

async fn page(State(app): State<App>, address: Address) -> Page {
    let (clock, timeline) = read_store(&app, |cx| Ok((clock::panel(&app, cx)?, timeline(cx, &address)?)))?;
    let content = html! {
        div.title { h1 { "Schedule" } }
        (clock)
        (timeline)
    };
    layout::page(&app, "Schedule", Tab::Schedule, &content)
}

async fn timeline_part(State(app): State<App>, address: Address, headers: HeaderMap) -> Page {
    Ok(part(&headers, read_store(&app, |cx| timeline(cx, &address))?))
}

fn timeline(cx: &Context<'_>, address: &Address) -> Result<Markup> {
    let stored = cx.tx.latest(Kind::ScheduledEvent, MAX_SEARCHED)?;
    let mut events: Vec<(Timestamp, Value)> =
        stored.into_iter().map(|event| (scheduled_events::at(&event).unwrap_or(Timestamp::MIN), event)).collect();
    events.sort_by_key(|(at, _)| *at);
    let present = events.partition_point(|(at, _)| *at <= cx.now);
    let (first, last) = (present.saturating_sub(MAX_SHOWN), (present + MAX_SHOWN).min(events.len()));
    let (earlier, later) = ((first) as u64, (events.len() - last) as u64);
    let steps: HashMap<String, (Timestamp, EventStep)> = cx
        .tx
        .jobs()?
        .into_iter()
        .filter_map(|job| match Job::of(&job) {
            Ok(Job::Event { event_id, step }) => Some((event_id, (job.due, step))),
            _ => None,
        })
        .collect();

    let mut entries = Vec::new();
    let mut day = String::new();
    for (n, (at, event)) in events.iter().enumerate().take(last).skip(first) {
        if n == present {
            entries.push(now(cx.now));
        }
        let of = at.strftime("%A, %-d %B %Y").to_string();
        if of != day {
            entries.push(html! { li.day id={ "day-" (at.strftime("%F")) } { h2 { (of) } } });
            day = of;
        }
        entries.push(entry(cx, *at, event, &steps)?);
    }
    if present == last {
        entries.push(now(cx.now));
    }
    Ok(live(
        "schedule",
        "/console/parts/schedule",
        &html! {
            @if events.is_empty() {
                (empty("Nothing is scheduled.", HINT, Some(address.curl("/assistants/ASSISTANT_ID/scheduled_events", Some(EXAMPLE)))))
            } @else {
                @if earlier > 0 { p.quiet { (count(earlier, "earlier event", "earlier events")) } }
                ol.timeline { @for entry in entries { (entry) } }
                @if later > 0 { p.quiet { (count(later, "later event", "later events")) } }
            }
        },
    ))
}

fn now(moment: Timestamp) -> Markup {
    html! { li.present id="present" { span { "Now" } (time_of_day(moment)) } }
}

fn entry(
    cx: &Context<'_>,
    at: Timestamp,
    event: &Value,
    steps: &HashMap<String, (Timestamp, EventStep)>,
) -> Result<Markup> {
    let id = text(event, "scheduled_event_id");
    let status = text(event, "status");
    let is_call = event["telnyx_conversation_channel"] == "phone_call";
    let attempts = items(&event["call_attempts"]);
    let next = steps.get(id).filter(|(due, _)| *due != at);
    Ok(html! {
        li class={ "event " (status) } id={ "event-" (id) } {
            p.when { (time_of_day(at)) span.quiet { (relative_time(at, cx.now)) } }
            div.card {
                p.head {
                    strong { (if is_call { "Call" } else { "Text message" }) }
                    " to " (text(event, "telnyx_end_user_target"))
                    (badge(status))
                }
                p.quiet { (assistant_link(cx, text(event, "assistant_id"))?) " from " (text(event, "telnyx_agent_target")) }
                @if !is_call { p.words { (text(event, "text")) } }
                @if !attempts.is_empty() {
                    ul.attempts {
                        @for attempt in attempts { (attempt_label(attempt)) }
                    }
                }
                @for error in items(&event["errors"]) {
                    p.error { (as_text(error)) }
                }
                @if let Some((due, next)) = next {
                    p.quiet { "Next: " (step_description(next)) " " (relative_time(*due, cx.now)) ", at " (time_of_day(*due)) }
                }
                @if let Some(conversation_id) = event["conversation_id"].as_str() {
                    p { a href=(conversation_href(conversation_id)) { "Messages" } }
                }
            }
        }
    })
}

fn attempt_label(attempt: &Value) -> Markup {
    html! {
        li {
            (badge(text(attempt, "call_status")))
            @if let Ok(at) = time::parse(text(attempt, "attempted_at")) { " " (time_of_day(at)) }
            @if let Some(secs) = attempt["call_duration"].as_u64() { span.quiet { ", " (secs) " s" } }
        }
    }
}

fn step_description(next: &EventStep) -> &'static str {
    match next {
        EventStep::Place {} => "another attempt",
        EventStep::Answer { .. } => "the call is answered",
        EventStep::End(_) | EventStep::Arrive(_) => "the event ends",
    }
}
