//! Conversations and their messages.

use axum::{
    Router,
    extract::{Path, State},
    http::HeaderMap,
    routing::get,
};
use maud::{Markup, html};
use serde_json::Value;

use super::{
    Console, Page,
    format::{api_time, encoded, first_non_empty, time_of_day},
    layout::{self, Tab, cards, empty},
    links::{assistant_href, assistant_link, conversation_href, conversation_title, version_label},
    live::{live, part},
    read_store,
};
use crate::{
    app::App,
    domain::{Context, Result, conversation_state, conversations},
    json::{as_text, items, text},
    request_log::masking,
    store::Kind,
    time,
};

/// The maximum number of conversations on the page.
const MAX_SHOWN: u32 = 100;

/// The number of latest conversations to search for those of an assistant.
const MAX_SEARCHED: u32 = 500;

/// The maximum number of conversations of an assistant to show.
const MAX_SHOWN_OF_ASSISTANT: usize = 8;

const HINT: &str = "Chats, scheduled calls and test runs create them. Open an assistant and send a message.";

pub(super) fn routes() -> Router<Console> {
    Router::new()
        .route("/conversations", get(all))
        .route("/conversations/{conversation_id}", get(one))
        .route("/parts/conversations", get(all_part))
        .route("/parts/conversations/{conversation_id}", get(transcript_part))
}

pub(super) fn latest_of(cx: &Context<'_>, assistant_id: &str) -> Result<Vec<Value>> {
    let latest = cx.tx.latest(Kind::Conversation, MAX_SEARCHED)?;
    let of_it = latest.into_iter().filter(|conversation| conversation["metadata"]["assistant_id"] == assistant_id);
    Ok(of_it.take(MAX_SHOWN_OF_ASSISTANT).collect())
}

async fn all(State(app): State<App>) -> Page {
    let list = read_store(&app, table)?;
    let content = html! {
        div.title { h1 { "Conversations" } }
        (list)
    };
    layout::page(&app, "Conversations", Tab::Conversations, &content)
}

async fn all_part(State(app): State<App>, headers: HeaderMap) -> Page {
    Ok(part(&headers, read_store(&app, table)?))
}

fn table(cx: &Context<'_>) -> Result<Markup> {
    let latest = cx.tx.latest(Kind::Conversation, MAX_SHOWN)?;
    let rows: Vec<Markup> = latest.iter().map(|conversation| row(cx, conversation)).collect::<Result<_>>()?;
    Ok(live(
        "conversations",
        "/console/parts/conversations",
        &html! {
            @if rows.is_empty() {
                (empty("There are no conversations yet.", HINT, None))
            } @else {
                (cards(&["Conversation", "Assistant", "Channel", "Messages", "Last message"], rows))
            }
        },
    ))
}

fn row(cx: &Context<'_>, conversation: &Value) -> Result<Markup> {
    let id = text(conversation, "id");
    let metadata = &conversation["metadata"];
    let messages = cx.tx.count(Kind::Message, id)?;
    Ok(html! {
        tr role="row" id={ "conversation-" (id) } {
            td.main role="cell" data-label="Conversation" {
                a href=(conversation_href(id)) { (conversation_title(conversation)) }
                br;
                code.id { (id) }
            }
            td role="cell" data-label="Assistant" {
                @match metadata["assistant_id"].as_str() {
                    Some(assistant_id) => (assistant_link(cx, assistant_id)?),
                    None => span.quiet { "no assistant" },
                }
            }
            td role="cell" data-label="Channel" {
                (first_non_empty(text(metadata, "telnyx_conversation_channel"), "–").replace('_', " "))
            }
            td.number role="cell" data-label="Messages" { (messages) }
            td role="cell" data-label="Last message" { (api_time(text(conversation, "last_message_at"))) }
        }
    })
}

async fn one(State(app): State<App>, Path(id): Path<String>) -> Page {
    let (title, details, transcript) = read_store(&app, |cx| {
        let conversation = conversations::get(cx, &id)?;
        Ok((conversation_title(&conversation), details(cx, &conversation)?, transcript(cx, &id)?))
    })?;
    let content = html! {
        div.title {
            p.crumb { a href="/console/conversations" { "Conversations" } }
            h1 { (title) }
            code.id { (id) }
        }
        div.columns {
            section.card aria-labelledby="said-title" {
                h2 #said-title { "Messages" }
                (transcript)
            }
            (details)
        }
    };
    layout::page(&app, &title, Tab::Conversations, &content)
}

fn details(cx: &Context<'_>, conversation: &Value) -> Result<Markup> {
    let assistant_id = text(&conversation["metadata"], "assistant_id");
    let mut metadata = conversation["metadata"].clone();
    masking::mask(&mut metadata);
    let can_continue =
        !assistant_id.is_empty() && conversation_state::get(cx, text(conversation, "id"))?.ended.is_none();
    let continued = format!("{}?conversation={}", assistant_href(assistant_id), encoded(text(conversation, "id")));
    Ok(html! {
        section.card aria-labelledby="about-title" {
            h2 #about-title { "Details" }
            dl.facts.stacked {
                @if !assistant_id.is_empty() {
                    div { dt { "assistant" } dd { (assistant_link(cx, assistant_id)?) } }
                }
                div { dt { "created_at" } dd { (api_time(text(conversation, "created_at"))) } }
                @for (name, value) in metadata.as_object().into_iter().flatten() {
                    @if name != "assistant_id" {
                        div { dt { (name) } dd { (as_text(value)) } }
                    }
                }
            }
            @if can_continue {
                p { a.button href=(continued) { "Continue" } }
            }
        }
    })
}

async fn transcript_part(State(app): State<App>, Path(id): Path<String>, headers: HeaderMap) -> Page {
    Ok(part(&headers, read_store(&app, |cx| transcript(cx, &id))?))
}

/// The messages of a conversation, as a live part.
pub(super) fn transcript(cx: &Context<'_>, id: &str) -> Result<Markup> {
    conversations::get(cx, id)?;
    let messages = conversations::messages(cx, id)?;
    let messages: Vec<Markup> = messages.iter().map(|message| shown(cx, message)).collect::<Result<_>>()?;
    let ended = conversation_state::get(cx, id)?.ended;
    Ok(live(
        "transcript",
        &format!("/console/parts/conversations/{}", encoded(id)),
        &html! {
            @if messages.is_empty() { p.quiet { "No messages yet." } }
            @else { ol.said { @for message in messages { (message) } } }
            @if let Some(reason) = ended {
                p.quiet.ended { "The conversation has ended: " (reason.replace('_', " ")) "." }
            }
        },
    ))
}

fn shown(cx: &Context<'_>, message: &Value) -> Result<Markup> {
    let role = text(message, "role");
    let who = match role {
        "user" => first_non_empty(text(message, "name"), "User").to_owned(),
        "assistant" => match message["metadata"]["assistant_version_id"].as_str() {
            Some(version_id) => format!("Assistant · {}", version_label(cx, version_id)?),
            None => "Assistant".to_owned(),
        },
        other => other.to_owned(),
    };
    let mut calls = message["tool_calls"].clone();
    masking::mask(&mut calls);
    let calls = items(&calls);
    let words = text(message, "text");
    Ok(html! {
        li class={ "message " (role) } {
            p.who {
                span { (who) }
                @if let Ok(at) = time::parse(text(message, "created_at")) { (time_of_day(at)) }
            }
            @if !words.is_empty() { p.words { (words) } }
            @for call in calls {
                p.words.call { code { (text(&call["function"], "name")) "(" (text(&call["function"], "arguments")) ")" } }
            }
            @if words.is_empty() && calls.is_empty() {
                p.words.quiet { "(empty message)" }
            }
        }
    })
}
