//! The clock and its buttons.

use std::time::Duration;

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::HeaderMap,
    routing::{get, post},
};
use http::StatusCode;
use jiff::Timestamp;
use maud::{Markup, html};

use super::{
    Console, Failure, Page, done, form_field,
    format::{count, format_secs, relative_time, time},
    live::{live, part},
    read_store,
};
use crate::{
    app::App,
    domain::{
        Context, Result,
        jobs::{EventStep, Job},
    },
    scheduler::clock::Clock,
    store::StoredJob,
};

/// The steps of the buttons, in seconds, with their labels.
const STEPS: [(&str, &str); 4] = [("1", "+1 s"), ("60", "+1 min"), ("3600", "+1 h"), ("86400", "+1 day")];

pub(super) fn routes() -> Router<Console> {
    Router::new()
        .route("/clock", post(change))
        .route("/parts/clock", get(panel_part))
        .route("/parts/now", get(now_part))
}

/// The clock at the top of every page.
async fn now_part(State(app): State<App>, headers: HeaderMap) -> Page {
    let frozen = app.domain.time().is_frozen();
    let now = html! {
        span #now data-live="/console/parts/now" {
            span class={ "light " (if frozen { "off" } else { "on" }) } {}
            (time(app.domain.time().now()))
            span.state { (if frozen { "is frozen" } else { "runs" }) }
        }
    };
    Ok(part(&headers, now))
}

async fn panel_part(State(app): State<App>, headers: HeaderMap) -> Page {
    let panel = read_store(&app, |cx| panel(&app, cx))?;
    Ok(part(&headers, panel))
}

/// The time, the next job, and the buttons.
pub(super) fn panel(app: &App, cx: &Context<'_>) -> Result<Markup> {
    let (now, frozen) = (app.domain.time().now(), app.domain.time().is_frozen());
    let next = cx.tx.next_job()?;
    let others = cx.tx.count_jobs()?.saturating_sub(1);
    let (turn, label) = if frozen { ("resume", "Resume") } else { ("freeze", "Freeze") };
    Ok(live(
        "clock",
        "/console/parts/clock",
        &html! {
            section.card.clock aria-labelledby="clock-title" {
                div.reading {
                    h2 #clock-title { "Clock" }
                    p.time { (time(now)) }
                    p.quiet { (state(now, frozen)) }
                }
                div.due {
                    h3 { "Due next" }
                    @match &next {
                        None => p.quiet { "No jobs are scheduled." },
                        Some(next) => p {
                            (time(next.due)) " · " (relative_time(next.due, now)) br;
                            (job_description(next))
                            @if others > 0 { span.quiet { ", and then " (count(others, "other step", "other steps")) } }
                        }
                    }
                }
                form.buttons method="post" action="/console/clock" data-quietly aria-label="Move the clock" {
                    button type="submit" name="do" value=(turn) { (label) }
                    @for (secs, label) in STEPS {
                        button type="submit" name="do" value=(secs) { (label) }
                    }
                    button.primary type="submit" name="do" value="next" { "To the next job" }
                    button type="submit" name="do" value="real" { "Use the system clock" }
                }
            }
        },
    ))
}

fn state(now: Timestamp, frozen: bool) -> String {
    let off = now.duration_since(Timestamp::now()).as_secs();
    let off = match off {
        -1..=1 => "equal to the system clock".to_owned(),
        off if off > 0 => format!("{} ahead of the system clock", format_secs(off.unsigned_abs())),
        off => format!("{} behind the system clock", format_secs(off.unsigned_abs())),
    };
    format!("The clock {}, {off}.", if frozen { "is frozen" } else { "runs" })
}

fn job_description(stored: &StoredJob) -> &'static str {
    match Job::of(stored) {
        Ok(Job::TestRun { .. }) => "a test run is played",
        Ok(Job::Webhook { .. }) => "a webhook is sent",
        Ok(Job::Insights { .. }) => "insights run",
        Ok(Job::EndCall { .. }) => "a call ends",
        Ok(Job::Erase { .. }) => "a deleted assistant is erased",
        Ok(Job::Event { step: EventStep::Place {}, .. }) => "a scheduled event starts",
        Ok(Job::Event { step: EventStep::Answer { .. }, .. }) => "a call is answered",
        Ok(Job::Event { step: EventStep::End(_) | EventStep::Arrive(_), .. }) => "a scheduled event ends",
        Err(_) => "an unknown job is removed",
    }
}

async fn change(State(app): State<App>, headers: HeaderMap, body: Bytes) -> Page {
    let wanted = form_field(&body, "do").unwrap_or_default();
    let result = match wanted.as_str() {
        "freeze" => {
            Clock(app.scheduler.clone()).freeze();
            None
        }
        "resume" => {
            Clock(app.scheduler.clone()).resume();
            None
        }
        "real" => Some(app.scheduler.sync().await),
        "next" => match read_store(&app, |cx| Ok(cx.tx.next_job()?))? {
            Some(next) => Some(app.scheduler.move_to(next.due.max(app.domain.time().now())).await),
            None => None,
        },
        secs => {
            let Some(by) = secs.parse().ok().map(Duration::from_secs) else {
                let detail = format!("'{secs}' is not an action of the clock.");
                return Err(Failure::new(&app, StatusCode::UNPROCESSABLE_ENTITY, detail));
            };
            Some(app.scheduler.advance(by).await)
        }
    };
    let now = app.domain.time().now().strftime("%Y-%m-%d %H:%M:%S");
    let text = match (wanted.as_str(), result) {
        ("freeze", _) => format!("The clock is frozen at {now}."),
        ("resume", _) => format!("The clock runs from {now}."),
        ("next", None) => "No jobs are scheduled.".to_owned(),
        (_, steps) => {
            let steps = count(steps.unwrap_or_default() as u64, "job has", "jobs have");
            format!("The time is now {now}. {steps} run.")
        }
    };
    done(&headers, "/console/schedule", text)
}
