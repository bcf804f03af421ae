//! The chat with an assistant, through the API.

use axum::{
    Router,
    body::{Body, Bytes, to_bytes},
    extract::{Path, State},
    http::HeaderMap,
    response::{IntoResponse, Redirect, Response},
    routing::post,
};
use http::{HeaderName, HeaderValue, Method, Request, StatusCode, header};
use maud::{Markup, html};
use serde_json::{Value, json};
use tower::ServiceExt;

use super::{Console, Failure, Page, conversations, form_field, format::encoded, links::assistant_href};
use crate::domain::{Context, Result};

/// The header with the conversation's id, for the script.
const CONVERSATION: HeaderName = HeaderName::from_static("x-conversation-id");

/// The user agent of the console's requests.
const USER_AGENT: &str = "telnyx-ai-emulator-console";

/// The maximum size of a response that is buffered, in bytes.
const MAX_RESPONSE_BYTES: usize = 1024 * 1024;

pub(super) fn routes() -> Router<Console> {
    Router::new().route("/assistants/{assistant_id}/chat", post(send_message))
}

/// The messages of a conversation, and the form for the next one.
pub(super) fn panel(cx: &Context<'_>, assistant_id: &str, conversation_id: &str) -> Result<Markup> {
    let transcript = if conversation_id.is_empty() {
        html! {
            div #transcript {
                p.quiet { "A new conversation. It uses the API like any client: the canary deploy selects the \
                    version, faults apply, and the requests are logged." }
            }
        }
    } else {
        conversations::transcript(cx, conversation_id)?
    };
    Ok(html! {
        section.card.chat aria-labelledby="chat-title" {
            div.heading {
                h2 #chat-title { "Chat" }
                a.button href=(assistant_href(assistant_id)) { "New conversation" }
            }
            div.scroll role="log" aria-label="Conversation" tabindex="0" {
                (transcript)
                ol #pending .said {}
            }
            form #chat method="post" action={ (assistant_href(assistant_id)) "/chat" } {
                input type="hidden" name="conversation_id" value=(conversation_id);
                label for="content" { "Your message" }
                textarea #content name="content" rows="2" required aria-describedby="sending" {}
                div.actions {
                    span #sending .quiet { "Enter sends, Shift+Enter starts a new line." }
                    button.primary type="submit" { "Send" }
                }
            }
        }
    })
}

/// Sends a message.
///
/// With a script, streams the reply. Without one, redirects to the page with the reply.
async fn send_message(
    State(console): State<Console>,
    Path(assistant_id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Page {
    let streams = accepts(&headers, "text/event-stream");
    let content = form_field(&body, "content").unwrap_or_default();
    let conversation_id = match form_field(&body, "conversation_id").filter(|id| !id.is_empty()) {
        Some(id) => id,
        None => {
            let metadata = json!({ "assistant_id": assistant_id, "telnyx_conversation_channel": "web_chat" });
            let begun = post_to_api(&console, "/conversations", &json!({ "metadata": metadata })).await;
            if streams && !begun.status().is_success() {
                return Ok(begun);
            }
            read(&console, begun).await?["id"].as_str().unwrap_or_default().to_owned()
        }
    };
    let path = format!("/assistants/{}/chat", encoded(&assistant_id));
    let said = json!({ "conversation_id": conversation_id, "content": content, "stream": streams });
    let mut answer = post_to_api(&console, &path, &said).await;
    if streams {
        if let Ok(id) = HeaderValue::from_str(&conversation_id) {
            answer.headers_mut().insert(CONVERSATION, id);
        }
        return Ok(answer);
    }
    read(&console, answer).await?;
    let page = format!("{}?conversation={}", assistant_href(&assistant_id), encoded(&conversation_id));
    Ok(Redirect::to(&page).into_response())
}

/// Whether the browser or its script accepts this content type.
pub(super) fn accepts(headers: &HeaderMap, content_type: &str) -> bool {
    headers
        .get(header::ACCEPT)
        .and_then(|accept| accept.to_str().ok())
        .is_some_and(|accept| accept.contains(content_type))
}

/// Sends a request to the API like a client.
pub(super) async fn post_to_api(console: &Console, path: &str, body: &Value) -> Response {
    let key = console.app.access.api_key().unwrap_or("console");
    let request = Request::builder()
        .method(Method::POST)
        .uri(format!("/v2/ai{path}"))
        .header(header::AUTHORIZATION, format!("Bearer {key}"))
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::USER_AGENT, USER_AGENT)
        .body(Body::from(body.to_string()));
    match request {
        Ok(request) => console.api.clone().oneshot(request).await.unwrap_or_else(|never| match never {}),
        Err(error) => Failure::new(&console.app, StatusCode::BAD_REQUEST, error.to_string()).into_response(),
    }
}

/// Reads a response of the API. Fails if it is an error.
pub(super) async fn read(console: &Console, answer: Response) -> Result<Value, Failure> {
    let status = answer.status();
    let broken =
        |error: axum::Error| Failure::new(&console.app, StatusCode::BAD_GATEWAY, format!("No response: {error}."));
    let bytes = to_bytes(answer.into_body(), MAX_RESPONSE_BYTES).await.map_err(broken)?;
    let body: Value = serde_json::from_slice(&bytes).unwrap_or_default();
    if status.is_success() {
        return Ok(body);
    }
    let detail = body["errors"][0]["detail"].as_str().map_or_else(|| format!("HTTP {status}."), str::to_owned);
    Err(Failure::new(&console.app, status, detail))
}
