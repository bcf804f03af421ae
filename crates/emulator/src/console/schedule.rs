//! Scheduled events on a line of time.

use std::collections::HashMap;

use axum::{Router, extract::State, http::HeaderMap, response::IntoResponse, routing::get};
use jiff::Timestamp;
use maud::{Markup, html};
use serde_json::Value;

use super::{
    Console, Page, assistants, clock, conversations,
    layout::{Frame, Tab, empty},
    live::{live, part},
    look,
    reach::Reach,
    words::{badge, count, distance, time_of_day},
};
use crate::{
    app::App,
    domain::{Outcome, Work, kind, moment, scheduled_events},
    json::{items, text},
    store::Planned,
};

/// How many events are looked at, and how many of those before and after the present moment are shown.
const LOOKED_AT: u32 = 1_000;
const SHOWN: usize = 50;

const HINT: &str = "Schedule a call with the SDK, put it into a seed file, or send this (with an assistant of yours):";
const EXAMPLE: &str = r#"{"telnyx_conversation_channel": "phone_call", "telnyx_agent_target": "+15550001",
       "telnyx_end_user_target": "+15550100", "scheduled_at_fixed_datetime": "2030-01-01T09:00:00Z"}"#;

pub(super) fn routes() -> Router<Console> {
    Router::new().route("/schedule", get(page)).route("/parts/schedule", get(timeline_part))
}

async fn page(State(app): State<App>, reach: Reach) -> Page {
    let (clock, timeline) = look(&app, |work| Ok((clock::panel(&app, work)?, timeline(work, &reach)?)))?;
    let frame = Frame::of(&app, "Schedule", Tab::Schedule);
    let page = frame.page(&html! {
        div.title { h1 { "Schedule" } }
        (clock)
        (timeline)
    });
    Ok(page.into_response())
}

async fn timeline_part(State(app): State<App>, reach: Reach, headers: HeaderMap) -> Page {
    Ok(part(&headers, look(&app, |work| timeline(work, &reach))?))
}

fn timeline(work: &Work<'_>, reach: &Reach) -> Outcome<Markup> {
    let stored = work.tx.latest(kind::SCHEDULED_EVENT, LOOKED_AT)?;
    let mut events: Vec<(Timestamp, Value)> =
        stored.into_iter().map(|event| (scheduled_events::at(&event).unwrap_or(Timestamp::MIN), event)).collect();
    events.sort_by_key(|(at, _)| *at);
    let present = events.partition_point(|(at, _)| *at <= work.now);
    let (first, last) = (present.saturating_sub(SHOWN), (present + SHOWN).min(events.len()));
    let (earlier, later) = ((first) as u64, (events.len() - last) as u64);
    let steps: HashMap<String, Planned> = work
        .tx
        .all_planned()?
        .into_iter()
        .filter(|item| item.kind == kind::SCHEDULED_EVENT)
        .map(|item| (item.id.clone(), item))
        .collect();

    let mut entries = Vec::new();
    let mut day = String::new();
    for (n, (at, event)) in events.iter().enumerate().take(last).skip(first) {
        if n == present {
            entries.push(now(work.now));
        }
        let of = at.strftime("%A, %-d %B %Y").to_string();
        if of != day {
            entries.push(html! { li.day id={ "day-" (at.strftime("%F")) } { h2 { (of) } } });
            day = of;
        }
        entries.push(entry(work, *at, event, &steps)?);
    }
    if present == last {
        entries.push(now(work.now));
    }
    Ok(live(
        "schedule",
        "/console/parts/schedule",
        &html! {
            @if events.is_empty() {
                (empty("Nothing is scheduled.", HINT, Some(reach.curl("/assistants/ASSISTANT_ID/scheduled_events", Some(EXAMPLE)))))
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

fn entry(work: &Work<'_>, at: Timestamp, event: &Value, steps: &HashMap<String, Planned>) -> Outcome<Markup> {
    let id = text(event, "scheduled_event_id");
    let status = text(event, "status");
    let is_call = event["telnyx_conversation_channel"] == "phone_call";
    let attempts = items(&event["call_attempts"]);
    let next = steps.get(id).filter(|next| next.due != at);
    Ok(html! {
        li class={ "event " (status) } id={ "event-" (id) } {
            p.when { (time_of_day(at)) span.quiet { (distance(at, work.now)) } }
            div.card {
                p.head {
                    strong { (if is_call { "Call" } else { "Text message" }) }
                    " to " (text(event, "telnyx_end_user_target"))
                    (badge(status))
                }
                p.quiet { (assistants::link(work, text(event, "assistant_id"))?) " from " (text(event, "telnyx_agent_target")) }
                @if !is_call { p.words { (text(event, "text")) } }
                @if !attempts.is_empty() {
                    ul.attempts {
                        @for attempt in attempts { (attempted(attempt)) }
                    }
                }
                @for error in items(&event["errors"]) {
                    p.error { (error.as_str().map_or_else(|| error.to_string(), str::to_owned)) }
                }
                @if let Some(next) = next {
                    p.quiet { "Next: " (step(next)) " " (distance(next.due, work.now)) ", at " (time_of_day(next.due)) }
                }
                @if let Some(conversation_id) = event["conversation_id"].as_str() {
                    p { a href=(conversations::href(conversation_id)) { "What was said" } }
                }
            }
        }
    })
}

fn attempted(attempt: &Value) -> Markup {
    html! {
        li {
            (badge(text(attempt, "call_status")))
            @if let Some(at) = moment(text(attempt, "attempted_at")) { " " (time_of_day(at)) }
            @if let Some(secs) = attempt["call_duration"].as_u64() { span.quiet { ", " (secs) " s" } }
        }
    }
}

fn step(next: &Planned) -> &'static str {
    match next.step["do"].as_str().unwrap_or_default() {
        "place" => "it is tried again",
        "answer" => "it is answered",
        _ => "it ends",
    }
}
