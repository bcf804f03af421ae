//! Assistants, with their versions and canary deploys.

use axum::{
    Router,
    extract::{Path, Query, State},
    http::HeaderMap,
    routing::get,
};
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::{
    Console, Page,
    address::Address,
    chat, conversations,
    format::{api_time, count, encoded, first_non_empty},
    layout::{self, Tab, cards, empty},
    links::{assistant_href, assistant_name, conversation_title, version_label, version_name},
    live::{live, part},
    read_store,
};
use crate::{
    app::App,
    domain::{Context, Result, assistants, deleted_assistants, versions},
    json::{as_text, items, text},
    request_log::masking,
    store::{Kind, Order},
};

/// The maximum number of assistants on the page.
const MAX_SHOWN: u32 = 200;

const HINT: &str = "Create one with the SDK, start the emulator with --seed FILE, or run:";
const EXAMPLE: &str = r#"{"name": "Support", "instructions": "Help politely."}"#;

pub(super) fn routes() -> Router<Console> {
    Router::new()
        .route("/assistants/{assistant_id}", get(one))
        .route("/parts/assistants", get(all_part))
        .route("/parts/assistants/{assistant_id}", get(one_part))
}

pub(super) async fn all(State(app): State<App>, address: Address) -> Page {
    let list = read_store(&app, |cx| table(cx, &address))?;
    let content = html! {
        div.title { h1 { "Assistants" } }
        (list)
    };
    layout::page(&app, "Assistants", Tab::Assistants, &content)
}

async fn all_part(State(app): State<App>, address: Address, headers: HeaderMap) -> Page {
    Ok(part(&headers, read_store(&app, |cx| table(cx, &address))?))
}

fn table(cx: &Context<'_>, address: &Address) -> Result<Markup> {
    let stored = cx.tx.page(Kind::Assistant, "", Order::NewestFirst, 0, MAX_SHOWN)?;
    let more = cx.tx.count(Kind::Assistant, "")?.saturating_sub(u64::from(MAX_SHOWN));
    let rows: Vec<Markup> = stored.iter().map(|assistant| row(cx, assistant)).collect::<Result<_>>()?;
    let deleted = deleted_assistants::list(cx)?;
    Ok(live(
        "assistants",
        "/console/parts/assistants",
        &html! {
            @if rows.is_empty() {
                (empty("There are no assistants yet.", HINT, Some(address.curl("/assistants", Some(EXAMPLE)))))
            } @else {
                (cards(&["Assistant", "Model", "Main version", "Versions", "Traffic", "Created"], rows))
            }
            @if more > 0 {
                p.quiet { (count(more, "older assistant is", "older assistants are")) " not shown." }
            }
            @if !deleted.is_empty() {
                h2 { "Recently deleted" }
                (cards(&["Assistant", "Deleted", "Erased"], deleted.iter().map(deleted_row)))
            }
        },
    ))
}

fn deleted_row(assistant: &Value) -> Markup {
    let id = text(assistant, "id");
    html! {
        tr role="row" id={ "deleted-" (id) } {
            td.main role="cell" data-label="Assistant" {
                (assistant_name(assistant))
                br;
                code.id { (id) }
            }
            td role="cell" data-label="Deleted" { (api_time(text(assistant, "deleted_at"))) }
            td role="cell" data-label="Erased" { (api_time(text(assistant, "permanently_deleted_at"))) }
        }
    }
}

fn row(cx: &Context<'_>, assistant: &Value) -> Result<Markup> {
    let id = text(assistant, "id");
    let versions = cx.tx.count(Kind::Version, id)?;
    let canary = cx.tx.get(Kind::CanaryDeploy, id)?;
    Ok(html! {
        tr role="row" id={ "assistant-" (id) } {
            td.main role="cell" data-label="Assistant" {
                a href=(assistant_href(id)) { (assistant_name(assistant)) }
                br;
                code.id { (id) }
            }
            td role="cell" data-label="Model" { code { (text(assistant, "model")) } }
            td role="cell" data-label="Main version" { (version_name(assistant)) }
            td.number role="cell" data-label="Versions" { (versions) }
            td role="cell" data-label="Traffic" {
                @match &canary {
                    Some(canary) => (traffic(cx, canary)?),
                    None => span.quiet { "the main version gets all conversations" },
                }
            }
            td role="cell" data-label="Created" { (api_time(text(assistant, "created_at"))) }
        }
    })
}

/// Selects the conversation on the page.
#[derive(Debug, Default, Deserialize)]
struct Shown {
    #[serde(default)]
    conversation: String,
}

async fn one(State(app): State<App>, Path(id): Path<String>, Query(shown): Query<Shown>) -> Page {
    let (title, chat, details) = read_store(&app, |cx| {
        let assistant = assistants::get(cx, &id)?;
        Ok((assistant_name(&assistant).to_owned(), chat::panel(cx, &id, &shown.conversation)?, details(cx, &id)?))
    })?;
    let content = html! {
        div.title {
            p.crumb { a href="/" { "Assistants" } }
            h1 { (title) }
            code.id { (id) }
        }
        div.columns {
            (chat)
            (details)
        }
    };
    layout::page(&app, &title, Tab::Assistants, &content)
}

async fn one_part(State(app): State<App>, Path(id): Path<String>, headers: HeaderMap) -> Page {
    Ok(part(&headers, read_store(&app, |cx| details(cx, &id))?))
}

/// The details of an assistant, next to the chat.
fn details(cx: &Context<'_>, id: &str) -> Result<Markup> {
    let assistant = assistants::view(cx, assistants::get(cx, id)?)?;
    let conversations = conversations::latest_of(cx, id)?;
    let mut variables = assistant["dynamic_variables"].clone();
    masking::mask(&mut variables);
    let none = Map::new();
    let variables = variables.as_object().unwrap_or(&none);
    let tools = items(&assistant["tools"]);
    Ok(live(
        "facts",
        &format!("/console/parts/assistants/{}", encoded(id)),
        &html! {
            section.card aria-labelledby="versions-title" {
                h2 #versions-title { "Versions" }
                (versions_table(cx, id, text(&assistant, "version_id"))?)
                @match cx.tx.get(Kind::CanaryDeploy, id)? {
                    Some(canary) => {
                        h3 { "Canary deploy" }
                        (traffic(cx, &canary)?)
                        (rules(cx, &canary)?)
                    }
                    None => p.quiet { "No canary deploy: the main version serves every conversation." },
                }
            }
            section.card aria-labelledby="configuration-title" {
                h2 #configuration-title { "Configuration" }
                dl.facts {
                    div { dt { "Model" } dd { code { (text(&assistant, "model")) } } }
                    div { dt { "Greeting" } dd { (text_or_none(text(&assistant, "greeting"))) } }
                    div { dt { "Instructions" } dd.prose { (text_or_none(text(&assistant, "instructions"))) } }
                    div {
                        dt { "Tools" }
                        dd {
                            @if tools.is_empty() { span.quiet { "none" } }
                            @else { ul.chips { @for tool in tools { li { (tool_name(tool)) } } } }
                        }
                    }
                    div {
                        dt { "Variables" }
                        dd {
                            @if variables.is_empty() { span.quiet { "none" } }
                            @for (name, value) in variables {
                                div { code { (name) } " = " (as_text(value)) }
                            }
                        }
                    }
                }
            }
            section.card aria-labelledby="conversations-title" {
                h2 #conversations-title { "Latest conversations" }
                @if conversations.is_empty() {
                    p.quiet { "No conversations yet. Send a message, or advance the clock to a scheduled call." }
                } @else {
                    ul.rows {
                        @for conversation in &conversations {
                            @let conversation_id = text(conversation, "id");
                            li id={ "conversation-" (conversation_id) } {
                                a href={ (assistant_href(id)) "?conversation=" (encoded(conversation_id)) } {
                                    (conversation_title(conversation))
                                }
                                span.quiet { (api_time(text(conversation, "last_message_at"))) }
                            }
                        }
                    }
                }
            }
        },
    ))
}

fn versions_table(cx: &Context<'_>, id: &str, main: &str) -> Result<Markup> {
    let versions = versions::list(cx, id)?;
    Ok(html! {
        table.plain {
            thead { tr { th scope="col" { "Version" } th scope="col" { "Created" } } }
            tbody {
                @for version in &versions {
                    @let version_id = text(version, "version_id");
                    tr id={ "version-" (version_id) } {
                        td {
                            (version_name(version))
                            @if version_id == main { " " span.badge.good { "main" } }
                            br;
                            code.id { (version_id) }
                        }
                        td { (api_time(first_non_empty(text(version, "version_created_at"), text(version, "created_at")))) }
                    }
                }
            }
        }
    })
}

/// The percentages of a canary deploy, as a bar with a legend.
fn traffic(cx: &Context<'_>, canary: &Value) -> Result<Markup> {
    let versions = items(&canary["versions"]);
    if versions.is_empty() {
        let rules = items(&canary["rules"]).len() as u64;
        return Ok(html! { span { (count(rules, "rule", "rules")) } });
    }
    let mut shares = Vec::new();
    for version in versions {
        shares.push((
            version_label(cx, text(version, "version_id"))?,
            version["percentage"].as_f64().unwrap_or_default(),
        ));
    }
    let rest = 100.0 - shares.iter().map(|(_, share)| share).sum::<f64>();
    shares.insert(0, ("main".to_owned(), rest));
    Ok(html! {
        div.traffic {
            svg viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true" {
                @for (n, (_, share)) in shares.iter().enumerate() {
                    @let x = shares[..n].iter().fold(0.0, |x, (_, share)| x + share);
                    rect class={ "share-" (n.min(3)) } x=(x) y="0" width=(share) height="6" {}
                }
            }
            ul {
                @for (n, (name, share)) in shares.iter().enumerate() {
                    li { span class={ "key share-" (n.min(3)) } {} (name) " " (share) " %" }
                }
            }
        }
    })
}

/// The rules of a canary deploy, unless they are only percentages.
fn rules(cx: &Context<'_>, canary: &Value) -> Result<Markup> {
    if !items(&canary["versions"]).is_empty() {
        return Ok(html! {});
    }
    let mut lines = Vec::new();
    for rule in items(&canary["rules"]) {
        let clauses: Vec<String> = items(&rule["match"])
            .iter()
            .map(|clause| {
                let values: Vec<&str> = items(&clause["values"]).iter().filter_map(Value::as_str).collect();
                let operator = text(clause, "operator").replace('_', " ");
                format!("{} {operator} {}", text(clause, "attribute"), values.join(", "))
            })
            .collect();
        let when = if clauses.is_empty() { "all conversations".to_owned() } else { clauses.join(" and ") };
        let serve = &rule["serve"];
        let mut serves = Vec::new();
        if let Some(version_id) = serve["version_id"].as_str() {
            serves.push(version_label(cx, version_id)?);
        }
        for slot in items(&serve["rollout"]) {
            serves.push(format!("{} {} %", version_label(cx, text(slot, "version_id"))?, slot["weight"]));
        }
        lines.push((when, serves.join(", ")));
    }
    Ok(html! {
        ol.rules { @for (when, serves) in &lines { li { (when) " → " strong { (serves) } } } }
    })
}

fn tool_name(tool: &Value) -> &str {
    let kind = text(tool, "type");
    [text(tool, "display_name"), text(&tool[kind], "name"), text(tool, "name"), kind]
        .into_iter()
        .find(|name| !name.is_empty())
        .unwrap_or("tool")
}

fn text_or_none(text: &str) -> Markup {
    if text.is_empty() {
        html! { span.quiet { "none" } }
    } else {
        html! { (text) }
    }
}
