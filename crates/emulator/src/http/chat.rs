//! `/ai/assistants/{assistant_id}/chat` and `…/chat/sms`.

use axum::{
    Router,
    extract::{Path, State},
    response::{IntoResponse, Response},
    routing::post,
};
use http::header;
use serde_json::{Value, json};
use telnyx_ai_assistants::{ChatRequest, SendSms};

use super::{Answer, body::Body, errors::error_body, idempotency::idempotent, ok, streamed};
use crate::{
    app::App,
    domain::{
        Outcome, Problem,
        chat::{self, Opened},
        sms,
    },
    responder::{Reply, Turn},
};

/// How many words one `delta` has.
const WORDS_A_PIECE: usize = 3;

pub(super) fn routes(app: &App) -> Router<App> {
    Router::new()
        .route("/assistants/{assistant_id}/chat", post(say))
        .route("/assistants/{assistant_id}/chat/sms", idempotent(app, post(send_sms)))
}

async fn say(State(app): State<App>, Path(assistant_id): Path<String>, body: Body) -> Answer {
    let body = body.object::<ChatRequest>()?;
    let text = |name: &str| body.get(name).and_then(Value::as_str);
    let opened = app.run(|work| chat::open(work, &assistant_id, text("conversation_id").unwrap_or_default()))?;
    let turn = turn(&app, opened, text("content").unwrap_or_default(), text("name")).await?;
    let reply = app.responder.respond(&turn.given);
    app.run(|work| chat::keep(work, &turn.conversation_id, &turn.given, &reply))?;
    if body.get("stream").and_then(Value::as_bool).unwrap_or(false) {
        return Ok(events(&reply));
    }
    match reply.failure {
        Some(reason) => Err(Problem::internal(reason).into()),
        None => Ok(ok(json!({ "content": reply.content }))),
    }
}

async fn send_sms(State(app): State<App>, Path(assistant_id): Path<String>, body: Body) -> Answer {
    let body = body.object::<SendSms>()?;
    let mut sms = app.run(|work| sms::open(work, &assistant_id, &body))?;
    let turn = turn(&app, std::mem::take(&mut sms.opened), "", None).await?.given;
    let reply = match sms::fixed(&sms, &turn) {
        Some(text) => Reply::new(text),
        None => app.responder.respond(&turn),
    };
    if let Some(reason) = reply.failure {
        return Err(Problem::internal(reason).into());
    }
    match sms.conversation_id {
        Some(id) => {
            app.run(|work| chat::say(work, &id, &turn.assistant, &reply.content))?;
            Ok(ok(json!({ "conversation_id": id })))
        }
        None => Ok(ok(json!({}))),
    }
}

/// What the responder is given, and the conversation it is for.
struct Ready {
    given: Turn,
    conversation_id: String,
}

/// Asks the assistant's webhook where there is need, and makes up the turn.
async fn turn(app: &App, opened: Opened, content: &str, name: Option<&str>) -> Outcome<Ready> {
    let Opened { assistant, mut conversation, ask } = opened;
    let conversation_id = chat::id_of(&conversation).to_owned();
    if let Some(ask) = ask {
        let given = app.initialize(ask).await;
        conversation = app.run(|work| chat::initialized(work, conversation, given))?;
    }
    let given = app.run(|work| chat::turn(work, &conversation, &assistant, content, name))?;
    Ok(Ready { given, conversation_id })
}

/// The reply as server-sent events: pieces of it, and then all of it, or why it broke off.
fn events(reply: &Reply) -> Response {
    let mut events: Vec<String> =
        pieces(&reply.content).map(|piece| event("delta", &json!({ "type": "delta", "content": piece }))).collect();
    events.push(match &reply.failure {
        None => event("done", &json!({ "type": "done", "content": reply.content, "whatsapp_template": null })),
        Some(reason) => {
            let mut body = error_body(&Problem::internal(reason.as_str()).issues);
            body["type"] = "error".into();
            body["message"] = reason.as_str().into();
            event("error", &body)
        }
    });
    let headers = [(header::CONTENT_TYPE, "text/event-stream"), (header::CACHE_CONTROL, "no-cache")];
    (headers, streamed(events)).into_response()
}

fn event(name: &str, data: &Value) -> String {
    format!("event: {name}\ndata: {data}\n\n")
}

/// The text in pieces of a few words, each with the space after it.
fn pieces(text: &str) -> impl Iterator<Item = String> {
    let words: Vec<&str> = text.split_inclusive(' ').collect();
    words.chunks(WORDS_A_PIECE).map(<[&str]>::concat).collect::<Vec<_>>().into_iter()
}
