//! The template message with which an assistant starts a WhatsApp conversation.

use serde_json::Value;

use super::{Dialogue, Failure, Listener};
use crate::{
    domain::{
        Result, chat,
        chat::OpenConversation,
        conversations,
        turn::Turn,
        variables_webhook::Initialization,
        whatsapp::{self, Filled, Whatsapp},
    },
    hooks::Reply,
};

/// A message and the data that is stored with it.
#[derive(Debug)]
pub(crate) struct FirstMessage {
    pub(crate) conversation: Value,
    pub(crate) assistant: Value,
    pub(crate) initialization: Initialization,
    pub(crate) filled: Result<Filled, Failure>,
    /// The number of resets when the conversation was opened.
    pub(crate) resets: u64,
}

impl Dialogue {
    /// Lets the assistant select a template and fill it in. Stores nothing.
    pub(crate) async fn first_message(&self, whatsapp: Whatsapp) -> Result<FirstMessage> {
        let Whatsapp { opened, content, templates } = whatsapp;
        let OpenConversation { assistant, conversation, request, resets, .. } = opened;
        let initialization = match request {
            Some(request) => self.0.outbound.fetch_variables(request).await,
            None => Initialization::default(),
        };
        let mut known = conversation.clone();
        conversations::fill_metadata(&mut known, initialization.metadata.clone());
        let fetched = Some(&initialization.variables);
        let mut turn = self.0.domain.run(|cx| chat::turn(cx, &known, &assistant, fetched, &content, None))?;
        turn.tools = vec![whatsapp::offer(&templates)];
        let reply = match self.0.scripted_reply(&turn).await {
            Some(reply) => reply,
            None => self.generated(&mut turn).await,
        };
        let call = reply.tool_calls.iter().find(|call| call.name == whatsapp::TOOL);
        let failed = |reason| Failure::Model { status: reply.status, reason };
        let filled = match (&reply.failure, call) {
            (Some(reason), _) => Err(failed(reason.clone())),
            (None, Some(call)) => whatsapp::filled_by(&templates, &call.arguments).map_err(failed),
            (None, None) => Ok(whatsapp::filled_by_words(&templates, &content, &turn.variables)?),
        };
        Ok(FirstMessage { conversation, assistant: turn.assistant, initialization, filled, resets })
    }

    /// The reply of the model or the responder, else of the fallback.
    async fn generated(&self, turn: &mut Turn) -> Reply {
        let listener = Listener::default();
        let (reply, _) = self.0.reply_of(self.0.first(turn), turn, &[], &listener).await;
        match self.0.fallback(turn, &reply) {
            Some(fallback) => self.0.reply_of(fallback, turn, &[], &listener).await.0,
            None => reply,
        }
    }
}
