use serde_json::Value;
use telnyx_ai_core::{Extra, JsonObject, Nullable, Object, ServerSentEvent};

/// The body of [`AssistantsApi::chat`](crate::AssistantsApi::chat): a message to an assistant.
///
/// ```
/// use telnyx_ai_assistants::ChatRequest;
///
/// let message = ChatRequest::new("conversation-1", "Where is my order?").with_name("Ada");
/// assert_eq!(message.content, "Where is my order?");
/// ```
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct ChatRequest {
    /// The id of the conversation. Create one with [`ConversationsApi::create`](crate::ConversationsApi::create).
    pub conversation_id: String,
    /// The text of the message.
    pub content: String,
    /// The name of the sender.
    pub name: Option<String>,
    /// Whether the reply is streamed. [`chat`](crate::AssistantsApi::chat) and
    /// [`chat_stream`](crate::AssistantsApi::chat_stream) set this field.
    pub stream: Option<bool>,
    /// Additional fields to send.
    pub extra: Extra,
}

/// The reply of an assistant.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct ChatReply {
    /// The text of the reply.
    pub content: String,
    /// Unknown fields, as received.
    pub extra: Extra,
}

/// An event of a [`ChatStream`](crate::ChatStream).
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum ChatEvent {
    /// The next part of the reply: the event `delta`.
    Delta(ChatDelta),
    /// The end of the reply: the event `done`.
    Done(ChatDone),
    /// An unknown event, or a delta of another form, as received.
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

/// A part of a reply.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct ChatDelta {
    /// The text that follows the previous part.
    pub content: String,
    /// Unknown fields, as received.
    pub extra: Extra,
}

/// The end of a reply.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct ChatDone {
    /// The complete reply.
    pub content: String,
    /// The WhatsApp template of the reply, or `null`.
    pub whatsapp_template: Nullable<Value>,
    /// Unknown fields, as received.
    pub extra: Extra,
}

impl From<ChatDone> for ChatReply {
    /// Converts the end of a stream into a reply. The template, if any, is kept in `extra`.
    fn from(done: ChatDone) -> Self {
        let mut reply = Self { content: done.content, extra: done.extra };
        if let Nullable::Value(template) = done.whatsapp_template {
            reply.extra.insert("whatsapp_template", template);
        }
        reply
    }
}

/// The body of [`AssistantsApi::send_sms`](crate::AssistantsApi::send_sms): a text message.
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
    /// The number of the sender.
    pub from: String,
    /// The number of the recipient.
    pub to: String,
    /// The text. Default: the assistant's greeting in a new conversation, else a message that the assistant writes.
    pub text: Option<String>,
    /// Metadata of the conversation.
    pub conversation_metadata: Option<JsonObject>,
    /// Whether to create a new conversation.
    pub should_create_conversation: Option<bool>,
    /// Additional fields to send.
    pub extra: Extra,
}

/// The response of [`AssistantsApi::send_sms`](crate::AssistantsApi::send_sms).
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct SmsSent {
    /// The id of the conversation of the message.
    pub conversation_id: Option<String>,
    /// Unknown fields, as received.
    pub extra: Extra,
}

/// A WhatsApp message that an assistant writes with one of its templates.
///
/// ```
/// use telnyx_ai_assistants::SendWhatsapp;
///
/// let message = SendWhatsapp::new("+13125550100", "+13125550199", "Send the login code 482913.")
///     .with_conversation_metadata([("order", "A-17")]);
/// assert_eq!(message.from, "+13125550100");
/// ```
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct SendWhatsapp {
    /// Your WhatsApp number, such as `+13125550100`. Its messaging profile must belong to this assistant.
    pub from: String,
    /// The recipient: a number, or a business-scoped user id of WhatsApp.
    pub to: String,
    /// The content in natural language, including the values for the template.
    pub content: String,
    /// Metadata of the conversation. The key `assistant_id` and keys that start with `telnyx_` are reserved.
    pub conversation_metadata: Option<JsonObject>,
    /// Additional fields to send.
    pub extra: Extra,
}

/// The response of [`AssistantsApi::send_whatsapp`](crate::AssistantsApi::send_whatsapp).
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct WhatsappSent {
    /// The id of the new conversation.
    pub conversation_id: String,
    /// The id of the message.
    pub message_id: String,
    /// Unknown fields, as received.
    pub extra: Extra,
}
