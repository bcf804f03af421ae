//! `/ai/assistants/{assistant_id}/chat/whatsapp`.

use axum::{Router, extract::State, routing::post};
use telnyx_ai_assistants::SendWhatsapp;

use super::{
    Answer,
    body::Body,
    idempotency::{Idempotency, Keyed},
    path::Path,
};
use crate::{
    app::App,
    dialogue::Dialogue,
    domain::{Domain, whatsapp},
};

pub(super) fn routes(idempotency: &Idempotency) -> Router<App> {
    Router::new().route("/assistants/{assistant_id}/chat/whatsapp", idempotency.layer_waiting(post(send)))
}

/// Starts a conversation.
///
/// Stores it with its message and the idempotent response in one transaction.
async fn send(
    State(domain): State<Domain>,
    State(dialogue): State<Dialogue>,
    Path(assistant_id): Path<String>,
    keyed: Keyed,
    body: Body,
) -> Answer {
    let body = body.fields::<SendWhatsapp>()?;
    let opened = domain.run(|cx| whatsapp::open(cx, &assistant_id, &body))?;
    let message = dialogue.first_message(opened).await?;
    let filled = message.filled?;
    keyed.commit(&domain, |cx| {
        cx.check_not_reset(message.resets)?;
        whatsapp::store(cx, message.conversation, &message.assistant, message.initialization, &filled)
    })
}
