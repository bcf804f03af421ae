//! Tests and their runs.

use axum::{
    Router,
    extract::{Path, State},
    http::HeaderMap,
    routing::{get, post},
};
use maud::{Markup, html};
use serde_json::{Value, json};

use super::{
    Console, Page,
    address::Address,
    chat::{post_to_api, read},
    clock, done,
    format::{api_time, badge, count, encoded, first_non_empty},
    layout::{self, Tab, cards, empty},
    links::{assistant_link, conversation_href, version_label},
    live::{live, part},
    read_store,
};
use crate::{
    app::App,
    domain::{
        Context, Result,
        test_runs::{self, StoredRun},
    },
    json::{items, text},
    store::{Kind, Order},
};

/// The maximum number of tests and runs on the page.
const MAX_SHOWN: u32 = 100;
const MAX_SHOWN_RUNS: u32 = 50;

const HINT: &str = "Create one with the SDK, add one to a seed file, or run this with the id of an assistant:";
const EXAMPLE: &str = r#"{"name": "Greets", "destination": "ASSISTANT_ID", "instructions": "Say \"hello\".",
       "rubric": [{"name": "polite", "criteria": "Says \"hello\""}]}"#;

/// The states of an unfinished run.
const STATES: [&str; 3] = ["pending", "starting", "running"];

pub(super) fn routes() -> Router<Console> {
    Router::new()
        .route("/tests", get(page))
        .route("/tests/{test_id}/runs", post(trigger))
        .route("/parts/tests", get(tests_part))
        .route("/parts/runs", get(runs_part))
}

async fn page(State(app): State<App>, address: Address) -> Page {
    app.runs.settle_tests().await;
    let (clock, tests, runs) = read_store(&app, |cx| Ok((clock::panel(&app, cx)?, tests(cx, &address)?, runs(cx)?)))?;
    let content = html! {
        div.title { h1 { "Tests" } }
        (tests)
        (clock)
        h2.over { "Runs" }
        (runs)
    };
    layout::page(&app, "Tests", Tab::Tests, &content)
}

async fn tests_part(State(app): State<App>, address: Address, headers: HeaderMap) -> Page {
    app.runs.settle_tests().await;
    Ok(part(&headers, read_store(&app, |cx| tests(cx, &address))?))
}

async fn runs_part(State(app): State<App>, headers: HeaderMap) -> Page {
    app.runs.settle_tests().await;
    Ok(part(&headers, read_store(&app, runs)?))
}

async fn trigger(State(console): State<Console>, Path(test_id): Path<String>, headers: HeaderMap) -> Page {
    let path = format!("/assistants/tests/{}/runs", encoded(&test_id));
    read(&console, post_to_api(&console, &path, &json!({})).await).await?;
    let still = if console.app.domain.time().is_frozen() { " It starts when the clock moves." } else { "" };
    done(&headers, "/console/tests", format!("The run was started.{still}"))
}

fn tests(cx: &Context<'_>, address: &Address) -> Result<Markup> {
    let stored = cx.tx.page(Kind::Test, "", Order::NewestFirst, 0, MAX_SHOWN)?;
    let more = cx.tx.count(Kind::Test, "")?.saturating_sub(u64::from(MAX_SHOWN));
    let rows: Vec<Markup> = stored.iter().map(|test| row(cx, test)).collect::<Result<_>>()?;
    Ok(live(
        "tests",
        "/console/parts/tests",
        &html! {
            @if rows.is_empty() {
                (empty("There are no tests yet.", HINT, Some(address.curl("/assistants/tests", Some(EXAMPLE)))))
            } @else {
                (cards(&["Test", "Assistant", "Suite", "Rubric", "Latest run", "Start"], rows))
            }
            @if more > 0 {
                p.quiet { (count(more, "older test is", "older tests are")) " not shown." }
            }
        },
    ))
}

fn row(cx: &Context<'_>, test: &Value) -> Result<Markup> {
    let id = text(test, "test_id");
    let latest = test_runs::read_all(cx.tx.page(Kind::TestRun, id, Order::NewestFirst, 0, 1)?)?;
    let latest = test_runs::views(cx, &latest, &[]);
    let name = first_non_empty(text(test, "name"), id);
    Ok(html! {
        tr role="row" id={ "test-" (id) } {
            td.main role="cell" data-label="Test" {
                strong { (name) }
                br;
                code.id { (id) }
            }
            td role="cell" data-label="Assistant" { (assistant_link(cx, text(test, "destination"))?) }
            td role="cell" data-label="Suite" { (first_non_empty(text(test, "test_suite"), "–")) }
            td role="cell" data-label="Rubric" { (count(items(&test["rubric"]).len() as u64, "item", "items")) }
            td role="cell" data-label="Latest run" {
                @match latest.first() {
                    Some(run) => (badge(text(run, "status"))),
                    None => span.quiet { "never" },
                }
            }
            td role="cell" data-label="Start" {
                form method="post" action={ "/console/tests/" (encoded(id)) "/runs" } data-quietly {
                    button type="submit" { "Run" span.hidden { " " (name) } }
                }
            }
        }
    })
}

fn runs(cx: &Context<'_>) -> Result<Markup> {
    let stored = test_runs::read_all(cx.tx.latest(Kind::TestRun, MAX_SHOWN_RUNS)?)?;
    let runs: Vec<Markup> = stored.iter().map(|stored| one(cx, stored)).collect::<Result<_>>()?;
    Ok(live(
        "runs",
        "/console/parts/runs",
        &html! {
            @if runs.is_empty() {
                (empty("There are no runs yet.", "Start a run above.", None))
            } @else {
                ol.items { @for run in runs { (run) } }
            }
        },
    ))
}

fn one(cx: &Context<'_>, stored: &StoredRun) -> Result<Markup> {
    let run = &stored.view(cx.now);
    let (id, test) = (stored.id(), &stored.test);
    let (details, logs) = (items(&run["detail_status"]), text(run, "logs"));
    let version = match &stored.version_id {
        Some(version_id) => Some(version_label(cx, version_id)?),
        None => None,
    };
    Ok(html! {
        li id={ "run-" (id) } {
            details.run {
                summary {
                    span.what { (first_non_empty(text(test, "name"), text(run, "test_id"))) }
                    (progress(text(run, "status")))
                    (api_time(text(run, "created_at")))
                }
                div.detail {
                    @if !details.is_empty() {
                        ul.verdicts {
                            @for verdict in details { li { (badge(text(verdict, "status"))) " " (text(verdict, "name")) } }
                        }
                    }
                    dl.facts {
                        div { dt { "Assistant" } dd { (assistant_link(cx, text(test, "destination"))?) } }
                        @if let Some(version) = version { div { dt { "Version" } dd { (version) } } }
                        div { dt { "Run" } dd { code { (id) } } }
                        @if let Some(conversation_id) = run["conversation_id"].as_str() {
                            div {
                                dt { "Conversation" }
                                dd { a href=(conversation_href(conversation_id)) { "Messages" } }
                            }
                        }
                        @if let Some(completed_at) = run["completed_at"].as_str() {
                            div { dt { "Ended" } dd { (api_time(completed_at)) } }
                        }
                    }
                    @if !logs.is_empty() { pre tabindex="0" aria-label="Log of the run" { (logs) } }
                }
            }
        }
    })
}

/// The progress of a run: a bar and its state.
fn progress(status: &str) -> Markup {
    let at = STATES.iter().position(|state| *state == status).unwrap_or(STATES.len());
    html! {
        span.progress {
            span.bars aria-hidden="true" {
                @for n in 0..=STATES.len() { span class=(if n <= at { "done" } else { "ahead" }) {} }
            }
            (badge(status))
        }
    }
}
