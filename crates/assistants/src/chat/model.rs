use std::collections::BTreeMap;

use serde_json::Value;
use telnyx_ai_core::{Extra, Nullable, Object, Scalar, ServerSentEvent};

/// What to say to an assistant.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct ChatRequest {
    /// The conversation that it belongs to; create one by
    /// [`ConversationsApi::create`](crate::ConversationsApi::create).
    pub conversation_id: String,
    /// What you say.
    pub content: String,
    /// The name of the one who says it.
    pub name: Option<String>,
    /// Whether the reply comes as a stream. [`chat`](crate::AssistantsApi::chat) and
    /// [`chat_stream`](crate::AssistantsApi::chat_stream) each set it as they need it.
    pub stream: Option<bool>,
    /// Further fields to send.
    pub extra: Extra,
}

/// What an assistant replies.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct ChatReply {
    /// The reply.
    pub content: String,
    /// Fields this version does not know, kept as received.
    pub extra: Extra,
}

/// What a [`ChatStream`](crate::ChatStream) brings.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum ChatEvent {
    /// A further piece of the reply: the event `delta`.
    Delta(ChatDelta),
    /// The reply is whole: the event `done`.
    Done(ChatDone),
    /// An event this version does not know, kept as received.
    Unknown(ServerSentEvent),
}

impl From<ChatDelta> for ChatEvent {
    fn from(delta: ChatDelta) -> Self {
        Self::Delta(delta)
    }
}

impl From<ChatDone> for ChatEvent {
    fn from(done: ChatDone) -> Self {
        Self::Done(done)
    }
}

/// A piece of a reply.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct ChatDelta {
    /// What follows the pieces before it.
    pub content: String,
    /// Fields this version does not know, kept as received.
    pub extra: Extra,
}

/// The end of a reply.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct ChatDone {
    /// The whole reply.
    pub content: String,
    /// The WhatsApp template that goes with the reply; `null` for none.
    pub whatsapp_template: Nullable<Value>,
    /// Fields this version does not know, kept as received.
    pub extra: Extra,
}

impl From<ChatDone> for ChatReply {
    /// The template, where there is one, is kept in `extra`.
    fn from(done: ChatDone) -> Self {
        let mut reply = Self { content: done.content, extra: done.extra };
        if let Nullable::Value(template) = done.whatsapp_template {
            reply.extra.insert("whatsapp_template", template);
        }
        reply
    }
}

/// A text message to send on an assistant's behalf.
///
/// ```
/// use telnyx_ai_assistants::SendSms;
///
/// let message = SendSms::new("+13125550100", "+13125550199")
///     .with_text("Your order is on its way.")
///     .with_conversation_metadata([("order", "A-17")])
///     .with_should_create_conversation(true);
/// # assert!(message.text.is_some());
/// ```
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct SendSms {
    /// The number to send from.
    pub from: String,
    /// The number to send to.
    pub to: String,
    /// What to send. When absent: the assistant's greeting at the start of a conversation, and later what
    /// the assistant makes up.
    pub text: Option<String>,
    /// What to note of the conversation.
    pub conversation_metadata: Option<BTreeMap<String, Scalar>>,
    /// Whether to open a new conversation for it.
    pub should_create_conversation: Option<bool>,
    /// Further fields to send.
    pub extra: Extra,
}

/// What [`send_sms`](crate::AssistantsApi::send_sms) answers.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct SmsSent {
    /// The conversation that the message belongs to.
    pub conversation_id: Option<String>,
    /// Fields this version does not know, kept as received.
    pub extra: Extra,
}
