//! The messages of a conversation, as they are read.

use std::collections::BTreeMap;

use telnyx_ai_core::{Extra, Nullable, Object, OpenEnum, Timestamp, UnknownValue};

use super::MetadataValue;

/// A message of a conversation.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct Message {
    /// Who it is from.
    pub role: Role,
    /// What it says; `null` where it only calls tools.
    pub text: Nullable<String>,
    /// The tools that the assistant calls with it.
    pub tool_calls: Option<Vec<ToolCall>>,
    /// When it was sent to the other side: the time to go by.
    pub sent_at: Option<Timestamp>,
    /// When it was put into the conversation, which may be another time than it was sent.
    pub created_at: Option<Timestamp>,
    /// What is noted of it.
    pub metadata: Option<BTreeMap<String, MetadataValue>>,
    /// Fields this version does not know, kept as received.
    pub extra: Extra,
}

/// Who a message is from.
#[derive(Debug, Clone, PartialEq, Eq, Hash, OpenEnum)]
#[non_exhaustive]
pub enum Role {
    /// The assistant.
    Assistant,
    /// A tool that the assistant has called.
    Tool,
    /// The one who talks to the assistant.
    User,
    /// A value this version does not know, kept as received.
    Unknown(UnknownValue),
}

/// A tool that the assistant calls with a message.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct ToolCall {
    /// The call's id; the tool's answer names it.
    pub id: String,
    /// The function to call.
    pub function: ToolCallFunction,
    /// What kind of call it is.
    #[wire("type", initial = ToolCallType::Function)]
    pub call_type: Option<ToolCallType>,
    /// Fields this version does not know, kept as received.
    pub extra: Extra,
}

/// What kind of call a tool call is.
#[derive(Debug, Clone, PartialEq, Eq, Hash, OpenEnum)]
#[non_exhaustive]
pub enum ToolCallType {
    /// The call of a function.
    Function,
    /// A value this version does not know, kept as received.
    Unknown(UnknownValue),
}

/// The function that a tool call calls.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct ToolCallFunction {
    /// Its name.
    pub name: String,
    /// Its arguments: a JSON object, as text.
    pub arguments: String,
    /// Fields this version does not know, kept as received.
    pub extra: Extra,
}
