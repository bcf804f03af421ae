//! `/ai/assistants/{assistant_id}/chat` and `…/chat/sms`.

use std::convert::Infallible;

use axum::{
    Router,
    body::Body as AxumBody,
    extract::{Path, State},
    response::{IntoResponse, Response},
    routing::post,
};
use futures_util::{StreamExt, stream};
use http::header;
use serde_json::{Value, json};
use telnyx_ai_assistants::{ChatRequest, SendSms};
use tokio::sync::mpsc;

use super::{Answer, body::Body, errors::error_body, idempotency::idempotent_waiting, ok};
use crate::{
    app::App,
    dialogue::{self, Listener, Said},
    domain::{
        Problem,
        chat::{self, Opened},
        sms,
    },
};

pub(super) fn routes(app: &App) -> Router<App> {
    Router::new()
        .route("/assistants/{assistant_id}/chat", post(say))
        .route("/assistants/{assistant_id}/chat/sms", idempotent_waiting(app, post(send_sms)))
}

async fn say(State(app): State<App>, Path(assistant_id): Path<String>, body: Body) -> Answer {
    let body = body.object::<ChatRequest>()?;
    let text = |name: &str| body.get(name).and_then(Value::as_str);
    let opened = app.run(|work| chat::open(work, &assistant_id, text("conversation_id").unwrap_or_default()))?;
    let (content, name) = (text("content").unwrap_or_default(), text("name"));
    if body.get("stream").and_then(Value::as_bool).unwrap_or(false) {
        return Ok(events(app, opened, content.to_owned(), name.map(str::to_owned)));
    }
    let said = dialogue::answer(&app, opened, content, name, &Listener::none()).await?;
    match said.failure {
        Some(problem) => Err(problem.into()),
        None => Ok(ok(json!({ "content": said.content }))),
    }
}

async fn send_sms(State(app): State<App>, Path(assistant_id): Path<String>, body: Body) -> Answer {
    let body = body.object::<SendSms>()?;
    let mut sms = app.run(|work| sms::open(work, &assistant_id, &body))?;
    let (assistant, conversation) = dialogue::prepare(&app, std::mem::take(&mut sms.opened)).await?;
    let turn = app.run(|work| chat::turn(work, &conversation, &assistant, "", None))?;
    match (sms::fixed(&sms, &turn), &sms.conversation_id) {
        (Some(text), Some(id)) => app.run(|work| chat::say(work, id, &turn.assistant, &text))?,
        (Some(_), None) => {}
        (None, _) => {
            let opened = Opened { assistant, conversation, ask: None };
            let said = dialogue::answer(&app, opened, "", None, &Listener::none()).await?;
            if let Some(problem) = said.failure {
                return Err(problem.into());
            }
        }
    }
    Ok(ok(sms.conversation_id.map_or_else(|| json!({}), |id| json!({ "conversation_id": id }))))
}

/// What is said as server-sent events: pieces of it as they come, and then all of it, or why it broke off.
fn events(app: App, opened: Opened, content: String, name: Option<String>) -> Response {
    let (sender, receiver) = mpsc::unbounded_channel();
    // On a task of its own: what is said is kept, also where nobody listens to the end.
    let answering = tokio::spawn(async move {
        let said = dialogue::answer(&app, opened, &content, name.as_deref(), &Listener::new(sender)).await?;
        app.flushed().await?;
        Ok(said)
    });
    let pieces = stream::unfold(receiver, |mut receiver| async move {
        let piece = receiver.recv().await?;
        Some((event("delta", &json!({ "type": "delta", "content": piece })), receiver))
    });
    let last = stream::once(async move {
        let problem = match answering.await {
            Ok(Ok(Said { failure: None, content, .. })) => {
                return event("done", &json!({ "type": "done", "content": content, "whatsapp_template": null }));
            }
            Ok(Ok(Said { failure: Some(problem), .. }) | Err(problem)) => problem,
            Err(error) => Problem::internal(error.to_string()),
        };
        let mut body = error_body(&problem.issues);
        body["type"] = "error".into();
        body["message"] = problem.to_string().into();
        event("error", &body)
    });
    let headers = [(header::CONTENT_TYPE, "text/event-stream"), (header::CACHE_CONTROL, "no-cache")];
    let events = pieces.chain(last).map(Ok::<_, Infallible>);
    (headers, AxumBody::from_stream(events)).into_response()
}

fn event(name: &str, data: &Value) -> String {
    format!("event: {name}\ndata: {data}\n\n")
}
