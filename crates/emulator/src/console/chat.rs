//! A chat with an assistant, by way of the API.

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

use super::{Console, Failure, Page, assistants, conversations, format::segment};
use crate::domain::{self, Context, Result};

/// Tells the script which conversation it is in.
const CONVERSATION: HeaderName = HeaderName::from_static("x-conversation-id");

/// As whom the console asks the API.
const USER_AGENT: &str = "telnyx-ai-emulator-console";

/// How many bytes of an answer are read that is not passed on.
const MAX_ANSWER: usize = 1024 * 1024;

pub(super) fn routes() -> Router<Console> {
    Router::new().route("/assistants/{assistant_id}/chat", post(say))
}

/// What was said, and a field for what comes next.
pub(super) fn panel(cx: &Context<'_>, assistant_id: &str, conversation_id: &str) -> Result<Markup> {
    let transcript = if conversation_id.is_empty() {
        html! {
            div #transcript {
                p.quiet { "A new conversation. It goes through the API as a client's would: the canary deploy chooses the \
                    version, faults strike, and the requests are logged." }
            }
        }
    } else {
        domain::conversations::get(cx, conversation_id)?;
        conversations::transcript(cx, conversation_id)?
    };
    Ok(html! {
        section.card.chat aria-labelledby="chat-title" {
            div.heading {
                h2 #chat-title { "Chat" }
                a.button href=(assistants::href(assistant_id)) { "New conversation" }
            }
            div.scroll role="log" aria-label="Conversation" tabindex="0" {
                (transcript)
                ol #pending .said {}
            }
            form #chat method="post" action={ (assistants::href(assistant_id)) "/chat" } {
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

/// Says something to an assistant; the answer is streamed to a script, and on the next page for others.
async fn say(
    State(console): State<Console>,
    Path(assistant_id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Page {
    let field = |name: &str| {
        let value = form_urlencoded::parse(&body).find(|(key, _)| key == name).map(|(_, value)| value.into_owned());
        value.filter(|value| !value.is_empty())
    };
    let streams = accepts(&headers, "text/event-stream");
    let content = field("content").unwrap_or_default();
    let conversation_id = match field("conversation_id") {
        Some(id) => id,
        None => {
            let metadata = json!({ "assistant_id": assistant_id, "telnyx_conversation_channel": "web_chat" });
            let begun = ask(&console, "/conversations", &json!({ "metadata": metadata })).await;
            if streams && !begun.status().is_success() {
                return Ok(begun);
            }
            read(&console, begun).await?["id"].as_str().unwrap_or_default().to_owned()
        }
    };
    let path = format!("/assistants/{}/chat", segment(&assistant_id));
    let said = json!({ "conversation_id": conversation_id, "content": content, "stream": streams });
    let mut answer = ask(&console, &path, &said).await;
    if streams {
        if let Ok(id) = HeaderValue::from_str(&conversation_id) {
            answer.headers_mut().insert(CONVERSATION, id);
        }
        return Ok(answer);
    }
    read(&console, answer).await?;
    let page = format!("{}?conversation={}", assistants::href(&assistant_id), segment(&conversation_id));
    Ok(Redirect::to(&page).into_response())
}

/// Whether the browser (or its script) wants an answer of this type.
pub(super) fn accepts(headers: &HeaderMap, content_type: &str) -> bool {
    headers
        .get(header::ACCEPT)
        .and_then(|accept| accept.to_str().ok())
        .is_some_and(|accept| accept.contains(content_type))
}

/// Sends a request to the API, as a client would.
pub(super) async fn ask(console: &Console, path: &str, body: &Value) -> Response {
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

/// What the API answered, or why it did not.
pub(super) async fn read(console: &Console, answer: Response) -> Result<Value, Failure> {
    let status = answer.status();
    let broken =
        |error: axum::Error| Failure::new(&console.app, StatusCode::BAD_GATEWAY, format!("No answer: {error}."));
    let bytes = to_bytes(answer.into_body(), MAX_ANSWER).await.map_err(broken)?;
    let body: Value = serde_json::from_slice(&bytes).unwrap_or_default();
    if status.is_success() {
        return Ok(body);
    }
    let detail = body["errors"][0]["detail"].as_str().map_or_else(|| format!("HTTP {status}."), str::to_owned);
    Err(Failure::new(&console.app, status, detail))
}
