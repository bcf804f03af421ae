//! `/ai/assistants/{assistant_id}/chat` and `…/chat/sms`.

use std::convert::Infallible;

use axum::{
    Router,
    extract::State,
    response::{
        IntoResponse, Response,
        sse::{Event, Sse},
    },
    routing::post,
};
use futures_util::{StreamExt, stream};
use serde_json::{Value, json};
use telnyx_ai_assistants::{ChatRequest, SendSms};
use tokio::sync::mpsc;

use super::{
    Answer, ApiError,
    body::Body,
    idempotency::{Idempotency, Keyed},
    ok,
    path::Path,
};
use crate::{
    app::App,
    dialogue::{ConversationLock, Dialogue, Listener, TurnOutcome},
    domain::{
        Domain, Error,
        chat::{self, OpenConversation},
        sms,
    },
    json::text,
};

pub(super) fn routes(idempotency: &Idempotency) -> Router<App> {
    Router::new()
        .route("/assistants/{assistant_id}/chat", post(say))
        .route("/assistants/{assistant_id}/chat/sms", idempotency.layer_waiting(post(send_sms)))
}

async fn say(
    State(domain): State<Domain>,
    State(dialogue): State<Dialogue>,
    Path(assistant_id): Path<String>,
    body: Body,
) -> Answer {
    let body = body.fields::<ChatRequest>()?;
    let conversation_id = text(&body, "conversation_id");
    let lock = dialogue.lock(conversation_id).await;
    let (content, name) = (text(&body, "content"), body["name"].as_str());
    let opened = domain.run(|cx| chat::open(cx, &assistant_id, conversation_id, content))?;
    if body["stream"] == true {
        return Ok(events(domain, dialogue, lock, opened, content.to_owned(), name.map(str::to_owned)));
    }
    let outcome = dialogue.answer(lock, opened, content, name, &Listener::default()).await?;
    match outcome.failure {
        Some(failure) => Err(failure.into()),
        None => Ok(ok(json!({ "content": outcome.content }))),
    }
}

/// Sends a text message.
///
/// Stores the messages and the idempotent response in one transaction, so that a crash cannot leave a partial turn.
async fn send_sms(
    State(domain): State<Domain>,
    State(dialogue): State<Dialogue>,
    Path(assistant_id): Path<String>,
    keyed: Keyed,
    body: Body,
) -> Answer {
    let body = body.fields::<SendSms>()?;
    let (lock, sms, opened) = loop {
        let continued = domain.run(|cx| sms::continued_conversation(cx, &assistant_id, &body))?;
        let lock = match &continued {
            Some(id) => Some(dialogue.lock(id).await),
            None => None,
        };
        let (sms, opened) = domain.run(|cx| sms::open(cx, &assistant_id, &body))?;
        // Another message may have started a conversation meanwhile.
        if sms.continued_conversation() == continued.as_deref() {
            break (lock, sms, opened);
        }
    };
    let turn = dialogue.run(lock, opened, "", None, &Listener::default(), |turn| sms::fixed(&sms, turn)).await?;
    if let Some(failure) = turn.outcome.failure {
        return Err(failure.into());
    }
    keyed.commit(&domain, |cx| {
        let response = sms.conversation_id.as_ref().map_or_else(|| json!({}), |id| json!({ "conversation_id": id }));
        sms::store_conversation(cx, sms)?;
        turn.store(cx)?;
        Ok(response)
    })
}

/// Streams a turn as server-sent events.
///
/// The events are chunks of text, then the complete text or the error.
fn events(
    domain: Domain,
    dialogue: Dialogue,
    lock: ConversationLock,
    opened: OpenConversation,
    content: String,
    name: Option<String>,
) -> Response {
    let (sender, receiver) = mpsc::unbounded_channel();
    // A separate task, so that the turn is stored even if the client disconnects.
    let answering = tokio::spawn(async move {
        let outcome = dialogue.answer(lock, opened, &content, name.as_deref(), &Listener::new(sender)).await?;
        domain.flushed().await?;
        Ok::<_, Error>(outcome)
    });
    let pieces = stream::unfold(receiver, |mut receiver| async move {
        let piece = receiver.recv().await?;
        Some((event("delta", &json!({ "type": "delta", "content": piece })), receiver))
    });
    let last = stream::once(async move {
        let error = match answering.await {
            Ok(Ok(TurnOutcome { failure: None, content, .. })) => {
                return event("done", &json!({ "type": "done", "content": content, "whatsapp_template": null }));
            }
            Ok(Ok(TurnOutcome { failure: Some(failure), .. })) => ApiError::from(failure),
            Ok(Err(error)) => error.into(),
            Err(error) => Error::Internal(error.to_string()).into(),
        };
        let mut body = error.body();
        body["type"] = "error".into();
        body["message"] = error.to_string().into();
        event("error", &body)
    });
    Sse::new(pieces.chain(last).map(Ok::<_, Infallible>)).into_response()
}

fn event(name: &str, data: &Value) -> Event {
    Event::default().event(name).data(data.to_string())
}
