//! `call.conversation.ended`

use telnyx_ai_core::{Extra, Object, OpenEnum, Timestamp, UnknownValue};

/// The end of a call's conversation: the payload of `call.conversation.ended`.
///
/// It is sent after each conversation, including one that a time or idle limit has ended.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct ConversationEnded {
    /// The id of the assistant.
    pub assistant_id: Option<String>,
    /// The id of the conversation.
    pub conversation_id: Option<String>,
    /// The call control id: the id that Call Control commands take.
    pub call_control_id: Option<String>,
    /// The id of this leg of the call.
    pub call_leg_id: Option<String>,
    /// The id that all legs of the call share.
    pub call_session_id: Option<String>,
    /// The id of the Call Control application.
    pub connection_id: Option<String>,
    /// The client state of the call, in base64, as set by a Call Control command.
    pub client_state: Option<String>,
    /// The caller: a number or another identifier.
    pub from: Option<String>,
    /// The callee: a number or SIP address.
    pub to: Option<String>,
    /// The type of the caller's connection.
    pub calling_party_type: Option<CallingPartyType>,
    /// The duration of the conversation in seconds, possibly with a fraction.
    pub duration_sec: Option<f64>,
    /// The reason for the end of the conversation.
    pub reason: Option<String>,
    /// The language model.
    pub llm_model: Option<String>,
    /// The speech-to-text model.
    pub stt_model: Option<String>,
    /// The provider of the voice.
    pub tts_provider: Option<String>,
    /// The text-to-speech model.
    pub tts_model_id: Option<String>,
    /// The voice.
    pub tts_voice_id: Option<String>,
    /// The transcript, in order: messages of the user and of the assistant.
    ///
    /// Tool calls, tool results and system messages are included if the assistant's telephony settings enable
    /// `conversation_ended_full_history`.
    pub messages: Option<Vec<TranscriptMessage>>,
    /// Unknown fields, as received.
    pub extra: Extra,
}

/// The type of a caller's connection.
#[derive(Debug, Clone, PartialEq, Eq, Hash, OpenEnum)]
#[non_exhaustive]
pub enum CallingPartyType {
    /// The telephone network.
    Pstn,
    /// A SIP connection.
    Sip,
    /// An unknown value, as received.
    Unknown(UnknownValue),
}

/// A message of a conversation that has ended.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct TranscriptMessage {
    /// The author.
    pub role: Option<TranscriptRole>,
    /// The text, or the result of a tool. Absent if the message only calls tools.
    pub content: Option<String>,
    /// The time at which the message was added to the conversation.
    pub timestamp: Option<Timestamp>,
    /// For a tool result, the id of the tool call.
    pub tool_call_id: Option<String>,
    /// The tool calls of the assistant.
    pub tool_calls: Option<Vec<TranscriptToolCall>>,
    /// Unknown fields, as received.
    pub extra: Extra,
}

/// The author of a message.
#[derive(Debug, Clone, PartialEq, Eq, Hash, OpenEnum)]
#[non_exhaustive]
pub enum TranscriptRole {
    /// The user.
    User,
    /// The assistant.
    Assistant,
    /// A tool that the assistant called.
    Tool,
    /// A system message.
    System,
    /// A message for the model, from you or the service.
    Developer,
    /// An unknown value, as received.
    Unknown(UnknownValue),
}

/// A tool call.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct TranscriptToolCall {
    /// The id of the call, to which the result refers.
    pub id: Option<String>,
    /// The type of the call: `function`.
    #[wire("type")]
    pub kind: Option<String>,
    /// The function and its arguments.
    pub function: Option<TranscriptFunction>,
    /// Unknown fields, as received.
    pub extra: Extra,
}

/// The function of a tool call.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct TranscriptFunction {
    /// The name of the function.
    pub name: Option<String>,
    /// The arguments, as JSON text.
    pub arguments: Option<String>,
    /// Unknown fields, as received.
    pub extra: Extra,
}
