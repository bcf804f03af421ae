//! Names of resources and links to their pages.

use maud::{Markup, html};
use serde_json::Value;

use super::format::{encoded, first_non_empty};
use crate::{
    domain::{Context, Result},
    json::text,
    phrases::capitalized,
    store::Kind,
};

/// The URL of an assistant's page.
pub(super) fn assistant_href(assistant_id: &str) -> String {
    format!("/console/assistants/{}", encoded(assistant_id))
}

/// A link to an assistant with its name, or the id if it does not exist.
pub(super) fn assistant_link(cx: &Context<'_>, assistant_id: &str) -> Result<Markup> {
    if let Some(assistant) = cx.tx.get(Kind::Assistant, assistant_id)? {
        return Ok(html! { a href=(assistant_href(assistant_id)) { (assistant_name(&assistant)) } });
    }
    Ok(match cx.tx.get(Kind::DeletedAssistant, assistant_id)? {
        Some(deleted) => html! { span.quiet { (assistant_name(&deleted)) " (deleted)" } },
        None => html! { span.quiet { (first_non_empty(assistant_id, "an assistant")) } },
    })
}

/// The name of a version, or its id. The version may have been deleted.
pub(super) fn version_label(cx: &Context<'_>, version_id: &str) -> Result<String> {
    let version = cx.tx.get(Kind::Version, version_id)?;
    Ok(version.map_or_else(|| version_id.to_owned(), |version| version_name(&version).to_owned()))
}

/// The name of a version, or its id.
pub(super) fn version_name(version: &Value) -> &str {
    first_non_empty(text(version, "version_name"), text(version, "version_id"))
}

/// The name of an assistant, or its id.
pub(super) fn assistant_name(assistant: &Value) -> &str {
    first_non_empty(text(assistant, "name"), text(assistant, "id"))
}

/// The URL of a conversation's page.
pub(super) fn conversation_href(conversation_id: &str) -> String {
    format!("/console/conversations/{}", encoded(conversation_id))
}

/// The name of a conversation, or its channel.
pub(super) fn conversation_title(conversation: &Value) -> String {
    let channel = text(&conversation["metadata"], "telnyx_conversation_channel").replace('_', " ");
    let channel = format!("{} {}", first_non_empty(&channel, "conversation"), short_id(text(conversation, "id")));
    first_non_empty(text(conversation, "name"), &capitalized(&channel)).to_owned()
}

/// The last characters of an id, to distinguish it from others.
fn short_id(id: &str) -> &str {
    id.char_indices().rev().nth(5).map_or(id, |(start, _)| &id[start..])
}
