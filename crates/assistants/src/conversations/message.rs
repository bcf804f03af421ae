//! Messages of a conversation in responses.

use telnyx_ai_core::{Extra, JsonObject, Nullable, Object, OpenEnum, Timestamp, UnknownValue};

/// A message of a conversation.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct Message {
    /// The author.
    pub role: Role,
    /// The text, or `null` if the message only calls tools.
    pub text: Nullable<String>,
    /// The tool calls of the assistant.
    pub tool_calls: Option<Vec<ToolCall>>,
    /// The time at which it was sent to the other party. Use it to order messages.
    pub sent_at: Option<Timestamp>,
    /// The time at which it was added to the conversation. It can differ from `sent_at`.
    pub created_at: Option<Timestamp>,
    /// Metadata of this message. Values can be any JSON.
    pub metadata: Option<JsonObject>,
    /// Unknown fields, as received.
    pub extra: Extra,
}

/// The author of a message.
#[derive(Debug, Clone, PartialEq, Eq, Hash, OpenEnum)]
#[non_exhaustive]
pub enum Role {
    /// The assistant.
    Assistant,
    /// A tool that the assistant called.
    Tool,
    /// The user.
    User,
    /// An unknown value, as received.
    Unknown(UnknownValue),
}

/// A tool call of the assistant in a message.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct ToolCall {
    /// The id of the call, to which the tool's result refers.
    pub id: String,
    /// The function to call.
    pub function: ToolCallFunction,
    /// The type of the call.
    #[wire("type", initial = ToolCallType::Function)]
    pub call_type: Option<ToolCallType>,
    /// Unknown fields, as received.
    pub extra: Extra,
}

/// The type of a tool call.
#[derive(Debug, Clone, PartialEq, Eq, Hash, OpenEnum)]
#[non_exhaustive]
pub enum ToolCallType {
    /// The call of a function.
    Function,
    /// An unknown value, as received.
    Unknown(UnknownValue),
}

/// The function of a tool call.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct ToolCallFunction {
    /// The name of the function.
    pub name: String,
    /// The arguments: a JSON object, as text.
    pub arguments: String,
    /// Unknown fields, as received.
    pub extra: Extra,
}
